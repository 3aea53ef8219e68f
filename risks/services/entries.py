"""The risks of a form: add, write, keep or take off, delete; and “examined, none found” (domain §3)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import record
from common.errors import NotPossible
from common.writes import lock
from positions.models import FlowStep, PowerItem, Rule
from risks.grading import level_for
from risks.models import Declaration, EntryChange, EntryMeasure, Examination, MeasureKind, RiskEntry
from risks.permissions import forms as permissions
from risks.services.prefill import MOST_ENTRIES

CONTENT_FIELDS = (
    "title",
    "content",
    "manifestation",
    "aspect",
    "found_by",
    "method",
    "power_item",
    "flow_step",
    "power_category",
    "major_matter",
    "probability",
    "harm",
    "influence",
    "answers",
    "self_level",
    "involved_positions",
    "cooperating",
)
MEASURE_FIELDS = ("kind", "line", "text", "who_id", "due_on", "rule_id")
MOST_MEASURES = 20


def _writable(declaration: Declaration, by: User) -> Declaration:
    """The form, locked, so that nobody signs it while one of its risks is being written."""
    locked = lock(Declaration.objects, declaration.pk)
    permissions.may_edit(by, locked).require()
    return locked


def check_place(declaration: Declaration, item: PowerItem | None, step: FlowStep | None) -> None:
    """A risk sits on a power of the form's unit, and on a step of that power. Raises NotPossible."""
    if item is not None and item.unit_id != declaration.unit_id:
        raise NotPossible(_("This power item belongs to another unit."))
    if step is not None and (item is None or step.item_id != item.pk):
        raise NotPossible(_("This step does not belong to the power item."))


@transaction.atomic
def add_entry(*, declaration: Declaration, by: User, item: PowerItem | None = None, step: FlowStep | None = None) -> RiskEntry:
    """A new risk, still blank, where it sits already known. A second click gives back the blank one of the first.

    Raises NotAllowed, NotPossible (a place of another unit, too many risks).
    """
    declaration = _writable(declaration, by)
    check_place(declaration, item, step)
    blank = declaration.entries.filter(
        change=EntryChange.NEW, title="", content="", manifestation="", power_item=item, flow_step=step
    ).first()
    if blank is not None:
        return blank
    facts = declaration.entries.aggregate(last=Max("order"))
    if declaration.entries.count() >= MOST_ENTRIES:
        raise NotPossible(_("A form holds at most %(n)d risks.") % {"n": MOST_ENTRIES})
    entry = RiskEntry(
        declaration=declaration,
        unit_id=declaration.unit_id,
        level_of=declaration.kind,
        order=(facts["last"] or 0) + 1,
        power_item=item,
        flow_step=step,
        power_category=item.category if item else "",
        major_matter=item.major_matter if item else "",
        found_by="self",
        method="process" if step else "",
    )
    entry.save()
    record("entry.added", by=by, obj=entry, detail={"declaration": declaration.pk})
    return entry


@transaction.atomic
def save_entry(
    *,
    declaration: Declaration,
    entry: RiskEntry,
    by: User,
    version: int | None,
    fields: Mapping[str, Any],
    measures: Sequence[Mapping[str, Any]] | None = None,
) -> RiskEntry:
    """Write a risk and (unless None) all of its measures; blank measures are left out. A risk kept from the register becomes “changed”.

    Raises NotAllowed, NotPossible (a place, level or rule of another unit), Conflict, RiskEntry.DoesNotExist.
    """
    declaration = _writable(declaration, by)
    entry = lock(declaration.entries.all(), entry.pk, version=version)
    before = {name: getattr(entry, name) for name in CONTENT_FIELDS}
    for name in CONTENT_FIELDS:
        if name in fields:
            setattr(entry, name, fields[name])
    check_place(declaration, entry.power_item, entry.flow_step)
    if entry.self_level is not None and entry.self_level.scale_id != declaration.scheme.scale_id:
        raise NotPossible(_("This level does not belong to the grading scheme."))
    if entry.power_item is not None:
        entry.power_category = entry.power_item.category
        entry.major_matter = entry.power_item.major_matter or entry.major_matter
    changed = [name for name in CONTENT_FIELDS if getattr(entry, name) != before[name]]
    rated = entry.computed_level
    if "self_level" in changed and changed == ["self_level"] and {before["self_level"], entry.self_level} <= {None, rated}:
        changed = []  # “as computed” instead of the same level by name is no change
    if measures is not None and _save_measures(declaration, entry, measures):
        changed.append("measures")
    if not changed:
        return entry
    entry.computed_level, _result = level_for(declaration.scheme, entry, risk_count=_count(declaration))
    if entry.change == EntryChange.KEEP:
        entry.change = EntryChange.CHANGE
    entry.save()
    record("entry.saved", by=by, obj=entry, detail={"fields": changed, "declaration": declaration.pk})
    return entry


def _count(declaration: Declaration) -> int:
    return declaration.entries.exclude(change=EntryChange.RETIRE).count()


def _save_measures(declaration: Declaration, entry: RiskEntry, measures: Sequence[Mapping[str, Any]]) -> bool:
    wanted = [{name: measure.get(name) for name in MEASURE_FIELDS} for measure in measures if str(measure.get("text") or "").strip()]
    if len(wanted) > MOST_MEASURES:
        raise NotPossible(_("A risk has at most %(n)d measures.") % {"n": MOST_MEASURES})
    there = list(entry.measures.order_by("order", "id").values(*MEASURE_FIELDS))
    if wanted == there:
        return False
    rules = {measure["rule_id"] for measure in wanted if measure["rule_id"]}
    if Rule.objects.filter(pk__in=rules, unit_id=declaration.unit_id).count() != len(rules):
        raise NotPossible(_("This rule belongs to another unit."))
    entry.measures.all().delete()
    EntryMeasure.objects.bulk_create([EntryMeasure(entry=entry, order=n, **measure) for n, measure in enumerate(wanted, 1)])
    return True


@transaction.atomic
def change_entry(*, declaration: Declaration, entry: RiskEntry, by: User, change: str, reason: str = "") -> RiskEntry:
    """Keep, change or take off a risk that stands in the register; taking off needs a reason. Raises NotAllowed, NotPossible."""
    declaration = _writable(declaration, by)
    entry = lock(declaration.entries.all(), entry.pk)
    if entry.risk_point_id is None or change not in (EntryChange.KEEP, EntryChange.CHANGE, EntryChange.RETIRE):
        raise NotPossible(_("Only a risk that stands in the register can be kept or taken off. Delete it instead."))
    if change == EntryChange.RETIRE and not reason.strip():
        raise NotPossible(_("Say why the risk no longer exists."))
    answers = dict(entry.answers or {})
    answers.pop("change_reason", None)
    if change == EntryChange.RETIRE:
        answers["change_reason"] = reason.strip()[:500]
    entry.answers = answers
    entry.change = change
    entry.save()
    record("entry.change_chosen", by=by, obj=entry, reason=reason.strip(), detail={"change": change, "declaration": declaration.pk})
    return entry


@transaction.atomic
def delete_entry(*, declaration: Declaration, entry: RiskEntry, by: User) -> None:
    """Remove a new risk from the form; one of the register is taken off instead (in an adjustment it may simply be left out).

    Raises NotAllowed, NotPossible, RiskEntry.DoesNotExist (deleted already).
    """
    declaration = _writable(declaration, by)
    entry = lock(declaration.entries.all(), entry.pk)
    if entry.risk_point_id is not None and declaration.campaign_id is not None:
        raise NotPossible(_("This risk stands in the register: choose “take off” and say why."))
    record("entry.deleted", by=by, obj=entry, detail={"declaration": declaration.pk})
    entry.delete()


@transaction.atomic
def examine(*, declaration: Declaration, by: User, item: PowerItem, step: FlowStep | None, reason: str) -> Examination:
    """“Examined, none found” for a step or a whole power item, with the reason. Said again, the new reason counts.

    Raises NotAllowed, NotPossible (no campaign, no reason, a place of another unit).
    """
    declaration = _writable(declaration, by)
    if declaration.campaign_id is None:
        raise NotPossible(_("“Examined, none found” is recorded in a campaign only."))
    check_place(declaration, item, step)
    if not reason.strip():
        raise NotPossible(_("Say why there is no risk here."))
    there = Examination.objects.select_for_update().filter(campaign_id=declaration.campaign_id, power_item=item, flow_step=step).first()
    examination = there or Examination(campaign_id=declaration.campaign_id, power_item=item, flow_step=step)
    examination.reason, examination.by = reason.strip()[:1000], by
    examination.save()
    record("power.examined", by=by, obj=examination, unit_id=declaration.unit_id, reason=examination.reason)
    return examination


@transaction.atomic
def unexamine(*, declaration: Declaration, by: User, examination: Examination) -> None:
    """Take the answer back. Raises NotAllowed, NotPossible (somebody else's answer)."""
    declaration = _writable(declaration, by)
    if examination.campaign_id != declaration.campaign_id or examination.by_id != by.pk:
        raise NotPossible(_("Only the person who gave this answer can take it back."))
    record("power.unexamined", by=by, obj=examination, unit_id=declaration.unit_id, reason=examination.reason)
    examination.delete()


@transaction.atomic
def wish_rule(*, declaration: Declaration, entry: RiskEntry, by: User, title: str) -> Rule:
    """Ask for a rule that does not exist yet: it enters the rules library as “to be made”, and a measure of the risk points to it.

    A rule of that title that is there already is used. Raises NotAllowed, NotPossible.
    """
    declaration = _writable(declaration, by)
    entry = lock(declaration.entries.all(), entry.pk)
    title = title.strip()
    if not title or len(title) > 160:
        raise NotPossible(_("Name the rule in at most 160 characters."))
    rule = Rule.objects.filter(unit_id=declaration.unit_id, title=title).first()
    if rule is None:
        rule = Rule(unit_id=declaration.unit_id, department_id=declaration.department_id, title=title)
        rule.save()
        record("rule.requested", by=by, obj=rule, detail={"declaration": declaration.pk})
    if entry.measures.count() >= MOST_MEASURES:
        raise NotPossible(_("A risk has at most %(n)d measures.") % {"n": MOST_MEASURES})
    if not entry.measures.filter(rule=rule).exists():
        order = entry.measures.count() + 1
        EntryMeasure.objects.create(
            entry=entry,
            order=order,
            kind=MeasureKind.RULE,
            rule=rule,
            text=_("Make the rule “%(title)s”.") % {"title": title.strip("《》")},
        )
        if entry.change == EntryChange.KEEP:
            entry.change = EntryChange.CHANGE
        entry.save()
    return rule


@transaction.atomic
def save_and_wish(
    *,
    declaration: Declaration,
    entry: RiskEntry,
    by: User,
    version: int | None,
    fields: Mapping[str, Any],
    measures: Sequence[Mapping[str, Any]],
    title: str,
) -> Rule:
    """Save the risk and ask for the rule, both or neither. Raises what `save_entry` and `wish_rule` raise."""
    entry = save_entry(declaration=declaration, entry=entry, by=by, version=version, fields=fields, measures=measures)
    return wish_rule(declaration=declaration, entry=entry, by=by, title=title)
