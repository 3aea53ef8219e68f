"""What a rule set must not be: each fault in words, with the number that it is about.

Whatever passes here keeps the promises of regrading.rules: more bad evidence never lowers a score, every score has one level, and a fall
can be reached.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from regrading.rule_items import SURVEY_ROWS, Words, items, values_of
from regrading.rules import HIGHEST, Rules


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault: the item's name ("" when it is about none), and a sentence."""

    name: str
    text: str


def problems(rules: Rules, words: Words) -> list[Problem]:
    """Every fault of the set; empty when it may be switched on."""
    return [*_limits(rules, words), *_bands(rules, words), *_graver_never_gives_less(rules, words), *_most(rules), *_surveys(rules)]


def _limits(rules: Rules, words: Words) -> Iterable[Problem]:
    values = values_of(rules)
    for item in items(words):
        if item.name not in values:
            yield Problem(item.name, _("Missing: %(item)s") % {"item": item.label})
        elif not item.lowest <= values[item.name] <= item.highest:
            limits = {"item": item.label, "lowest": item.lowest, "highest": item.highest}
            yield Problem(item.name, _("%(item)s: between %(lowest)d and %(highest)d.") % limits)


def _bands(rules: Rules, words: Words) -> Iterable[Problem]:
    """Ascending with the severity, from 0 on, and wide enough for the margin of a fall."""
    labels = dict(words.levels)
    if len(rules.bands) < 2:
        yield Problem("", _("A set needs at least two levels."))
        return
    if rules.bands[0][1] != 0:
        yield Problem("", _("The lowest level begins at 0 points."))
    widest_margin = HIGHEST
    for (severity, score), (graver, next_score) in pairwise(rules.bands):
        if graver <= severity or next_score <= score:
            told = {"graver": labels.get(graver, graver), "level": labels.get(severity, severity), "score": score}
            yield Problem(f"bands_{graver}", _("“%(graver)s” must begin above “%(level)s” (%(score)d points).") % told)
        else:
            widest_margin = min(widest_margin, next_score - score - 1)
    if rules.fall_margin > widest_margin:
        yield Problem(
            "fall_margin",
            _("With this margin a fall could never be proposed: the narrowest level leaves at most %(n)d points.") % {"n": widest_margin},
        )


def _graver_never_gives_less(rules: Rules, words: Words) -> Iterable[Problem]:
    tiers = [(tier, dict(rules.warnings.tiers).get(tier, 0)) for tier, _label in reversed(words.tiers)]
    rows: list[tuple[str, list[tuple[str, int]], dict[str, str]]] = [
        ("leads_judged_", [(str(key), points) for key, points in rules.leads.judged], {str(k): v for k, v in words.leads}),
        ("warnings_", tiers, dict(words.tiers)),
        ("grades_", [(str(key), points) for key, points in rules.grades.grades], {str(k): v for k, v in words.grades}),
    ]
    for prefix, pairs, labels in rows:
        for (key, points), (graver, more) in pairwise(pairs):
            if more < points:
                told = {"graver": labels.get(graver, graver), "key": labels.get(key, key), "n": points}
                yield Problem(f"{prefix}{graver}", _("“%(graver)s” must not give less than “%(key)s” (%(n)d points).") % told)


def _most(rules: Rules) -> Iterable[Problem]:
    """A ceiling below what a single piece of evidence gives would make that number untrue."""
    pairs = [
        ("leads_most", rules.leads.most, max([rules.leads.unjudged, *(points for _key, points in rules.leads.judged)])),
        ("warnings_most", rules.warnings.most, max([0, *(points for _key, points in rules.warnings.tiers)])),
        ("measures_most", rules.measures.most, rules.measures.overdue),
        ("measures_most_relief", rules.measures.most_relief, rules.measures.relief),
        ("review_most", rules.review.most, rules.review.first),
    ]
    for name, most, single in pairs:
        if most < single:
            yield Problem(name, _("The ceiling must be at least %(n)d, which one piece of evidence alone gives.") % {"n": single})


def _surveys(rules: Rules) -> Iterable[Problem]:
    bounds = rules.surveys.bounds
    if len(bounds) > SURVEY_ROWS:
        yield Problem("", _("At most %(n)d rows for surveys.") % {"n": SURVEY_ROWS})
    for row, (bound, points) in enumerate(bounds):
        if not 1 <= bound <= 100 or not 0 <= points <= 100:
            yield Problem(f"surveys_from_{row}", _("Contact rates lie between 1 % and 100 %, points between 0 and 100."))
    for row, ((bound, points), (next_bound, more)) in enumerate(pairwise(bounds), 1):
        if next_bound <= bound:
            yield Problem(f"surveys_from_{row}", _("%(n)d %% stands here twice.") % {"n": bound})
        elif more < points:
            told = {"bound": next_bound, "n": points}
            yield Problem(f"surveys_points_{row}", _("From %(bound)d %% on it must not be less than %(n)d points.") % told)
