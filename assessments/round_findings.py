"""What is to be mended before the appraisal of a round can open, and what is worth a look. Four queries, however many people there are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import weights
from assessments.models import Assessed, Group, Rater, RaterLevel, Round
from assessments.rules import GroupRules
from assessments.scoring.pooling import JOIN, SMALLEST_GROUP, labels
from assessments.services.settings import all_of, rules_of
from assessments.states import RoundState
from positions.models import Appointment

SHOWN_NAMES = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of thing. `blocks`: the appraisal does not open with it. `filter`: of the list of people, shows those it is about."""

    text: str
    blocks: bool
    filter: str = ""
    people: tuple[Assessed, ...] = ()


@dataclass(frozen=True, slots=True)
class RaterCount:
    """How many of somebody's raters can answer, in all and by level."""

    total: int
    by_level: dict[str, int]

    @property
    def is_pooled(self) -> bool:
        """Some level has raters, but too few to hide in: it is counted together with another (ADR 0014)."""
        return any(JOIN in label for label in labels(self.by_level, RaterLevel.values).values())


NOBODY = RaterCount(0, {})


def rater_counts(found: Round) -> dict[int, RaterCount]:
    """Assessed → its raters who can sign in; those without any are left out."""
    levels: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for pk, level in Rater.objects.filter(assessed__round=found, person__is_active=True).values_list("assessed_id", "level"):
        levels[pk][level] += 1
    return {pk: RaterCount(sum(counts.values()), dict(counts)) for pk, counts in levels.items()}


def findings(found: Round) -> list[Finding]:
    """What blocks first."""
    rules = {group: rules_of(row) for group, row in all_of(found.unit_id).items()}
    rows = [*_of_all_people(found, rules), *_of_settings(rules), *_of_dates(found)]
    return sorted(rows, key=lambda row: not row.blocks)


def of_people(found: Round) -> list[Finding]:
    """The findings about people alone, for their list."""
    return _of_all_people(found, {group: rules_of(row) for group, row in all_of(found.unit_id).items()})


def _of_all_people(found: Round, rules: dict[str, GroupRules]) -> list[Finding]:
    people = list(found.assessed.order_by("pk"))
    fewest = {group: rule.minimum_ballots for group, rule in rules.items()}
    return [*_of_people(people, rater_counts(found), fewest), *_of_organisation(found, people)]


def _of_people(people: list[Assessed], counts: dict[int, RaterCount], fewest: dict[str, int]) -> Iterable[Finding]:
    if not people:
        yield Finding(_("Nobody is to be assessed yet."), True)
        return
    without = tuple(one for one in people if one.pk not in counts)
    if without:
        text = ngettext("Nobody is asked about %(n)d person: %(names)s.", "Nobody is asked about %(n)d people: %(names)s.", len(without))
        yield Finding(text % _words(without), True, "none", without)
    few = tuple(one for one in people if one.pk in counts and counts[one.pk].total < fewest[one.group])
    if few:
        text = ngettext(
            "%(n)d person has fewer raters than the fewest ballots: %(names)s.",
            "%(n)d people have fewer raters than the fewest ballots: %(names)s.",
            len(few),
        )
        yield Finding(text % _words(few), True, "few", few)
    tight = tuple(one for one in people if one.pk in counts and counts[one.pk].total == fewest[one.group])
    if tight:
        text = ngettext(
            "%(n)d person has a result only if every single rater answers: %(names)s.",
            "%(n)d people have a result only if every single rater answers: %(names)s.",
            len(tight),
        )
        yield Finding(text % _words(tight), False, "tight", tight)
    pooled = tuple(one for one in people if counts.get(one.pk, NOBODY).is_pooled)
    if pooled:
        text = ngettext(
            "For %(n)d person a weight has fewer than %(least)d raters: it is counted together with the next, so that nobody can be told.",
            "For %(n)d people a weight has fewer than %(least)d raters: it is counted together with the next, so that nobody can be told.",
            len(pooled),
        )
        yield Finding(text % (_words(pooled) | {"least": SMALLEST_GROUP}), False, "pooled", pooled)


def _of_organisation(found: Round, people: list[Assessed]) -> Iterable[Finding]:
    in_post = dict(
        Appointment.objects.in_force()
        .filter(position__unit_id=found.unit_id)
        .order_by("person__name")
        .values_list("person_id", "person__name")
    )
    known = {one.person_id for one in people}
    missing = [name for pk, name in in_post.items() if pk not in known]
    if missing and people:
        text = ngettext(
            "%(n)d person in post is not assessed: %(names)s.", "%(n)d people in post are not assessed: %(names)s.", len(missing)
        )
        yield Finding(text % {"n": len(missing), "names": _some(missing)}, False)
    gone = tuple(one for one in people if one.person_id not in in_post)
    if gone:
        text = ngettext(
            "%(n)d person no longer holds a post of the unit: %(names)s.",
            "%(n)d people no longer hold a post of the unit: %(names)s.",
            len(gone),
        )
        yield Finding(text % _words(gone), False, "gone", gone)
    idle = Rater.objects.filter(assessed__round=found, person__is_active=False).values("person").distinct().count()
    if idle:
        text = ngettext("%(n)d rater cannot sign in and is not counted.", "%(n)d raters cannot sign in and are not counted.", idle)
        yield Finding(text % {"n": idle}, False)


def _of_settings(rules: dict[str, GroupRules]) -> Iterable[Finding]:
    for group, rule in rules.items():
        for problem in weights.problems(rule):
            yield Finding(f"{Group(group).label}: {problem}", True)


def _of_dates(found: Round) -> Iterable[Finding]:
    last = next(row.ends_on for row in found.phases.all() if row.phase == RoundState.RATING)
    if last < timezone.localdate():
        yield Finding(_("The appraisal was to end on %(day)s already: set its days anew.") % {"day": last.isoformat()}, True)


def _words(people: tuple[Assessed, ...]) -> dict[str, Any]:
    return {"n": len(people), "names": _some([one.name for one in people])}


def _some(names: list[str]) -> str:
    shown = _(", ").join(names[:SHOWN_NAMES])
    return shown if len(names) <= SHOWN_NAMES else _("%(names)s and others") % {"names": shown}
