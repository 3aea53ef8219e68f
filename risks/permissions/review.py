"""Who may decide on a form under review, and who may say something about one of its risks (domain §3)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from positions.models import BodyKind
from positions.scopes import scope_of
from risks.models import Declaration, ReviewStep
from risks.states import FormState


def may_decide(user: User, declaration: Declaration, step: ReviewStep | None) -> Verdict:
    """Agree to or return a form: the reviewer of its current step, never the declarant."""
    if declaration.state != FormState.IN_REVIEW or step is None:
        return no(_("The form is not under review."))
    if declaration.declarant_id == user.pk:
        return no(_("Nobody reviews their own form."))
    if step.reviewer_id != user.pk:
        return no(_("The form is waiting for somebody else."))
    return YES


def may_comment(user: User, declaration: Declaration, step: ReviewStep | None) -> Verdict:
    """Remarks on a single risk: the current reviewer, the leading group and its office, and the declarant in answer."""
    if declaration.state == FormState.RETURNED and declaration.declarant_id == user.pk:
        return YES
    if declaration.state == FormState.IN_REVIEW and (declaration.declarant_id == user.pk or may_decide(user, declaration, step)):
        return YES
    scope = scope_of(user)
    in_group = scope.sits_in(BodyKind.LEADING_GROUP, declaration.unit_id) or scope.sits_in(
        BodyKind.LEADING_GROUP_OFFICE, declaration.unit_id
    )
    if declaration.state == FormState.REVIEWED and (in_group or declaration.declarant_id == user.pk):
        return YES
    return no(_("Remarks are made while the form is with you."))
