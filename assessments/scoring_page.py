"""What the scoring sheet and the page of one person show. Decides nothing."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import line_words, round_page
from assessments.forms.results import HAND, ItemForm, ScoreForm
from assessments.models import Assessed, Group, ItemKind, Method, MethodScore, Round, ScoreItem
from assessments.models.result import ENTERED
from assessments.permissions import results as permissions
from assessments.result_selectors import MISSING, NOT_APPLICABLE, Standing
from assessments.scoring.figures import plain, signed
from assessments.scoring.values import Line
from assessments.services import scores
from assessments.services.deriving import DERIVED

MISSING_TAB = "missing"


@dataclass(frozen=True, slots=True)
class Cell:
    """One score of the sheet."""

    method: str
    label: str
    score: str
    grounds: str
    version: int
    state: str  # entered, none, missing
    is_entered: bool  # by hand, in the sheet


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One person of the sheet."""

    standing: Standing
    cells: list[Cell]
    url: str
    total: str
    grade: Any
    is_own: bool

    @property
    def assessed(self) -> Assessed:
        """Who it is about."""
        return self.standing.assessed


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade as the badge of levels wants it."""

    label: str
    colour: str
    severity: int
    name: str = ""


def chosen(standings: list[Standing], tab: str) -> list[Standing]:
    """Those of the tab."""
    if tab == MISSING_TAB:
        return [one for one in standings if not one.is_complete]
    return [one for one in standings if one.assessed.group == tab] if tab in Group.values else standings


def row(user: User, standing: Standing, *, may: bool) -> SheetRow:
    """One row; the own one says so and shows nothing."""
    own = standing.assessed.person_id == user.pk
    order = [ENTERED[0].value, Method.APPRAISAL.value, *(m.value for m in ENTERED[1:])]
    found = standing.calculation if standing.is_complete else None
    grade = Grade(found.grade.label, found.grade.colour, found.grade.severity) if found else None
    return SheetRow(
        standing,
        [] if own else [cell(standing, method) for method in order],
        "" if own else reverse("assessments:score", args=[standing.assessed.pk]),
        plain(found.score) if found else "",
        grade,
        own,
    )


def cell(standing: Standing, method: str) -> Cell:
    """One cell."""
    result = standing.methods[method]
    entered = standing.scores.get(method)
    is_none = method == Method.APPRAISAL or result.reason == NOT_APPLICABLE
    state = "entered" if result.score is not None else "none" if is_none else "missing"
    score = plain(result.score) if result.score is not None else ""
    version = entered.version if entered else 0
    by_hand = method in (Method.SUPERVISION, Method.TALKS) and state != "none"
    return Cell(method, str(Method(method).label), score, entered.grounds if entered else "", version, state, by_hand)


def tabs(found: Round, standings: list[Standing], chosen: str) -> list[dict[str, Any]]:
    """Everybody, the groups, and who has no complete score."""
    address = reverse("assessments:scoring", args=[found.pk])
    counts = {group: sum(one.assessed.group == group for one in standings) for group in Group.values}
    made = [{"label": _("Everybody"), "url": address, "active": not chosen, "count": len(standings)}]
    made += [
        {"label": group.label, "url": f"{address}?group={group}", "active": chosen == group, "count": counts[group]}
        for group in Group
        if counts[group]
    ]
    missing = sum(not one.is_complete for one in standings)
    made.append({"label": _("Incomplete"), "url": f"{address}?group={MISSING_TAB}", "active": chosen == MISSING_TAB, "count": missing})
    return made


def actions(user: User, found: Round, standings: list[Standing]) -> list[dict[str, Any]]:
    """Derive the file scores; hand in."""
    may = permissions.may_score_round(user, found)
    if not may:
        return []
    missing = sum(not one.is_complete for one in standings)
    return [
        {"label": _("Work out the file scores"), "url": round_page.at("scoring_derive", found), "icon": "refresh"},
        {
            "label": _("Submit for review"),
            "url": round_page.at("scoring_submit", found),
            "primary": True,
            "allowed": not missing,
            "reason": _("%(n)s people have no complete score yet.") % {"n": missing},
            "confirm": _("The results of %(n)s people are calculated and go to another member of the committee for review.")
            % {"n": len(standings)},
        },
    ]


def crumbs(assessed: Assessed) -> list[dict[str, str]]:
    """The way to one person's scores."""
    way = round_page.crumbs(assessed.round)
    way.append({"label": _("Scoring"), "url": reverse("assessments:scoring", args=[assessed.round_id])})
    return [*way, {"label": assessed.name}]


@dataclass(slots=True)
class Card:
    """One method on the page of a person."""

    method: str
    label: str
    weight: str
    entered: MethodScore | None
    form: ScoreForm | None
    items: list[dict[str, Any]] = field(default_factory=list)
    item_form: ItemForm | None = None
    lines: list[line_words.Row] = field(default_factory=list)
    score: str = ""
    status: str = ""
    version: int = 0


def cards(user: User, standing: Standing, bound: tuple[str, Any], *, may: bool) -> list[Card]:
    """The appraisal to read, the other methods to enter."""
    talks = list(scores.candidates(standing.assessed, user)) if may else []
    made = []
    for method in (Method.APPRAISAL, *ENTERED):
        found = standing.methods[method.value]
        entered = standing.scores.get(method.value)
        card = Card(method.value, str(method.label), plain(standing.rules.methods.get(method.value, Decimal(0))), entered, None)
        card.score = plain(found.score) if found.score is not None else ""
        if method == Method.APPRAISAL:
            card.lines = [line_words.row(line) for line in found.lines]
            card.status = "" if found.score is not None else line_words.absent({"reason": found.reason})
        else:
            card.version = entered.version if entered else 0
            card.status = _("not entered yet") if found.reason == MISSING else _("does not apply") if found.reason == NOT_APPLICABLE else ""
            if may:
                card.form = bound[1] if bound[0] == method.value and bound[1] else ScoreForm(prefix=method.value, entered=entered)
                if method.value in dict(HAND):
                    offered = talks if method == Method.TALKS else []
                    card.item_form = ItemForm(talks=offered, initial={"method": method.value}, auto_id=f"item_{method.value}_%s")
            card.items = _items(user, list(entered.items.all()) if entered else [])
        made.append(card)
    return made


def _items(user: User, items: list[ScoreItem]) -> list[dict[str, Any]]:
    sources = [(item.kind, item.source_id) for item in items if item.source_id]
    links = line_words.source_links(user, sources)
    made = []
    for item in items:
        names = {"kind": item.kind, "what": item.what, "label": item.source_label, "id": item.source_id, "grounds": item.grounds}
        if item.derived_points is not None and item.derived_points != item.points:
            names["derived"] = signed(item.derived_points)
        row = line_words.row(Line("score.item", names, "", signed(item.points)), links)
        made.append({"item": item, "row": row, "kind": ItemKind(item.kind).label, "is_derived": item.kind in DERIVED})
    return made


def neighbours(assessed: Assessed, user: User) -> dict[str, str]:
    """The people before and after in the sheet, so that one works through them without going back."""
    order = ["department__order", "department_id", "position__order", "pk"]
    rows = list(Assessed.objects.filter(round=assessed.round_id).exclude(person=user).order_by(*order).values_list("pk", "group"))
    keys = [pk for pk, _group in sorted(rows, key=lambda one: Group.values.index(one[1]))]
    at = keys.index(assessed.pk)
    found = {}
    if at:
        found["before"] = reverse("assessments:score", args=[keys[at - 1]])
    if at + 1 < len(keys):
        found["after"] = reverse("assessments:score", args=[keys[at + 1]])
    return found
