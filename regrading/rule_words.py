"""A rule set as an official reads it: a sentence a rule, a table of numbers, and what differs between two versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from regrading.rule_items import CONFIDENTIAL, Kind, Section, Words, items, values_of
from regrading.rules import Rules


@dataclass(frozen=True, slots=True)
class Line:
    """One number in words; `key` is the same in every version."""

    key: str
    section: Section
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that is not the same; "" where a version lacks it."""

    section: Section
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section to be shown: its sentences and its numbers."""

    section: Section
    sentences: list[str]
    lines: list[Line]
    is_confidential: bool


def parts(rules: Rules, words: Words) -> list[Part]:
    """The whole set."""
    told = lines(rules, words)
    return [
        Part(section, sentences(section, rules, words), [line for line in told if line.section == section], section in CONFIDENTIAL)
        for section in Section
    ]


def lines(rules: Rules, words: Words) -> list[Line]:
    """Every number of the set in the order of the form."""
    values = values_of(rules)
    found = [
        Line(item.name, item.section, str(item.label), amount(item.kind, values[item.name])) for item in items(words) if item.name in values
    ]
    surveys = [
        Line(f"surveys_{bound}", Section.SURVEYS, _("contact rate from %(n)d %%") % {"n": bound}, amount(Kind.POINTS, points))
        for bound, points in rules.surveys.bounds
    ]
    order = list(Section)
    return sorted([*found, *surveys], key=lambda line: order.index(line.section))


def differences(old: Rules, new: Rules, words: Words) -> list[Difference]:
    """What `new` says otherwise than `old`, in the order of the form."""
    before = {line.key: line for line in lines(old, words)}
    after = {line.key: line for line in lines(new, words)}
    keys = [*after, *(key for key in before if key not in after)]
    order = list(Section)
    found = [
        Difference(
            (after.get(key) or before[key]).section,
            (after.get(key) or before[key]).label,
            before[key].value if key in before else "",
            after[key].value if key in after else "",
        )
        for key in keys
        if key not in before or key not in after or before[key].value != after[key].value
    ]
    return sorted(found, key=lambda one: order.index(one.section))


def changes(old: Rules, new: Rules, words: Words) -> dict[str, list[Any]]:
    """The same for the audit: label → [old, new]."""
    told = differences(old, new, words)
    return {_("%(section)s: %(item)s") % {"section": one.section.label, "item": one.label}: [one.old, one.new] for one in told}


def amount(kind: Kind, number: int) -> str:
    """A number with its unit."""
    return str(kind.label) % {"n": number}


def sentences(section: Section, rules: Rules, words: Words) -> list[str]:
    """What the section says, in sentences."""
    told: dict[Section, Any] = {
        Section.BANDS: _bands,
        Section.WINDOW: _window,
        Section.MEASURES: _measures,
        Section.GRADES: _grades,
        Section.SURVEYS: _surveys,
        Section.REVIEW: _review,
        Section.WARNINGS: _warnings,
        Section.LEADS: _leads,
        Section.PROPOSALS: _proposals,
    }
    return list(told[section](rules, words))


def _bands(rules: Rules, words: Words) -> Iterator[str]:
    labels = dict(words.levels)
    ranges = []
    above = 101
    for severity, score in reversed(rules.bands):
        told = {"level": labels.get(severity, severity), "low": score, "high": above - 1}
        ranges.append(_("%(low)d to %(high)d points: “%(level)s”") % told)
        above = score
    yield _("%(ranges)s.") % {"ranges": _(", ").join(ranges)}
    yield _(
        "A score begins in the band of the level that people last decided: the higher probability and harm, the higher in the band. "
        "Without further evidence nothing moves."
    )


def _window(rules: Rules, words: Words) -> Iterator[str]:
    yield _("Leads, warnings, grades and surveys of the last %(n)d months count.") % {"n": rules.window}


def _measures(rules: Rules, words: Words) -> Iterator[str]:
    rule = rules.measures
    told = {"n": rule.overdue, "month": rule.per_month, "most": rule.most}
    yield _("Each overdue measure gives %(n)d points, each full month overdue %(month)d more; together at most %(most)d points.") % told
    yield _("With nothing overdue, each completed measure relieves by %(n)d points, by %(most)d at most.") % {
        "n": rule.relief,
        "most": rule.most_relief,
    }


def _grades(rules: Rules, words: Words) -> Iterator[str]:
    labels = dict(words.grades)
    told = [_("“%(label)s” %(n)+d") % {"label": labels.get(severity, severity), "n": points} for severity, points in rules.grades.grades]
    yield _("The holder's latest final quarterly grade gives: %(list)s points.") % {"list": _(", ").join(told)}
    yield _("Grades that are not shown to the whole unit count like confidential evidence.")


def _surveys(rules: Rules, words: Words) -> Iterator[str]:
    if not rules.surveys.bounds:
        yield _("Surveys do not count.")
        return
    told = [_("from %(bound)d %% %(n)+d") % {"bound": bound, "n": points} for bound, points in rules.surveys.bounds]
    yield _("The contact rate of the department's latest survey (else of the unit's) gives: %(list)s points.") % {
        "list": _(", ").join(told)
    }


def _review(rules: Rules, words: Words) -> Iterator[str]:
    rule = rules.review
    told = {"after": rule.after, "first": rule.first, "every": rule.every, "step": rule.step, "most": rule.most}
    yield (
        _(
            "Without review for %(after)d months: %(first)d points, and %(step)d more for each further %(every)d months; "
            "at most %(most)d points."
        )
        % told
    )


def _warnings(rules: Rules, words: Words) -> Iterator[str]:
    points = dict(rules.warnings.tiers)
    told = [_("“%(label)s” %(n)+d") % {"label": label, "n": points.get(tier, 0)} for tier, label in words.tiers]
    yield _("Each warning in the period on holder, department or power gives: %(list)s points; together at most %(most)d.") % {
        "list": _(", ").join(told),
        "most": rules.warnings.most,
    }
    yield _("A closed warning counts %(n)d %% of them.") % {"n": rules.warnings.closed_percent}


def _leads(rules: Rules, words: Words) -> Iterator[str]:
    labels = dict(words.leads)
    told = [
        _("“%(label)s” %(n)+d") % {"label": labels.get(severity, severity), "n": points}
        for severity, points in reversed(rules.leads.judged)
    ]
    facts = {"list": _(", ").join(told), "unjudged": rules.leads.unjudged, "most": rules.leads.most}
    yield (
        _("Each lead in the period on holder or power, as it was judged: %(list)s; not yet judged %(unjudged)d; at most %(most)d points.")
        % facts
    )


def _proposals(rules: Rules, words: Words) -> Iterator[str]:
    yield _("A score in the band of a graver level becomes a proposal to raise the level at once.")
    yield _("A fall is proposed only %(n)d points below the band; it always waits for the leading group.") % {"n": rules.fall_margin}
    yield _("A declined proposal comes back when the score has moved by %(points)d points, or after %(months)d months.") % {
        "points": rules.ask_again_points,
        "months": rules.ask_again_months,
    }
