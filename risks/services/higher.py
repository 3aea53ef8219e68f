"""The unit's own form before the leading group: record of the discussion, opinion of the higher committee (domain §3)."""

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import DomainError
from common.writes import lock
from notifications.services import notify
from positions.models import BodyKind
from risks.models import Decision, Declaration, Opinion, ReviewStep, StepKindReview
from risks.permissions import grading as permissions
from risks.services.review import REASON_LENGTH, close_step, form_url, group_members, title_of


@transaction.atomic
def record_discussion(
    *, declaration: Declaration, by: User, on: date, present: str, conclusion: str, version: int | None = None
) -> Declaration:
    """Write down when the leading group discussed the unit's form, who took part, and the conclusion. Each record is kept as an opinion."""
    declaration = lock(Declaration.objects, declaration.pk, version=version)
    permissions.may_record_discussion(by, declaration).require()
    if on > timezone.localdate():
        raise DomainError(_("The day of the discussion lies in the future."))
    present, conclusion = present.strip(), conclusion.strip()
    if not present or not conclusion:
        raise DomainError(_("Enter who took part and what was concluded."))
    text = _("Discussed on %(day)s by %(who)s: %(conclusion)s") % {"day": on.isoformat(), "who": present, "conclusion": conclusion}
    Opinion.objects.create(declaration=declaration, kind=StepKindReview.GROUP, decision=Decision.PENDING, text=text, by=by, name=by.name)
    declaration.save()
    audit.record("declaration.discussed", by=by, obj=declaration, detail={"day": on.isoformat(), "present": present})
    return declaration


@transaction.atomic
def send_to_higher(*, declaration: Declaration, by: User, version: int | None = None) -> ReviewStep:
    """Ask the higher committee for its opinion; the leading group decides only after it has answered."""
    declaration = lock(Declaration.objects, declaration.pk, version=version)
    permissions.may_send_higher(by, declaration).require()
    last = declaration.review_steps.aggregate(last=Max("order"))["last"] or 0
    step = ReviewStep.objects.create(declaration=declaration, order=last + 1, kind=StepKindReview.HIGHER, waiting_since=timezone.now())
    declaration.save()
    audit.record("declaration.sent_to_higher", by=by, obj=declaration)
    notify(
        User.objects.filter(pk__in=permissions.higher_members(declaration.unit_id)),
        kind="declaration.to_higher",
        text=_("The unit's form “%(form)s” waits for the opinion of the higher committee.") % {"form": title_of(declaration)},
        url=form_url(declaration),
        except_for=by,
    )
    return step


@transaction.atomic
def give_higher_opinion(*, declaration: Declaration, by: User, text: str, version: int | None = None) -> Opinion:
    """The higher committee's answer, given by a member or entered by the office from paper."""
    declaration = lock(Declaration.objects, declaration.pk, version=version)
    permissions.may_give_higher_opinion(by, declaration).require()
    text = text.strip()
    if not text or len(text) > REASON_LENGTH:
        raise DomainError(_("Enter the opinion, at most %(n)d characters.") % {"n": REASON_LENGTH})
    step = declaration.review_steps.get(kind=StepKindReview.HIGHER, decision=Decision.PENDING)
    close_step(step, Decision.AGREED, by)
    opinion = Opinion.objects.create(
        declaration=declaration, kind=StepKindReview.HIGHER, decision=Decision.AGREED, text=text, by=by, name=by.name
    )
    declaration.save()
    audit.record("declaration.higher_opinion", by=by, obj=declaration, reason=text)
    notify(
        group_members(declaration.unit_id, BodyKind.LEADING_GROUP_OFFICE),
        kind="declaration.higher_answered",
        text=_("The higher committee has given its opinion on “%(form)s”.") % {"form": title_of(declaration)},
        url=form_url(declaration),
        except_for=by,
    )
    return opinion
