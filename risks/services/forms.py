"""The three forms: opening, writing, signing, taking back (domain §3). Risks within a form: `risks.services.entries`."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import record
from common.errors import NotPossible
from common.prepared import Given, one_of
from common.prepared_objects import Objects, keep
from common.writes import lock
from notifications.services import notify
from positions.models import Department, HolderLevel, Position, Unit
from positions.scopes import scope_of
from risks.models import Campaign, Declaration, EntryChange, EntryComment, EntryMeasure, RiskEntry, Signature
from risks.permissions import forms as permissions
from risks.policies import is_blank, problems_of_form
from risks.services import opening
from risks.services.campaigns import default_commitments, default_scheme
from risks.services.entries import (
    add_entry,
    change_entry,
    delete_entry,
    examine,
    save_entry,
    unexamine,
    wish_rule,
)
from risks.services.prefill import points_of, prefill
from risks.services.responsibility import hold_organisation
from risks.states import FORM_TABLE, CampaignState, FormState

FORM_FIELDS = ("duties", "participants", "discussed_on", "discussed_by", "discussion", "none_found_reason", "commitment")

_PLACES = ("power_item", "flow_step", "risk_point")
_LEVELS = ("self_level", "computed_level", "reviewed_level", "final_level")
_entries = Objects(lambda: RiskEntry.objects.filter(declaration=Given("form")).select_related(*_PLACES, *_LEVELS).order_by("order", "id"))
_measures = Objects(
    lambda: EntryMeasure.objects.filter(one_of("entry_id", "entries")).select_related("rule", "who").order_by("order", "id")
)
_comments = Objects(lambda: EntryComment.objects.filter(one_of("entry_id", "entries")).select_related("by").order_by("id"))


@transaction.atomic
def open_for(*, campaign: Campaign, by: User) -> list[Declaration]:
    """Open what the person owes in a running campaign and lacks; returns their forms. Raises NotPossible."""
    campaign = lock(Campaign.objects, campaign.pk)
    if campaign.state != CampaignState.RUNNING:
        raise NotPossible(_("The campaign is not running."))
    rows, _opened = opening.owed(campaign)
    own = Declaration.objects.active().filter(campaign=campaign, declarant=by)
    there = set(own.values_list("kind", "declarant_id", "department_id", "position_id"))
    for key, row in rows.items():
        if row.declarant_id == by.pk and key not in there:
            row.save()
            record("declaration.opened", by=by, obj=row)
    return list(own.order_by("pk"))


@transaction.atomic
def begin(*, declaration: Declaration, by: User) -> Declaration:
    """The person opens their draft for the first time: it is filled with what the register knows. A second call changes nothing."""
    declaration = lock(Declaration.objects, declaration.pk)
    permissions.may_edit(by, declaration).require()
    if not is_untouched(declaration):
        return declaration
    prefill(declaration=declaration, by=by)
    declaration.save()
    record("declaration.begun", by=by, obj=declaration)
    return declaration


def is_untouched(declaration: Declaration) -> bool:
    """Whether nobody has begun the draft: no save since it was opened."""
    return declaration.state == FormState.DRAFT and declaration.version == 1


@transaction.atomic
def open_adjustment(
    *,
    by: User,
    position: Position | None = None,
    department: Department | None = None,
    unit: Unit | None = None,
    points: Iterable[int] = (),
) -> Declaration:
    """动态调整: a form without a campaign, with the chosen points of the register. One unfinished form for each holder: a second call
    adds its points to it. Raises NotAllowed (not one's own post), NotPossible."""
    permissions.may_open_adjustment(by).require()
    # One's own row is the lock: two clicks do not open two forms.
    User.objects.select_for_update().get(pk=by.pk)
    draft = _adjustment_of(by, position, department, unit)
    if not permissions.holds(scope_of(by), draft):
        permissions.no(_("You can adjust only the risks of posts that you hold.")).require()
    there = (
        Declaration.objects.select_for_update()
        .filter(
            campaign=None,
            declarant=by,
            kind=draft.kind,
            unit_id=draft.unit_id,
            department_id=draft.department_id,
            position_id=draft.position_id,
            state__in=permissions.EDITABLE,
        )
        .first()
    )
    if there is None:
        draft.save()
        there = draft
        record("declaration.opened", by=by, obj=there, detail={"adjustment": True})
    wanted = points_of(there).filter(pk__in=list(points)).prefetch_related("measures")
    prefill(declaration=there, by=by, points=wanted)
    there.save()
    return there


def _adjustment_of(by: User, position: Position | None, department: Department | None, unit: Unit | None) -> Declaration:
    holder = position or department or unit
    if holder is None:
        raise NotPossible(_("Choose what the adjustment is for."))
    of_unit = unit or (position.unit if position else department.unit if department else None)
    assert of_unit is not None
    running = Campaign.objects.filter(unit=of_unit).running().first()
    scheme = running.scheme if running else default_scheme(of_unit)
    if scheme is None:
        raise NotPossible(_("There is no grading scheme yet. Make one under “Grading schemes” first."))
    kind = HolderLevel.POSITION if position else HolderLevel.DEPARTMENT if department else HolderLevel.UNIT
    texts = default_commitments()
    latest = running or Campaign.objects.filter(unit=of_unit).order_by("-year").first()
    return Declaration(
        unit=of_unit,
        scheme=scheme,
        kind=kind,
        declarant=by,
        department=position.department if position else department,
        position=position,
        duties=holder.duties,
        participants="" if position else by.name,
        commitment=(getattr(latest, f"commitment_{kind}") if latest else "") or texts[f"commitment_{kind}"],
    )


@transaction.atomic
def save_form(*, declaration: Declaration, by: User, version: int | None, fields: Mapping[str, Any]) -> Declaration:
    """Write duties, participants, discussion, commitment… Raises NotAllowed, NotPossible (a signed commitment), Conflict."""
    declaration = lock(Declaration.objects, declaration.pk, version=version)
    permissions.may_edit(by, declaration).require()
    changed = []
    for name in FORM_FIELDS:
        if name not in fields or fields[name] == getattr(declaration, name):
            continue
        if name == "commitment" and declaration.signed_at is not None:
            raise NotPossible(_("The commitment was signed and can no longer change."))
        setattr(declaration, name, fields[name])
        changed.append(name)
    if changed:
        declaration.save()
        record("declaration.saved", by=by, obj=declaration, detail={"fields": changed})
    return declaration


def entries_of(declaration: Declaration) -> list[RiskEntry]:
    """The risks of the form in order, with measures, places and levels; three queries whatever their number."""
    entries = _entries(form=declaration.pk)
    keys = [entry.pk for entry in entries]
    by_entry: dict[int, tuple[list[EntryMeasure], list[EntryComment]]] = {key: ([], []) for key in keys}
    if keys:
        for measure in _measures(entries=keys):
            by_entry[measure.entry_id][0].append(measure)
        for comment in _comments(entries=keys):
            by_entry[comment.entry_id][1].append(comment)
    for entry in entries:
        measures, comments = by_entry[entry.pk]
        for part in (*measures, *comments):
            part.entry = entry
        keep(entry, "measures", measures)
        keep(entry, "comments", comments)
        entry.declaration = declaration
    return entries


def canonical(declaration: Declaration, entries: Iterable[RiskEntry]) -> dict[str, Any]:
    """Everything the form says, in words, as it is signed; the digest is computed over its canonical JSON."""
    return {
        "kind": declaration.kind,
        "unit": declaration.unit.name,
        "department": declaration.department.name if declaration.department else "",
        "position": declaration.position.name if declaration.position else "",
        "declarant": declaration.declarant.label,
        "campaign": declaration.campaign.title if declaration.campaign else "",
        "duties": declaration.duties,
        "participants": declaration.participants,
        "discussed_on": declaration.discussed_on.isoformat() if declaration.discussed_on else "",
        "discussed_by": declaration.discussed_by,
        "discussion": declaration.discussion,
        "none_found_reason": declaration.none_found_reason,
        "commitment": declaration.commitment,
        "risks": [_said(entry) for entry in entries],
    }


def _said(entry: RiskEntry) -> dict[str, Any]:
    return {
        "change": entry.change,
        "number": entry.risk_point.number if entry.risk_point else "",
        "title": entry.title,
        "content": entry.content,
        "manifestation": entry.manifestation,
        "aspect": entry.aspect,
        "found_by": entry.found_by,
        "method": entry.method,
        "power_item": str(entry.power_item) if entry.power_item else "",
        "flow_step": entry.flow_step.name if entry.flow_step else "",
        "major_matter": entry.major_matter,
        "answers": {
            "probability": entry.probability,
            "harm": entry.harm,
            "influence": entry.influence,
            **{key: entry.answers[key] for key in sorted(entry.answers)},
        },
        "self_level": entry.self_level.label if entry.self_level else "",
        "involved_positions": entry.involved_positions,
        "cooperating": entry.cooperating,
        "measures": [
            {
                "kind": m.kind,
                "line": m.line,
                "text": m.text,
                "who": m.who.label if m.who else "",
                "due_on": m.due_on.isoformat() if m.due_on else "",
                "rule": m.rule.title if m.rule else "",
            }
            for m in entry.measures.all()
        ],
    }


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 (hexadecimal) of the canonical JSON: keys sorted, no spaces, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def sign_and_submit(*, declaration: Declaration, by: User, version: int | None) -> Declaration:
    """Sign the form with name and time and hand it in to its first reviewer, or to the one who returned it.

    Wholly blank risks vanish. Raises NotAllowed, NotPossible (something is missing: all of it is named), Conflict.
    """
    from risks.services.review import start_review

    hold_organisation([declaration.unit_id])
    declaration = lock(Declaration.objects, declaration.pk, version=version)
    permissions.may_sign(by, declaration).require()
    entries = entries_of(declaration)
    problems = problems_of_form(declaration, entries)
    if problems:
        raise NotPossible(" ".join(problem.text for problem in problems[:8]))
    for entry in [entry for entry in entries if is_blank(entry)]:
        entry.delete()
        entries.remove(entry)
    for entry in entries:
        if entry.self_level_id is None and entry.change != EntryChange.RETIRE:
            entry.self_level = entry.computed_level
            entry.save(update_fields=["self_level", "updated_at"])
    now = timezone.now()
    declaration.signed_at = declaration.submitted_at = now
    declaration.save()
    content = canonical(declaration, entries)
    Signature.objects.create(
        declaration=declaration, by=by, name=by.name, text=declaration.commitment, content=content, digest=digest_of(content)
    )
    start_review(declaration=declaration, by=by)
    declaration.refresh_from_db()
    return declaration


@transaction.atomic
def withdraw(*, declaration: Declaration, by: User) -> Declaration:
    """Take a form back before anybody decided. Raises NotAllowed, NotPossible."""
    declaration = lock(Declaration.objects, declaration.pk)
    permissions.may_withdraw(by, declaration).require()
    transition = FORM_TABLE.move(declaration, "withdraw")
    waiting = [step.reviewer for step in declaration.review_steps.filter(is_current=True).select_related("reviewer") if step.reviewer]
    declaration.review_steps.all().delete()
    declaration.save()
    record(transition.audit, by=by, obj=declaration)
    notify(waiting, kind="form.withdrawn", text=_("%(name)s took back the form you were to review.") % {"name": by.name}, except_for=by)
    return declaration


@transaction.atomic
def cancel(*, declaration: Declaration, by: User, reason: str) -> Declaration:
    """Cancel a form with a reason. Raises NotAllowed, NotPossible."""
    declaration = lock(Declaration.objects, declaration.pk)
    permissions.may_cancel(by, declaration).require()
    if not reason.strip():
        raise NotPossible(_("Give a reason."))
    transition = FORM_TABLE.move(declaration, "cancel")
    declaration.review_steps.filter(is_current=True).update(is_current=False)
    declaration.save()
    record(transition.audit, by=by, obj=declaration, reason=reason)
    notify(
        [declaration.declarant],
        kind="form.cancelled",
        text=_("Your risk form was cancelled: %(reason)s") % {"reason": reason},
        except_for=by,
    )
    return declaration


__all__ = [
    "add_entry",
    "begin",
    "cancel",
    "change_entry",
    "delete_entry",
    "examine",
    "open_adjustment",
    "open_for",
    "prefill",
    "save_entry",
    "save_form",
    "sign_and_submit",
    "unexamine",
    "wish_rule",
    "withdraw",
]
