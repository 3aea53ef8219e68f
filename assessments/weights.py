"""Do the numbers of a group's rules make sense? Pure; each problem is a sentence that says by how much (domain §6)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from assessments.rules import GradeRule, GroupRules

HUNDRED = Decimal(100)
FEWEST_BALLOTS = 3


def in_words(number: Decimal) -> str:
    """Without trailing zeros: 12.5, 30."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def sum_problem(what: object, weights: Iterable[Decimal]) -> str:
    """Empty where the weights add up to 100 per cent."""
    total = sum(weights, Decimal(0))
    if total == HUNDRED:
        return ""
    words = {"what": what, "total": in_words(total), "by": in_words(abs(HUNDRED - total))}
    if total < HUNDRED:
        return _("%(what)s add up to %(total)s %%: %(by)s %% are missing to 100 %%.") % words
    return _("%(what)s add up to %(total)s %%: that is %(by)s %% above 100 %%.") % words


def grade_problems(grades: Sequence[GradeRule]) -> list[str]:
    """Grades, best first: labels differ, each begins lower than the one before, the last at 0."""
    found = []
    if len(grades) < 2:
        found.append(_("A scale has two grades at least."))
    labels = [grade.label.strip() for grade in grades]
    if not all(labels) or len(set(labels)) < len(labels):
        found.append(_("Every grade needs a label of its own."))
    for better, worse in pairwise(grades):
        if worse.min_score >= better.min_score:
            found.append(
                _("“%(worse)s” must begin below “%(better)s” (%(score)s points): put the best grade first.")
                % {"worse": worse.label, "better": better.label, "score": in_words(better.min_score)}
            )
    if grades and grades[-1].min_score != 0:
        found.append(_("The last grade begins at 0, so that every score has a grade."))
    return found


def indicator_problems(names: Sequence[str], weights: Sequence[Decimal]) -> list[str]:
    """Names differ, weights are above 0 and add up."""
    found = []
    if not names:
        return [_("An indicator set has one indicator at least.")]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        found.append(_("Each indicator stands once; twice: %(names)s.") % {"names": _(", ").join(twice)})
    if any(weight <= 0 for weight in weights):
        found.append(_("Every indicator weighs more than 0 %."))
    return [*found, *filter(None, [sum_problem(_("The weights of the indicators"), weights)])]


def problems(rules: GroupRules) -> list[str]:
    """Everything that is wrong; empty when a round may be opened with these rules."""
    levels, answers = list(rules.levels.values()), list(rules.answers.values())
    found = [
        sum_problem(_("The weights of the methods"), rules.methods.values()),
        sum_problem(_("The weights of the raters"), levels),
    ]
    if levels != sorted(levels, reverse=True):
        found.append(_("Who is closer weighs no less: first-level weight ≥ second ≥ third."))
    if len(set(answers)) < len(answers) or answers != sorted(answers, reverse=True) or not all(0 <= n <= HUNDRED for n in answers):
        found.append(_("The points of the answers fall from excellent to poor, between 100 and 0."))
    if rules.minimum_ballots < FEWEST_BALLOTS:
        found.append(_("With fewer than three ballots an answer could be told by elimination."))
    found += indicator_problems([i.name for i in rules.indicators], [i.weight for i in rules.indicators])
    found += grade_problems(rules.grades)
    return [text for text in found if text]
