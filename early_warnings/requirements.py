"""What a warning must show before it can be closed, by tier and subject (domain §5, 000 §4; issue B). Pure: facts in, a check list out.

| tier | subject | asked for |
|---|---|---|
| general | any | talk of who answers for it (廉政约谈) |
| important | person | a disposition by the discipline committee or personnel office, carried out |
| important | department, unit | leader named; a rule made or mended, linked to the library; report to the party committee |
| highest | any | control group under who answers for it, who holds the talk; joint meeting with decisions; monitoring log |
| highest | any | reports to the party committee, the higher discipline and the higher party committee |
| every | any | causes and measures, all done, verified; statements answered; dispositions carried out |
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from early_warnings.models import Addressee, SubjectKind, Tier

RESPONSIBLE = _("who is responsible")
COMMITTEE = _("discipline committee")
WARNED = _("who is warned, or who is responsible")


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is so far. Counts are of what is valid: cancelled dispositions and talks are left out."""

    tier: str
    subject_kind: str
    has_responsible: bool = False
    leaders_talks: int = 0  # talks that are done, held by who is responsible or by somebody above them
    punished: int = 0  # dispositions by discipline committee or personnel office that were carried out
    dispositions_due: int = 0
    rules: int = 0
    has_group: bool = False
    group_led_by_responsible: bool = False
    meetings: int = 0  # with decisions, at least two members there
    monitoring: int = 0
    reported_to: frozenset[str] = field(default_factory=frozenset)
    statements_unanswered: int = 0
    measures: int = 0
    measures_open: int = 0
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of the check list: `code` for programs, `text` and `who` (does it) for people."""

    code: str
    text: Any
    done: bool
    who: Any


def requirements(facts: Facts) -> list[Requirement]:
    """The whole check list of this tier and subject, done or not, in the order in which it is worked off."""
    return [*_of_tier(facts), *_of_all(facts)]


def missing(facts: Facts) -> list[Requirement]:
    """Those that are not done; empty when the warning can be closed."""
    return [requirement for requirement in requirements(facts) if not requirement.done]


def _of_tier(facts: Facts) -> Iterable[Requirement]:
    if facts.tier == Tier.GENERAL:
        yield Requirement(
            "talk", _("Who is responsible has held an integrity talk, and it is finished."), facts.leaders_talks > 0, RESPONSIBLE
        )
    elif facts.tier == Tier.HIGHEST:
        yield from _of_highest(facts)
    elif facts.subject_kind == SubjectKind.PERSON:
        yield Requirement(
            "disposition",
            _("A disposition by the discipline committee or the personnel office has been carried out."),
            facts.punished > 0,
            _("discipline committee or personnel office"),
        )
    else:
        yield Requirement("leader", _("A leader is named as first responsible."), facts.has_responsible, COMMITTEE)
        yield Requirement(
            "rules", _("At least one rule has been made or mended and is linked to the rules library."), facts.rules > 0, RESPONSIBLE
        )
        yield _reported(facts, Addressee.PARTY_COMMITTEE, RESPONSIBLE)


def _of_highest(facts: Facts) -> Iterable[Requirement]:
    yield Requirement("group", _("The risk control group is named."), facts.has_group, RESPONSIBLE)
    yield Requirement("group_head", _("Who is responsible leads the control group."), facts.group_led_by_responsible, RESPONSIBLE)
    yield Requirement("talk", _("Who is responsible has held an integrity talk, and it is finished."), facts.leaders_talks > 0, RESPONSIBLE)
    yield Requirement("meeting", _("A joint meeting was held and its decisions are recorded."), facts.meetings > 0, _("control group"))
    yield Requirement("monitoring", _("The discipline committee has kept its monitoring log."), facts.monitoring > 0, COMMITTEE)
    yield _reported(facts, Addressee.PARTY_COMMITTEE, COMMITTEE)
    yield _reported(facts, Addressee.HIGHER_DISCIPLINE, COMMITTEE)
    yield _reported(facts, Addressee.HIGHER_PARTY, COMMITTEE)


_REPORTED = {
    Addressee.PARTY_COMMITTEE: _("The result has been reported to the party committee."),
    Addressee.HIGHER_DISCIPLINE: _("The result has been reported to the higher discipline committee."),
    Addressee.HIGHER_PARTY: _("The result has been reported to the higher party committee."),
}


def _reported(facts: Facts, addressee: Addressee, who: Any) -> Requirement:
    return Requirement(f"report_{addressee.value}", _REPORTED[addressee], addressee in facts.reported_to, who)


def _of_all(facts: Facts) -> Iterable[Requirement]:
    done = facts.measures > 0 and not facts.measures_open
    yield Requirement("measures", _("Causes are analysed, measures are set, and all of them are done."), done, WARNED)
    yield Requirement("verified", _("The rectification has been verified."), facts.is_verified, COMMITTEE)
    yield Requirement("statements", _("Every statement has been answered."), not facts.statements_unanswered, COMMITTEE)
    yield Requirement(
        "dispositions", _("Every disposition ordered has been carried out."), not facts.dispositions_due, _("who carries it out")
    )
