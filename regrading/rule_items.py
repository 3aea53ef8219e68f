"""The numbers of a rule set, one by one: what each is called, within which limits it lies, and how a set is taken apart and put together.

Forms, tables, comparisons and checks all go by these names (`leads_judged_3`, `review_after`), so that none is forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regrading.rules import HIGHEST, Pairs, Rules

SURVEY_ROWS = 5
MOST_POINTS = 100
MOST_MONTHS = 60


class Section(TextChoices):
    """Parts of a rule set, in the order in which people read them."""

    BANDS = "bands", _("Scores and levels")
    WINDOW = "window", _("Period looked back on")
    MEASURES = "measures", pgettext_lazy("regrading", "Prevention measures")
    GRADES = "grades", _("Quarterly grade of the holder")
    REVIEW = "review", _("Time since the last review")
    SURVEYS = "surveys", _("Contact-rate survey")
    WARNINGS = "warnings", pgettext_lazy("regrading", "Warnings")
    LEADS = "leads", pgettext_lazy("regrading", "Leads")
    PROPOSALS = "proposals", _("When a proposal is made")


CONFIDENTIAL = frozenset({Section.SURVEYS, Section.WARNINGS, Section.LEADS})
"""Sections whose evidence never touches the score that everybody sees (ADR 0020)."""


class Kind(TextChoices):
    """What a number counts."""

    POINTS = "points", _("%(n)s points")
    SCORE = "score", _("from %(n)s points")
    PERCENT = "percent", _("%(n)s %%")
    MONTHS = "months", _("%(n)s months")


@dataclass(frozen=True, slots=True)
class Words:
    """What the unit calls levels, levels of leads, tiers and grades: (key, label), the gravest first."""

    levels: tuple[tuple[int, str], ...]
    leads: tuple[tuple[int, str], ...]
    tiers: tuple[tuple[str, str], ...]
    grades: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One number of a rule set: `lowest` to `highest`, both allowed."""

    name: str
    section: Section
    label: Any
    kind: Kind
    lowest: int
    highest: int
    help: Any = ""


def items(words: Words) -> list[Item]:
    """Every number but the rows of surveys, in the order of the form. The lowest level begins at 0 and is no item."""
    lowest = min((severity for severity, _label in words.levels), default=0)
    points, months, percent = Kind.POINTS, Kind.MONTHS, Kind.PERCENT
    found = [
        Item(f"bands_{severity}", Section.BANDS, _("“%(level)s” from") % {"level": label}, Kind.SCORE, 1, HIGHEST)
        for severity, label in words.levels
        if severity != lowest
    ]
    found.append(Item("window", Section.WINDOW, _("months looked back on"), months, 1, MOST_MONTHS))
    found += [
        Item("measures_overdue", Section.MEASURES, _("each overdue measure"), points, 0, MOST_POINTS),
        Item("measures_per_month", Section.MEASURES, _("each full month overdue, in addition"), points, 0, MOST_POINTS),
        Item("measures_most", Section.MEASURES, _("for overdue measures at most"), points, 0, MOST_POINTS),
        Item("measures_relief", Section.MEASURES, _("relief for each completed measure"), points, 0, MOST_POINTS),
        Item("measures_most_relief", Section.MEASURES, _("relief at most"), points, 0, MOST_POINTS),
    ]
    grade_help = _("A number below 0 relieves.")
    found += [
        Item(f"grades_{severity}", Section.GRADES, _("grade “%(grade)s”") % {"grade": label}, points, -MOST_POINTS, MOST_POINTS, grade_help)
        for severity, label in reversed(words.grades)
    ]
    found += [
        Item("review_after", Section.REVIEW, _("months without review from which it counts"), months, 1, MOST_MONTHS),
        Item("review_first", Section.REVIEW, _("points given then"), points, 0, MOST_POINTS),
        Item("review_every", Section.REVIEW, _("and again after each further months"), months, 1, MOST_MONTHS),
        Item("review_step", Section.REVIEW, _("points each time"), points, 0, MOST_POINTS),
        Item("review_most", Section.REVIEW, _("for missing review at most"), points, 0, MOST_POINTS),
    ]
    found += [Item(f"warnings_{tier}", Section.WARNINGS, label, points, 0, MOST_POINTS) for tier, label in words.tiers]
    found += [
        Item("warnings_closed_percent", Section.WARNINGS, _("share that a closed warning counts"), percent, 0, 100),
        Item("warnings_most", Section.WARNINGS, _("for warnings at most"), points, 0, MOST_POINTS),
    ]
    found += [
        Item(f"leads_judged_{severity}", Section.LEADS, _("judged “%(level)s”") % {"level": label}, points, 0, MOST_POINTS)
        for severity, label in words.leads
    ]
    found += [
        Item("leads_unjudged", Section.LEADS, _("not yet judged"), points, 0, MOST_POINTS),
        Item("leads_most", Section.LEADS, _("for leads at most"), points, 0, MOST_POINTS),
        Item("fall_margin", Section.PROPOSALS, _("a fall only so far below the band"), points, 0, MOST_POINTS),
        Item("ask_again_points", Section.PROPOSALS, _("after a refusal again when the score has moved by"), points, 1, MOST_POINTS),
        Item("ask_again_months", Section.PROPOSALS, _("or when so much time has passed"), months, 1, MOST_MONTHS),
    ]
    return found


def values_of(rules: Rules) -> dict[str, int]:
    """Name → number, rows of surveys as `surveys_from_0`, `surveys_points_0`, …"""
    found = {f"bands_{severity}": score for severity, score in rules.bands} | {"window": rules.window}
    for name in ("overdue", "per_month", "most", "relief", "most_relief"):
        found[f"measures_{name}"] = getattr(rules.measures, name)
    found |= {f"grades_{severity}": points for severity, points in rules.grades.grades}
    for row, (bound, points) in enumerate(rules.surveys.bounds):
        found |= {f"surveys_from_{row}": bound, f"surveys_points_{row}": points}
    for name in ("after", "first", "every", "step", "most"):
        found[f"review_{name}"] = getattr(rules.review, name)
    found |= {f"warnings_{tier}": points for tier, points in rules.warnings.tiers}
    found |= {"warnings_closed_percent": rules.warnings.closed_percent, "warnings_most": rules.warnings.most}
    found |= {f"leads_judged_{severity}": points for severity, points in rules.leads.judged}
    found |= {"leads_unjudged": rules.leads.unjudged, "leads_most": rules.leads.most}
    return found | {name: getattr(rules, name) for name in ("fall_margin", "ask_again_points", "ask_again_months")}


def rules_from(values: Mapping[str, int | None], words: Words) -> Rules:
    """The set that these numbers make. Raises KeyError when one is missing; rows of surveys without a bound are left out."""
    numbers = {name: value for name, value in values.items() if value is not None}
    blank = Rules()

    def pairs(prefix: str, keys: tuple[tuple[int, str], ...]) -> Pairs:
        return tuple(sorted((key, numbers[f"{prefix}{key}"]) for key, _label in keys))

    def some(prefix: str, *names: str) -> dict[str, int]:
        return {name: numbers[f"{prefix}_{name}"] for name in names}

    lowest = min((severity for severity, _label in words.levels), default=0)
    above = tuple(pair for pair in words.levels if pair[0] != lowest)
    bounds = ((numbers.get(f"surveys_from_{row}"), numbers.get(f"surveys_points_{row}", 0)) for row in range(SURVEY_ROWS))
    return Rules(
        bands=((lowest, 0), *pairs("bands_", above)),
        window=numbers["window"],
        leads=replace(blank.leads, judged=pairs("leads_judged_", words.leads), **some("leads", "unjudged", "most")),
        warnings=replace(
            blank.warnings,
            tiers=tuple((tier, numbers[f"warnings_{tier}"]) for tier, _label in reversed(words.tiers)),
            **some("warnings", "closed_percent", "most"),
        ),
        measures=replace(blank.measures, **some("measures", "overdue", "per_month", "most", "relief", "most_relief")),
        grades=replace(blank.grades, grades=pairs("grades_", words.grades)),
        surveys=replace(blank.surveys, bounds=tuple(sorted((bound, points) for bound, points in bounds if bound is not None))),
        review=replace(blank.review, **some("review", "after", "first", "every", "step", "most")),
        fall_margin=numbers["fall_margin"],
        ask_again_points=numbers["ask_again_points"],
        ask_again_months=numbers["ask_again_months"],
    )
