"""The leading group's decisions on levels (domain §3, 评估定级). Set-based: hundreds of risks are confirmed in a few statements.

A form whose risks are all decided is graded in the same transaction: its points are entered in the register with their numbers.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit import services as audit
from common.errors import DomainError, NotPossible
from common.writes import lock
from notifications.services import Message, notify_many
from risks.models import Decision, Declaration, EntryChange, Level, Opinion, ReviewStep, RiskEntry, RiskPoint, StepKindReview
from risks.permissions import grading as permissions
from risks.services import register
from risks.services.responsibility import hold_organisation
from risks.services.review import REASON_LENGTH, close_step, send_back, title_of
from risks.services.trace import copy_history
from risks.states import FORM_TABLE

COMPUTED, REVIEWED = "computed", "reviewed"
_DECIDED = ["final_level", "final_reason", "is_rejected", "decided_by", "decided_at", "version", "updated_at"]


@dataclass(slots=True)
class Outcome:
    """What a bulk decision did: how many risks, which forms are finished, and why others were left out (reason → how many)."""

    decided: int = 0
    graded: list[Declaration] = field(default_factory=list)
    points: list[RiskPoint] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)


def _forms(ids: Iterable[int]) -> dict[int, Declaration]:
    """The forms, locked in the order of their keys, with what permissions and notices need."""
    rows = Declaration.objects.select_for_update(of=("self",)).filter(pk__in=set(ids)).order_by("pk")
    found = rows.select_related("unit", "department", "position", "declarant", "campaign", "scheme").prefetch_related("review_steps")
    return {form.pk: form for form in found}


def _reason(text: str, *, required: str = "") -> str:
    text = text.strip()
    if required and not text:
        raise DomainError(required)
    if len(text) > REASON_LENGTH:
        raise DomainError(_("The reason is too long: at most %(n)d characters.") % {"n": REASON_LENGTH})
    return text


@transaction.atomic
def confirm(*, unit_id: int, entry_ids: Collection[int], by: User, at: str = COMPUTED, reason: str = "") -> Outcome:
    """Decide many risks of a unit at once, at the computed or at the reviewed level. Decided ones are left as they are.

    Left out and counted: risks of the person's own forms, of forms not with the group, without the level asked for, and those whose
    reviewed level differs from the computed one when no reason is given. Raises NotAllowed when the person is not in the leading group.
    """
    permissions.may_grade(by, unit_id).require()
    if at not in (COMPUTED, REVIEWED):
        raise DomainError(_("Choose the level at which to confirm."))
    reason = _reason(reason)
    hold_organisation([unit_id])
    outcome = Outcome()
    wanted = RiskEntry.objects.filter(pk__in=list(entry_ids), unit_id=unit_id, decided_at=None)
    forms = _forms(wanted.values_list("declaration_id", flat=True))
    # Read again under the locks: what somebody else decided in between is left alone.
    rows = wanted.select_for_update(of=("self",)).select_related("computed_level", "reviewed_level", "risk_point").order_by("pk")
    changed = []
    ready, outcome.left = _sift(list(rows), forms, by, at, reason)
    for entry, level in ready:
        differs = entry.change != EntryChange.RETIRE and level != entry.computed_level_id
        _decide(entry, level, reason if differs else "", by)
        changed.append(entry)
    _write(changed, by, "entry.confirmed", reason)
    outcome.decided = len(changed)
    _finish(forms, {entry.declaration_id for entry in changed}, by, outcome)
    return outcome


@dataclass(slots=True)
class Preview:
    """What `confirm` would do, shown before it is asked for: how many at which level (None: taken off the register)."""

    ids: list[int]
    levels: list[tuple[Level | None, int]]
    left: Counter[str]
    forms: int


def preview(*, unit_id: int, entry_ids: Collection[int], by: User, at: str = COMPUTED, reason: str = "") -> Preview:
    """The same sifting as `confirm`, without writing or locking anything. Raises NotAllowed."""
    permissions.may_grade(by, unit_id).require()
    rows = list(
        RiskEntry.objects.filter(pk__in=list(entry_ids), unit_id=unit_id, decided_at=None)
        .select_related("computed_level", "reviewed_level", "risk_point")
        .order_by("pk")
    )
    forms = {form.pk: form for form in Declaration.objects.filter(pk__in={e.declaration_id for e in rows}).prefetch_related("review_steps")}
    ready, left = _sift(rows, forms, by, at, reason.strip())
    counts = Counter(None if entry.change == EntryChange.RETIRE else level for entry, level in ready)
    levels = {level.pk: level for level in Level.objects.filter(pk__in=[pk for pk in counts if pk])}
    ordered = sorted(counts.items(), key=lambda item: -levels[item[0]].severity if item[0] else 1)
    ids = [entry.pk for entry, _level in ready]
    undecided = RiskEntry.objects.filter(declaration__in=forms, decided_at=None).exclude(pk__in=ids)
    finished = {entry.declaration_id for entry, _level in ready} - set(undecided.values_list("declaration_id", flat=True))
    return Preview(ids, [(levels.get(pk) if pk else None, n) for pk, n in ordered], left, len(finished))


def _sift(
    rows: list[RiskEntry], forms: dict[int, Declaration], by: User, at: str, reason: str
) -> tuple[list[tuple[RiskEntry, int | None]], Counter[str]]:
    """Which risks can be confirmed at which level, and why the others cannot (four eyes, no level, no reason)."""
    verdicts = {pk: permissions.may_grade_form(by, form) for pk, form in forms.items()}
    ready: list[tuple[RiskEntry, int | None]] = []
    left: Counter[str] = Counter()
    for entry in rows:
        verdict = verdicts[entry.declaration_id]
        level, why_not = _proposed(entry, at, reason)
        if not verdict or why_not:
            left[str(verdict.reason or why_not)] += 1
        else:
            ready.append((entry, level))
    return ready, left


def _proposed(entry: RiskEntry, at: str, reason: str) -> tuple[int | None, str]:
    """The level at which a risk would be confirmed, or why it cannot be in bulk."""
    if entry.change == EntryChange.RETIRE:
        return (entry.risk_point.current_level_id if entry.risk_point else entry.computed_level_id), ""
    level = entry.computed_level_id if at == COMPUTED else entry.reviewed_level_id or entry.computed_level_id
    if level is None:
        return None, _("the scheme cannot compute a level")
    if level != entry.computed_level_id and not reason:
        return None, _("the reviewed level differs from the computed one: a reason is needed")
    return level, ""


def _decide(entry: RiskEntry, level_id: int | None, reason: str, by: User, *, rejected: bool = False) -> None:
    entry.final_level_id, entry.final_reason, entry.is_rejected = level_id, reason, rejected
    entry.decided_by, entry.decided_at = by, timezone.now()


def _write(entries: list[RiskEntry], by: User, action: str, reason: str) -> None:
    """Save decided risks with history and audit, in a fixed number of statements."""
    if not entries:
        return
    now = timezone.now()
    for entry in entries:
        entry.version += 1
        entry.updated_at = now
    RiskEntry.objects.bulk_update(entries, _DECIDED, batch_size=500)
    copy_history(RiskEntry, [entry.pk for entry in entries], by=by, reason=reason)
    labels = dict(Level.objects.filter(pk__in={e.final_level_id for e in entries if e.final_level_id}).values_list("pk", "label"))
    audit.record_many(
        action, [(entry, {"final_level": [None, labels.get(entry.final_level_id or 0)]}) for entry in entries], by=by, reason=reason
    )


@transaction.atomic
def change(*, entry: RiskEntry, level: Level, reason: str, by: User, version: int | None = None) -> Outcome:
    """Decide one risk at a level of its own. A reason is required when it differs from what the scheme computes (or cannot compute).

    Raises NotAllowed, Conflict, DomainError (no reason, level of another scale).
    """
    form, entry = _one(entry, by, version)
    if level.scale_id != form.scheme.scale_id:
        raise DomainError(_("This level does not belong to the scheme."))
    if entry.change == EntryChange.RETIRE:
        raise NotPossible(_("A risk to be taken off has no new level: confirm it or reject it."))
    needed = _("The level differs from what the scheme computes: give the reason.") if level.pk != entry.computed_level_id else ""
    reason = _reason(reason, required=needed)
    return _settle(form, entry, level.pk, reason, by, "entry.level_decided", rejected=False)


@transaction.atomic
def reject(*, entry: RiskEntry, reason: str, by: User, version: int | None = None) -> Outcome:
    """Do not take a declared risk (or its change, or its removal) into the register; the reason is told to the declarant."""
    form, entry = _one(entry, by, version)
    reason = _reason(reason, required=_("Say why the risk is not taken into the register."))
    return _settle(form, entry, None, reason, by, "entry.rejected", rejected=True)


def _one(entry: RiskEntry, by: User, version: int | None) -> tuple[Declaration, RiskEntry]:
    hold_organisation([entry.unit_id])
    form = _forms([entry.declaration_id])[entry.declaration_id]
    permissions.may_grade_form(by, form).require()
    return form, lock(RiskEntry.objects.all(), entry.pk, version=version)


def _settle(form: Declaration, entry: RiskEntry, level_id: int | None, reason: str, by: User, action: str, *, rejected: bool) -> Outcome:
    _decide(entry, level_id, reason, by, rejected=rejected)
    _write([entry], by, action, reason)
    outcome = Outcome(decided=1)
    _finish({form.pk: form}, {form.pk}, by, outcome)
    return outcome


@transaction.atomic
def confirm_none_found(*, unit_id: int, form_ids: Collection[int], by: User) -> Outcome:
    """Accept “examined, none found” of forms without risks. Forms with risks, one's own and those elsewhere are left out and counted."""
    permissions.may_grade(by, unit_id).require()
    hold_organisation([unit_id])
    outcome = Outcome()
    forms = {pk: form for pk, form in _forms(form_ids).items() if form.unit_id == unit_id}
    with_risks = set(RiskEntry.objects.filter(declaration__in=forms).values_list("declaration_id", flat=True))
    ready = set()
    for pk, form in forms.items():
        verdict = permissions.may_grade_form(by, form)
        if pk in with_risks or not verdict:
            outcome.left[str(verdict.reason or _("the form has risks to decide"))] += 1
        else:
            ready.add(pk)
    _finish(forms, ready, by, outcome)
    return outcome


def _finish(forms: dict[int, Declaration], touched: Collection[int], by: User, outcome: Outcome) -> None:
    """Grade the touched forms of which every risk is decided: register, states, opinions, notices."""
    if not touched:
        return
    entries = defaultdict(list)
    rows = RiskEntry.objects.filter(declaration_id__in=touched).select_related(
        "final_level", "computed_level", "risk_point", "power_item", "flow_step"
    )
    for entry in rows.order_by("declaration_id", "order", "pk"):
        entry.declaration = forms[entry.declaration_id]
        entries[entry.declaration_id].append(entry)
    done = [forms[pk] for pk in sorted(touched) if all(entry.decided_at for entry in entries[pk])]
    if not done:
        return
    wanted = [entry for form in done for entry in entries[form.pk] if not entry.is_rejected]
    if wanted:
        outcome.points = list(register.enter(entries=wanted, by=by, on=timezone.localdate()))
    _close(done, entries, by)
    outcome.graded = done


def _close(done: list[Declaration], entries: dict[int, list[RiskEntry]], by: User) -> None:
    now = timezone.now()
    opinions, steps, events = [], [], []
    for form in done:
        before = form.get_state_display()
        transition = FORM_TABLE.move(form, "grade")
        form.graded_at, form.updated_at, form.version = now, now, form.version + 1
        text = summary(entries[form.pk])
        opinions.append(Opinion(declaration=form, kind=StepKindReview.GROUP, decision=Decision.AGREED, text=text, by=by, name=by.name))
        for step in form.review_steps.all():
            if step.kind == StepKindReview.GROUP:
                step.decision, step.is_current, step.decided_by, step.decided_at = Decision.AGREED, False, by, now
                steps.append(step)
        events.append((form, {"state": [str(before), str(form.get_state_display())]}))
    Declaration.objects.bulk_update(done, ["state", "graded_at", "updated_at", "version"], batch_size=500)
    copy_history(Declaration, [form.pk for form in done], by=by)
    ReviewStep.objects.bulk_update(steps, ["decision", "is_current", "decided_by", "decided_at"], batch_size=500)
    Opinion.objects.bulk_create(opinions, batch_size=500)
    audit.record_many(transition.audit, events, by=by)
    graded = _("Your form “%(form)s” was graded: %(summary)s")
    notify_many(
        Message(
            [form.declarant],
            kind="declaration.graded",
            text=graded % {"form": title_of(form), "summary": summary(entries[form.pk])},
            url=reverse("risks:form", args=[form.pk]),
            except_for=by,
        )
        for form in done
    )


def summary(entries: list[RiskEntry]) -> str:
    """The group's decision on a form in one line: how many risks of each level, how many not taken in."""
    if not entries:
        return _("no risk point, accepted")
    kept = [e for e in entries if not e.is_rejected and e.change != EntryChange.RETIRE and e.final_level]
    levels = Counter((e.final_level.severity, e.final_level.label) for e in kept if e.final_level)
    parts = [
        ngettext("%(level)s: %(n)d", "%(level)s: %(n)d", n) % {"level": label, "n": n}
        for (_s, label), n in sorted(levels.items(), reverse=True)
    ]
    retired = sum(e.change == EntryChange.RETIRE and not e.is_rejected for e in entries)
    rejected = sum(e.is_rejected for e in entries)
    if retired:
        parts.append(_("taken off: %(n)d") % {"n": retired})
    if rejected:
        parts.append(_("not taken in: %(n)d") % {"n": rejected})
    return _(", ").join(parts)


@transaction.atomic
def return_form(*, declaration: Declaration, reason: str, by: User, version: int | None = None) -> Declaration:
    """Send a whole form back; it will come back to the leading group. Decisions already made on its risks are taken back."""
    hold_organisation([declaration.unit_id])
    declaration = lock(Declaration.objects, declaration.pk, version=version)
    permissions.may_return(by, declaration).require()
    reason = _reason(reason, required=_("Say why you return the form, so that it can be mended."))
    step = declaration.review_steps.get(kind=StepKindReview.GROUP)
    declaration.review_steps.filter(kind=StepKindReview.HIGHER, decision=Decision.PENDING).delete()
    decided = list(declaration.entries.select_for_update(of=("self",)).exclude(decided_at=None))
    for entry in decided:
        entry.final_level = entry.decided_by = entry.decided_at = None
        entry.final_reason, entry.is_rejected = "", False
        entry.save()
    Opinion.objects.create(declaration=declaration, kind=StepKindReview.GROUP, decision=Decision.RETURNED, text=reason, by=by, name=by.name)
    close_step(step, Decision.RETURNED, by)
    send_back(declaration, step, by=by, reason=reason)
    return declaration
