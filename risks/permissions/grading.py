"""Who grades (domain §3, 评估定级): members of the leading group decide, its office prepares, nobody decides on their own entries."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from positions.models import BodyKind, BodyMembership
from positions.scopes import Scope, scope_of
from risks.models import Decision, Declaration, GradingScheme, StepKindReview
from risks.states import FormState


def session_unit_ids(scope: Scope) -> frozenset[int]:
    """Units whose grading session the person takes part in: leading group, its office, unit head."""
    return frozenset(
        scope.bodies.get(BodyKind.LEADING_GROUP, frozenset())
        | scope.bodies.get(BodyKind.LEADING_GROUP_OFFICE, frozenset())
        | scope.headed_unit_ids
    )


def may_grade(user: User, unit_id: int) -> Verdict:
    """Decide on levels: members of the leading group; its head is the unit head."""
    scope = scope_of(user)
    if scope.sits_in(BodyKind.LEADING_GROUP, unit_id) or unit_id in scope.headed_unit_ids:
        return YES
    return no(_("Levels are decided by members of the leading group."))


def may_grade_form(user: User, declaration: Declaration) -> Verdict:
    """Decide on the risks of this form: never one's own; the form waits with the leading group and not with the higher committee."""
    verdict = may_grade(user, declaration.unit_id)
    if not verdict:
        return verdict
    if is_own(user, declaration):
        return no(_("Nobody decides on their own form: another member of the leading group has to."))
    if declaration.state != FormState.REVIEWED:
        return no(_("The form is not with the leading group."))
    if waits_for_higher(declaration):
        return no(_("The form waits for the opinion of the higher committee."))
    return YES


def is_own(user: User, declaration: Declaration) -> bool:
    """Whether the person is its declarant. The unit's form is the whole leadership's, signed by its head, who alone is kept from it."""
    return declaration.declarant_id == user.pk


def waits_for_higher(declaration: Declaration) -> bool:
    """Whether the higher committee was asked and has not answered. Uses prefetched steps where there are any."""
    return any(step.kind == StepKindReview.HIGHER and step.decision == Decision.PENDING for step in declaration.review_steps.all())


def may_return(user: User, declaration: Declaration) -> Verdict:
    """Send a whole form back: members of the leading group, and its office, which prepares the session."""
    if declaration.state != FormState.REVIEWED:
        return no(_("The form is not with the leading group."))
    if is_own(user, declaration):
        return no(_("Nobody decides on their own form: another member of the leading group has to."))
    if scope_of(user).sits_in(BodyKind.LEADING_GROUP_OFFICE, declaration.unit_id):
        return YES
    return may_grade(user, declaration.unit_id)


def may_record_discussion(user: User, declaration: Declaration) -> Verdict:
    """Write down what the leading group discussed about the unit's form: the office or a member."""
    if declaration.kind != "unit":
        return no(_("Only the unit's form is discussed by the leading group as a whole."))
    if declaration.state != FormState.REVIEWED:
        return no(_("The form is not with the leading group."))
    if scope_of(user).sits_in(BodyKind.LEADING_GROUP_OFFICE, declaration.unit_id):
        return YES
    return may_grade(user, declaration.unit_id)


def may_send_higher(user: User, declaration: Declaration) -> Verdict:
    """Ask the higher committee about the unit's form, once at a time."""
    verdict = may_record_discussion(user, declaration)
    if not verdict:
        return verdict
    if waits_for_higher(declaration):
        return no(_("The form waits for the opinion of the higher committee."))
    return YES


def may_give_higher_opinion(user: User, declaration: Declaration) -> Verdict:
    """Its own members; where it has no accounts, the office enters the written opinion."""
    if declaration.state != FormState.REVIEWED or not waits_for_higher(declaration):
        return no(_("The higher committee was not asked."))
    if user.pk in higher_members(declaration.unit_id):
        return YES
    if scope_of(user).sits_in(BodyKind.LEADING_GROUP_OFFICE, declaration.unit_id) and not higher_members(declaration.unit_id):
        return YES
    return no(_("The opinion is given by the higher committee; where it has no accounts, the office of the leading group enters it."))


def higher_members(unit_id: int) -> set[int]:
    """People of the unit's higher committee in force."""
    return set(BodyMembership.objects.in_force().filter(body__unit_id=unit_id, body__is_higher=True).values_list("person_id", flat=True))


def scheme_unit_ids(scope: Scope) -> frozenset[int]:
    """Units whose grading schemes the person keeps: the office of the leading group and the unit head."""
    return frozenset(scope.bodies.get(BodyKind.LEADING_GROUP_OFFICE, frozenset()) | scope.headed_unit_ids)


def may_keep_schemes(user: User, unit_id: int | None) -> Verdict:
    """Make, copy, edit and choose schemes of a unit. The common ones (no unit) belong to nobody and are only copied."""
    if unit_id is None:
        return no(_("A common scheme cannot be changed: copy it for your unit."))
    if unit_id in scheme_unit_ids(scope_of(user)):
        return YES
    return no(_("Schemes are kept by the office of the leading group and the unit head."))


def may_edit_scheme(user: User, scheme: GradingScheme) -> Verdict:
    """Edit in place: only while no campaign and no form uses it."""
    verdict = may_keep_schemes(user, scheme.unit_id)
    if not verdict:
        return verdict
    if scheme.campaigns.exists() or Declaration.objects.filter(scheme=scheme).exists():
        return no(_("A campaign or form uses this scheme. Copy it and change the copy."))
    return YES
