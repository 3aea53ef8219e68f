"""Review of forms step by step (domain §3): start, decide, remark, and follow the organisation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import DomainError
from common.writes import lock
from notifications.services import notify
from positions.models import BodyKind, BodyMembership
from risks.grading import level_for
from risks.grading.levels import levels_by_severity
from risks.hints import WARNING
from risks.models import Decision, Declaration, EntryChange, EntryComment, Opinion, ReviewStep, RiskEntry, StepKindReview
from risks.permissions import review as permissions
from risks.review_path import PlannedStep, plan, remaining
from risks.services.responsibility import hold_organisation
from risks.services.review_facts import UnitFacts, plan_steps
from risks.states import FORM_TABLE, FormState

REASON_LENGTH = 1000
BATCH = 100


def current_step(declaration: Declaration) -> ReviewStep | None:
    """The step at which the form waits, if any."""
    return declaration.review_steps.filter(is_current=True).first()


@transaction.atomic
def start_review(*, declaration: Declaration, by: User) -> Declaration:
    """Send a form that was just signed on its way; called in the signing transaction with the row locked.

    A returned form comes back to the step that returned it: steps that agreed before are not asked again, unless somebody else
    holds their office now. Raises NotPossible when the form is neither draft nor returned.
    """
    planned = plan_steps(declaration)
    old = {(s.kind, s.reviewer_id): s for s in declaration.review_steps.filter(decision=Decision.AGREED)}
    resume = declaration.resume_order
    if resume is None:
        old = {}
    kept = {key: step for key, step in old.items() if resume is not None and step.order < resume}
    declaration.review_steps.all().delete()
    steps = []
    for order, step in enumerate(planned, 1):
        before = kept.get((step.kind, step.reviewer))
        row = ReviewStep(declaration=declaration, order=order, kind=step.kind, reviewer_id=step.reviewer)
        if before is not None:
            row.decision, row.decided_by_id, row.decided_at = before.decision, before.decided_by_id, before.decided_at
        steps.append(row)
    current = next(step for step in steps if step.decision == Decision.PENDING)
    _make_current(current)
    ReviewStep.objects.bulk_create(steps)
    refresh_computed(declaration)
    transition = FORM_TABLE.move(declaration, "submit_to_group" if current.kind == StepKindReview.GROUP else "submit")
    declaration.resume_order = None
    declaration.submitted_at = timezone.now()
    declaration.save()
    audit.record(transition.audit, by=by, obj=declaration, detail={"step": str(current.get_kind_display())})
    _tell_next(declaration, current, by)
    return declaration


def refresh_computed(declaration: Declaration) -> None:
    """Keep on every risk what the scheme computes from its answers, so that the grading session filters in the database."""
    entries = list(declaration.entries.all())
    count = sum(entry.change != EntryChange.RETIRE for entry in entries)
    changed = []
    for entry in entries:
        level, _result = level_for(declaration.scheme, entry, risk_count=count)
        if entry.computed_level_id != (level.pk if level else None):
            entry.computed_level = level
            changed.append(entry)
    for entry in changed:
        entry.save(update_fields=["computed_level", "updated_at"])


def _make_current(step: ReviewStep) -> None:
    step.is_current = True
    step.waiting_since = timezone.now()


@transaction.atomic
def decide(
    *,
    declaration: Declaration,
    by: User,
    decision: str,
    opinion: str = "",
    levels: Mapping[int, int] | None = None,
    version: int | None = None,
) -> Declaration:
    """Agree to a form or return it. `levels` (entry id → level id) are the levels as the reviewer rates them.

    Raises NotAllowed (not this person's step), NotPossible, Conflict (changed since it was opened), DomainError (no reason, unknown level,
    a risk without any level).
    """
    hold_organisation([declaration.unit_id])
    declaration = lock(Declaration.objects, declaration.pk, version=version)
    step = current_step(declaration)
    permissions.may_decide(by, declaration, step).require()
    assert step is not None
    opinion = opinion.strip()
    if decision not in (Decision.AGREED, Decision.RETURNED):
        raise DomainError(_("Choose whether you agree or return the form."))
    if decision == Decision.RETURNED and not opinion:
        raise DomainError(_("Say why you return the form, so that it can be mended."))
    if len(opinion) > REASON_LENGTH:
        raise DomainError(_("The opinion is too long: at most %(n)d characters.") % {"n": REASON_LENGTH})
    rate(declaration, levels or {}, by=by, complete=decision == Decision.AGREED)
    Opinion.objects.create(declaration=declaration, kind=step.kind, decision=decision, text=opinion, by=by, name=by.name)
    close_step(step, decision, by)
    if decision == Decision.RETURNED:
        send_back(declaration, step, by=by, reason=opinion)
    else:
        _go_on(declaration, step, by, opinion)
    return declaration


def _go_on(declaration: Declaration, step: ReviewStep, by: User, opinion: str) -> None:
    following = declaration.review_steps.filter(order__gt=step.order, decision=Decision.PENDING).order_by("order").first()
    assert following is not None, "the last step is always the group's"
    _make_current(following)
    following.save()
    action = "declaration.step_agreed"
    if following.kind == StepKindReview.GROUP:
        action = FORM_TABLE.move(declaration, "agree").audit
    declaration.save()
    audit.record(action, by=by, obj=declaration, reason=opinion, detail={"step": str(step.get_kind_display())})
    _tell_next(declaration, following, by)


def close_step(step: ReviewStep, decision: str, by: User) -> None:
    """Write the decision of a step."""
    step.decision, step.is_current, step.decided_by, step.decided_at = decision, False, by, timezone.now()
    step.save()


def send_back(declaration: Declaration, step: ReviewStep, *, by: User, reason: str) -> None:
    """Return the form to its declarant; it will come back to this step."""
    transition = FORM_TABLE.move(declaration, "return")
    declaration.resume_order = step.order
    declaration.save()
    audit.record(transition.audit, by=by, obj=declaration, reason=reason, detail={"step": str(step.get_kind_display())})
    notify(
        [declaration.declarant],
        kind="declaration.returned",
        text=_("%(who)s returned your form “%(form)s”: %(reason)s")
        % {"who": by.name, "form": title_of(declaration), "reason": reason[:80]},
        url=reverse("risks:form", args=[declaration.pk]),
        except_for=by,
    )


def rate(declaration: Declaration, levels: Mapping[int, int], *, by: User, complete: bool) -> None:
    """Write the reviewer's levels. With `complete`, a risk that nobody rated gets the declarant's or the computed level."""
    known = {level.pk: level for level in levels_by_severity(declaration.scheme).values()}
    entries = {
        entry.pk: entry for entry in declaration.entries.select_for_update(of=("self",)).select_related("self_level", "computed_level")
    }
    for entry_id, level_id in levels.items():
        if entry_id not in entries or level_id not in known:
            raise DomainError(_("A risk or level that does not belong to this form was sent. Reload the page and try again."))
    changed: list[tuple[RiskEntry, str | None]] = []
    for number, entry in enumerate(entries.values(), 1):
        if entry.change == EntryChange.RETIRE:
            continue
        wanted = levels.get(entry.pk) or entry.reviewed_level_id
        if complete:
            wanted = wanted or entry.self_level_id or entry.computed_level_id
            if wanted is None:
                raise DomainError(
                    _("Risk %(n)d (%(title)s) has no level yet: choose one before you agree.") % {"n": number, "title": entry.title}
                )
        if wanted != entry.reviewed_level_id:
            old = known.get(entry.reviewed_level_id) if entry.reviewed_level_id else None
            entry.reviewed_level_id = wanted
            entry.save(update_fields=["reviewed_level", "updated_at"])
            changed.append((entry, old.label if old else None))
    audit.record_many(
        "entry.rated", [(entry, {"reviewed_level": [old, known[entry.reviewed_level_id or 0].label]}) for entry, old in changed], by=by
    )


@dataclass(slots=True)
class BatchOutcome:
    """How many forms were agreed to, and which were left for reading: (form, reason)."""

    agreed: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def agree_many(*, ids: Collection[int], by: User) -> BatchOutcome:
    """Agree to several waiting forms at the levels they have. Forms with something to object to must be read one by one."""
    from risks.form_selectors import form_page, hints_by_entry
    from risks.services.forms import entries_of

    outcome = BatchOutcome()
    for declaration in form_page(by).filter(pk__in=list(ids)[:BATCH]).order_by("pk"):
        hints = hints_by_entry(declaration, entries_of(declaration), by)
        if any(hint.severity == WARNING for found in hints.values() for hint in found):
            outcome.left.append((title_of(declaration), _("it has hints")))
            continue
        try:
            with transaction.atomic():
                decide(declaration=declaration, by=by, decision=Decision.AGREED, version=declaration.version)
        except DomainError as error:
            outcome.left.append((title_of(declaration), str(error)))
        else:
            outcome.agreed += 1
    return outcome


@transaction.atomic
def comment(*, entry: RiskEntry, by: User, text: str) -> EntryComment:
    """Remark on a single risk, or answer one. Raises NotAllowed, DomainError (empty or too long)."""
    declaration = lock(Declaration.objects, entry.declaration_id)
    permissions.may_comment(by, declaration, current_step(declaration)).require()
    text = text.strip()
    if not text:
        raise DomainError(_("Write the remark first."))
    if len(text) > REASON_LENGTH:
        raise DomainError(_("The remark is too long: at most %(n)d characters.") % {"n": REASON_LENGTH})
    remark = EntryComment.objects.create(entry=entry, by=by, name=by.name, text=text)
    audit.record("entry.commented", by=by, obj=entry, detail={"text": text[:200]})
    return remark


@transaction.atomic
def reassign(*, unit_ids: Collection[int], by: User | None, reason: str) -> int:
    """Let undecided steps of forms under review follow the organisation; returns how many forms moved to another reviewer.

    Steps already agreed stay as they are. A form left without reviewers goes to the leading group.
    """
    moved = 0
    for unit_id in sorted(unit_ids):
        waiting = (
            Declaration.objects.select_for_update(of=("self",))
            .filter(unit_id=unit_id, state=FormState.IN_REVIEW)
            .select_related("position", "department", "unit", "declarant")
            .prefetch_related("review_steps__reviewer")
            .order_by("pk")
        )
        facts: UnitFacts | None = None
        for declaration in waiting:
            facts = facts or UnitFacts(unit_id)
            moved += _follow(declaration, facts, by, reason)
    return moved


def _follow(declaration: Declaration, facts: UnitFacts, by: User | None, reason: str) -> bool:
    steps = list(declaration.review_steps.all())
    agreed = [s for s in steps if s.decision == Decision.AGREED]
    pending = [s for s in steps if s.decision == Decision.PENDING and s.kind != StepKindReview.HIGHER]
    wanted = remaining(plan(facts.facts(declaration)), [PlannedStep(s.kind, s.decided_by_id) for s in agreed])
    if [(s.kind, s.reviewer_id) for s in pending] == [(s.kind, s.reviewer) for s in wanted]:
        return False
    before = next((s for s in pending if s.is_current), None)
    ReviewStep.objects.filter(pk__in=[s.pk for s in pending]).delete()
    start = max((s.order for s in agreed), default=0)
    rows = [
        ReviewStep(declaration=declaration, order=start + n, kind=step.kind, reviewer_id=step.reviewer) for n, step in enumerate(wanted, 1)
    ]
    _make_current(rows[0])
    if before is not None and before.waiting_since and before.reviewer_id == rows[0].reviewer_id:
        rows[0].waiting_since = before.waiting_since
    ReviewStep.objects.bulk_create(rows)
    names = [
        (before.reviewer.name if before and before.reviewer else None),
        (rows[0].reviewer.name if rows[0].reviewer else str(rows[0].get_kind_display())),
    ]
    if rows[0].kind == StepKindReview.GROUP:
        FORM_TABLE.move(declaration, "agree")
    declaration.save()
    if before is None or (before.kind, before.reviewer_id) != (rows[0].kind, rows[0].reviewer_id):
        audit.record("declaration.reassigned", by=by, obj=declaration, changes={"reviewer": names}, reason=reason)
        _tell_next(declaration, rows[0], by)
    else:
        audit.record("declaration.path_changed", by=by, obj=declaration, reason=reason)
    return True


def title_of(declaration: Declaration) -> str:
    """How notices call a form: what it is about and whose it is."""
    return f"{declaration.position or declaration.department or declaration.unit} · {declaration.declarant.name}"


def form_url(declaration: Declaration) -> str:
    """Where a form is read by those who review it."""
    return reverse("risks:review_form", args=[declaration.pk])


def group_members(unit_id: int, *kinds: str) -> list[User]:
    """People in force in the unit's leading group or its office."""
    held = BodyMembership.objects.in_force().filter(body__unit_id=unit_id, body__kind__in=kinds).select_related("person")
    return list({m.person_id: m.person for m in held}.values())


def _tell_next(declaration: Declaration, step: ReviewStep, by: User | None) -> None:
    words = {"form": title_of(declaration)}
    if step.kind == StepKindReview.GROUP:
        notify(
            group_members(declaration.unit_id, BodyKind.LEADING_GROUP_OFFICE),
            kind="declaration.to_group",
            text=_("The form “%(form)s” is ready for the leading group.") % words,
            url=form_url(declaration),
            except_for=by,
        )
    elif step.reviewer is not None:
        notify(
            [step.reviewer],
            kind="declaration.to_review",
            text=_("The form “%(form)s” waits for your review.") % words,
            url=form_url(declaration),
            except_for=by,
        )
