"""May this form be signed, now? What is missing, each with the place where it is mended (domain §3, 002)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from positions.models import HolderLevel
from risks.models import Declaration, EntryChange, RiskEntry


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a form from being signed: the sentence, the risk it concerns, or the step of the form."""

    text: str
    entry: RiskEntry | None = None
    step: str = ""


def is_blank(entry: RiskEntry) -> bool:
    """Added, but nothing written in it yet; such rows vanish when the form is signed."""
    return entry.change == EntryChange.NEW and not any((value or "").strip() for value in (entry.title, entry.content, entry.manifestation))


def problems_of_form(declaration: Declaration, entries: Iterable[RiskEntry]) -> list[Problem]:
    """What is missing in the form as a whole and in its risks; empty when it can be signed. Entries come with their measures."""
    rows = [entry for entry in entries if not is_blank(entry)]
    found: list[Problem] = []
    if declaration.kind != HolderLevel.UNIT and not declaration.duties.strip():
        found.append(Problem(_("The duties are empty."), step="duties"))
    if declaration.kind != HolderLevel.POSITION and not declaration.participants.strip():
        found.append(Problem(_("Say who took part in finding the risks."), step="duties"))
    if not rows and not declaration.none_found_reason.strip():
        found.append(Problem(_("Add at least one risk, or say why none was found."), step="risks"))
    for entry in rows:
        found += problems_of_entry(entry)
    if declaration.kind == HolderLevel.UNIT and not (declaration.discussed_on and declaration.discussion.strip()):
        found.append(Problem(_("Record when the leadership discussed the form and what it concluded."), step="commitment"))
    if not declaration.commitment.strip():
        found.append(Problem(_("The commitment is empty."), step="commitment"))
    return found


def problems_of_entry(entry: RiskEntry) -> list[Problem]:
    """What is missing in one risk. A risk to be taken off needs its reason only."""
    name = entry.title or _("risk without a name")
    if entry.change == EntryChange.RETIRE:
        if self_said(entry, "change_reason"):
            return []
        return [Problem(_("“%(risk)s” is to be taken off: say why.") % {"risk": name}, entry)]
    missing = [
        label
        for label, value in [
            (_("risk point"), entry.title.strip()),
            (_("content"), entry.content.strip()),
            (_("source of the risk"), entry.aspect),
            (_("self-rated level"), entry.self_level_id or entry.computed_level_id),
            (_("measures"), any(measure.text.strip() for measure in entry.measures.all())),
        ]
        if not value
    ]
    found = []
    if missing:
        text = _("“%(risk)s” lacks: %(fields)s.") % {"risk": name, "fields": _(", ").join(missing)}
        found.append(Problem(text, entry))
    if differs(entry) and not self_said(entry, "self_reason"):
        found.append(Problem(_("“%(risk)s”: say why your level differs from the computed one.") % {"risk": name}, entry))
    return found


def differs(entry: RiskEntry) -> bool:
    """Whether the person rated the risk otherwise than the scheme computes."""
    return bool(entry.self_level_id and entry.computed_level_id and entry.self_level_id != entry.computed_level_id)


def self_said(entry: RiskEntry, key: str) -> Any:
    """A reason the declarant gave, kept beside the scheme's answers: `self_reason`, `change_reason`."""
    return str((entry.answers or {}).get(key, "")).strip()
