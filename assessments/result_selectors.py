"""The calculation of a round's scores from what is entered and counted, and the sheet on which it is entered."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from assessments.ballot_selectors import appraisals_of
from assessments.models import Assessed, Group, Method, MethodScore, Round, RoundGroup
from assessments.models.result import ENTERED
from assessments.rules import GroupRules
from assessments.scoring.appraisal import NOBODY, TOO_FEW, appraisal_score
from assessments.scoring.deductions import BASE
from assessments.scoring.figures import plain, signed
from assessments.scoring.total import Calculation, MethodResult, NotComputable, calculate
from assessments.scoring.values import Appraisal, Line

GROUPS = list(Group.values)
NOT_APPLICABLE, MISSING = "not_applicable", "missing"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the score of one person is: the methods, what they come to, and which are still to be entered."""

    assessed: Assessed
    rules: GroupRules
    methods: dict[str, MethodResult]
    scores: dict[str, MethodScore]
    calculation: Calculation | None
    missing: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Everything is entered and a score can be computed."""
        return not self.missing and self.calculation is not None


def rules_of(found: Round) -> dict[str, GroupRules]:
    """The frozen rules of the groups."""
    return {row.group: row.frozen for row in RoundGroup.objects.filter(round=found) if row.rules is not None}


def standings(found: Round, people: Iterable[Assessed] | None = None) -> list[Standing]:
    """Everybody of the round (or the people given), in the order of groups and departments; a few queries for any number."""
    if people is None:
        rows = Assessed.objects.filter(round=found).select_related("person", "department", "round")
        people = rows.order_by("department__order", "department_id", "position__order", "pk")
    rules = rules_of(found)
    known = sorted((one for one in people if one.group in rules), key=lambda one: GROUPS.index(one.group))
    appraisals = appraisals_of(known)
    scores: dict[int, dict[str, MethodScore]] = {}
    for score in MethodScore.objects.filter(assessed__in=known).prefetch_related("items"):
        scores.setdefault(score.assessed_id, {})[score.method] = score
    return [standing(one, rules[one.group], appraisals.get(one.pk), scores.get(one.pk, {})) for one in known]


def standing(assessed: Assessed, rules: GroupRules, appraisal: Appraisal | None, scores: dict[str, MethodScore]) -> Standing:
    """One person's, from what is known of them."""
    score, lines = appraisal_score(appraisal, rules)
    reason = "" if score is not None else TOO_FEW if appraisal else NOBODY
    methods = {Method.APPRAISAL.value: MethodResult(Method.APPRAISAL.value, score, tuple(lines), reason)}
    missing = []
    for method in ENTERED:
        entered = scores.get(method)
        methods[method.value] = method_result(method, entered)
        if rules.methods.get(method, Decimal(0)) and methods[method.value].reason == MISSING:
            missing.append(method.value)
    try:
        calculation = calculate(methods, rules)
    except NotComputable:
        calculation = None
    return Standing(assessed, rules, methods, scores, calculation, missing)


def method_result(method: str, entered: MethodScore | None) -> MethodResult:
    """An entered score with its lines."""
    if entered is None or (entered.applies and entered.score is None):
        return MethodResult(method, None, (), MISSING)
    if not entered.applies:
        return MethodResult(method, None, (), NOT_APPLICABLE, entered.grounds)
    lines = list(item_lines(entered))
    names = {"grounds": entered.grounds}
    if entered.is_overruled and entered.derived is not None:
        lines.append(Line("score.overruled", names | {"derived": plain(entered.derived)}, "", plain(entered.score or Decimal(0))))
    elif entered.grounds:
        lines.append(Line("score.entered", names, "", plain(entered.score or Decimal(0))))
    return MethodResult(method, entered.score, tuple(lines), "", entered.grounds)


def item_lines(entered: MethodScore) -> Iterable[Line]:
    """100, and every entry with its source; what was overruled says what the rule gave."""
    items = list(entered.items.all())
    if entered.derived is None:
        return
    yield Line("score.base", {}, "", plain(BASE))
    for item in items:
        names = {"kind": item.kind, "what": item.what, "label": item.source_label, "id": item.source_id, "grounds": item.grounds}
        if item.derived_points is not None and item.derived_points != item.points:
            names["derived"] = signed(item.derived_points)
        yield Line("score.item", names, "", signed(item.points))
    if not items:
        yield Line("score.nothing", {}, "", signed(Decimal(0)))
    summed = BASE + sum((item.points for item in items), Decimal(0))
    if summed != entered.derived:
        yield Line("score.limited", {}, plain(summed), plain(entered.derived))
