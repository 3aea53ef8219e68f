"""The lists behind the numbers that no list of the product holds: other conditions, or the rows as they were on a past day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from early_warnings.models import Tier
from early_warnings.states import WarningState
from leads.models import Channel
from leads.states import LeadState
from positions.models import MajorMatter
from reporting.dashboards import coverage, measures, points, rows
from reporting.dashboards.links import NOBODY
from reporting.dashboards.selection import Selection
from risks.models import Declaration

Cells = Callable[[Selection, Sequence[Any]], list["Row"]]


@dataclass(frozen=True, slots=True)
class Row:
    """A line: where it leads, and its cells; a level is shown as a badge."""

    url: str
    cells: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rows: `columns` by which an address may narrow them (name → column), the words over the cells, the cells."""

    title: Any
    of: Callable[[Selection], Any]
    by: dict[str, str]
    heads: tuple[Any, ...]
    cells: Cells
    order: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    # Columns with keys; what is no number in the address does not exist there.
    keys: frozenset[str] = frozenset({"level", "department", "leader", "probability", "harm", "round"})


def found(selection: Selection, name: str, data: QueryDict) -> tuple[Kind, Any]:
    """The kind, and its rows narrowed as the address says. Raises Http404 where there is no such kind, or no such value."""
    kind = KINDS.get(name)
    if kind is None:
        raise Http404
    everything = kind.of(selection)
    wanted = {key: value for key in kind.by if (value := data.get(key, "")) != ""}
    if not isinstance(everything, QuerySet):
        return kind, _chosen(everything, kind, wanted)
    for key, value in wanted.items():
        # A department in the address has narrowed the rows already, where it is one.
        if key == "department" and value != NOBODY and selection.department_id is not None:
            continue
        everything = everything.filter(_condition(kind, key, value))
    if kind.related:
        everything = everything.select_related(*kind.related)
    return kind, everything.order_by(*kind.order, "pk")


def _condition(kind: Kind, key: str, value: str) -> Q:
    column = kind.by[key]
    if value == NOBODY:
        return Q(**{f"{column}__isnull": True}) if key in kind.keys else Q(**{column: ""})
    if key in kind.keys:
        return Q(**{column: _number(value)})
    if len(value) > 40 or "\x00" in value:
        raise Http404
    return Q(**{column: value})


def _number(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise Http404
    return int(value)


def _chosen(everything: Sequence[Any], kind: Kind, wanted: dict[str, str]) -> list[Any]:
    return [one for one in everything if all(str(_value(one, kind.by[key])) == value for key, value in wanted.items())]


def _value(one: Any, path: str) -> Any:
    for name in path.split("."):
        one = getattr(one, name, None)
    return one


def _day(moment: Any) -> Any:
    return timezone.localdate(moment) if moment else None


def _points(selection: Selection, page: Sequence[Any]) -> list[Row]:
    return [
        Row(
            reverse("risks:risk", args=[one.id]),
            (one.number, one.title, selection.place(one.department_id), one.position, one.current_level, one.responsible_leader),
        )
        for one in page
    ]


def _measures(selection: Selection, page: Sequence[Any]) -> list[Row]:
    words = measures.words()
    return [
        Row(
            reverse("risks:risk", args=[one.risk_id]),
            (
                one.text[:80],
                one.risk.number,
                selection.place(one.place),
                one.who,
                one.due_on,
                words.get(one.standing, ""),
                _day(one.done_at),
            ),
        )
        for one in page
    ]


def _changes(selection: Selection, page: Sequence[Any]) -> list[Row]:
    from reporting.dashboards.risks import known_levels

    levels = known_levels()
    return [
        Row(
            reverse("risks:risk", args=[one.id]),
            (
                one.number,
                one.title,
                selection.place(one.department_id),
                levels.get(one.before),
                one.current_level,
                _day(one.history_date),
                one.history_change_reason or "",
            ),
        )
        for one in page
    ]


def _warnings(selection: Selection, page: Sequence[Any]) -> list[Row]:
    return [
        Row(
            reverse("warnings:detail", args=[one.id]),
            (
                one.number or _("draft of a warning"),
                one.subject_label,
                Tier(one.tier).label,
                WarningState(one.state).label,
                _day(one.step_since),
                one.responsible,
                _day(one.issued_at),
            ),
        )
        for one in page
    ]


def _leads(selection: Selection, page: Sequence[Any]) -> list[Row]:
    return [
        Row(
            reverse("leads:lead", args=[one.public_id]),
            (one.number, Channel(one.channel).label, LeadState(one.state).label, _day(one.received_at)),
        )
        for one in page
    ]


def _entries(selection: Selection, page: Sequence[Any]) -> list[Row]:
    return [
        Row(
            reverse("warnings:point", args=[one.pk]),
            (one.holder_label, selection.place(one.place_id), one.behaviour, one.amount, one.occurred_on),
        )
        for one in page
    ]


def _results(selection: Selection, page: Sequence[Any]) -> list[Row]:
    return [
        Row(
            reverse("assessments:result", args=[one.pk]),
            (one.assessed.name, selection.place(one.assessed.department_id), str(one.assessed.round), one.score, one.grade_label),
        )
        for one in page
    ]


def _forms(selection: Selection, page: Sequence[Any]) -> list[Row]:
    # Who stands where is told to the whole chain; what a form says only to those who may read it.
    readable = set(Declaration.objects.visible_to(selection.user).filter(pk__in=[one.id for one in page]).values_list("pk", flat=True))
    return [
        Row(
            reverse("risks:form", args=[one.id]) if one.id in readable else "",
            (
                one.get_kind_display(),
                selection.place(one.department_id),
                one.position,
                one.declarant,
                one.get_state_display(),
                _day(one.submitted_at),
            ),
        )
        for one in page
    ]


def _accounts(selection: Selection, page: Sequence[Any]) -> list[Row]:
    rows_ = []
    for one in page:
        kind, key = ("person", one.person_id) if one.person_id else ("department", one.department_id)
        rows_.append(Row(reverse("warnings:point_account", args=[kind, key]), (one.name, one.words, one.last, one.level)))
    return rows_


def _posts(selection: Selection, page: Sequence[Any]) -> list[Row]:
    return [Row("", (one.department or _("leadership"), one.name, "、".join(one.missing))) for one in page]


def _items(selection: Selection, page: Sequence[Any]) -> list[Row]:
    return [Row(reverse("powers:item", args=[gap.item.id]), (gap.item.number, gap.item.name, gap.item.department)) for gap in page]


def _steps(selection: Selection, page: Sequence[Any]) -> list[Row]:
    return [
        Row(reverse("powers:item", args=[item.id]), (item.number, item.name, step.name, step.holder, item.department))
        for item, step in page
    ]


def _matters(selection: Selection, page: Sequence[Any]) -> list[Row]:
    labels = dict(MajorMatter.choices)
    return [Row("", (labels[one],)) for one in page]


def _gaps(kind: str) -> Callable[[Selection], list[Any]]:
    def of(selection: Selection) -> list[Any]:
        campaign = next((one for one in rows.campaigns(selection) if one.unit_id == selection.sole_unit_id), None)
        known = coverage.of_campaign(selection, campaign) if campaign else None
        hidden = kind == "matters" and (campaign is None or not selection.whole(campaign.unit_id) or selection.department_id)
        return [] if known is None or hidden else coverage.gaps(known, kind)

    return of


_DEPARTMENT, _LEADER, _LEVEL = gettext_lazy("Department"), gettext_lazy("Responsible leader"), gettext_lazy("Level")
_NUMBER, _POINT, _POSITION, _STATE = (
    gettext_lazy("Number"),
    gettext_lazy("Risk point"),
    gettext_lazy("Position"),
    gettext_lazy("State"),
)
_ITEM = gettext_lazy("Power item")
KINDS: dict[str, Kind] = {
    "points": Kind(
        gettext_lazy("Risk points"),
        rows.points,
        {
            "level": "current_level_id",
            "department": "department_id",
            "category": "power_category",
            "aspect": "aspect",
            "probability": "probability",
            "harm": "harm",
            "leader": "responsible_leader_id",
        },
        (_NUMBER, _POINT, _DEPARTMENT, _POSITION, _LEVEL, _LEADER),
        _points,
        ("unit_id", "number"),
        ("position", "current_level", "responsible_leader"),
    ),
    "measures": Kind(
        gettext_lazy("Prevention measures"),
        rows.measures,
        {"standing": "standing", "promise": "promise", "department": "place", "leader": "leader"},
        (
            gettext_lazy("Measure"),
            _POINT,
            _DEPARTMENT,
            gettext_lazy("who does it"),
            gettext_lazy("due"),
            _STATE,
            gettext_lazy("reported done"),
        ),
        _measures,
        ("due_on",),
        ("risk", "who"),
    ),
    "changes": Kind(
        gettext_lazy("Changes of level"),
        rows.changes,
        {"direction": "direction", "department": "department_id"},
        (_NUMBER, _POINT, _DEPARTMENT, gettext_lazy("From level"), gettext_lazy("To level"), gettext_lazy("Day"), gettext_lazy("Reason")),
        _changes,
        ("-history_date",),
        ("current_level",),
    ),
    "warnings": Kind(
        gettext_lazy("Warnings"),
        rows.warnings,
        {
            "tier": "tier",
            "state": "state",
            "ended": "ended",
            "issued": "issued",
            "department": "department_id",
            "leader": "responsible_id",
        },
        (
            gettext_lazy("document number"),
            gettext_lazy("who is warned"),
            gettext_lazy("tier"),
            _STATE,
            gettext_lazy("in this state since"),
            gettext_lazy("first responsible"),
            gettext_lazy("issued on"),
        ),
        _warnings,
        ("-id",),
        ("responsible",),
    ),
    "leads": Kind(
        gettext_lazy("Leads"),
        rows.leads,
        {"channel": "channel"},
        (_NUMBER, gettext_lazy("source of information"), _STATE, gettext_lazy("received")),
        _leads,
        ("-received_at",),
    ),
    "entries": Kind(
        gettext_lazy("Entries of points"),
        rows.entries,
        {"department": "place_id"},
        (
            gettext_lazy("Name or post"),
            _DEPARTMENT,
            gettext_lazy("behaviour"),
            gettext_lazy("points"),
            gettext_lazy("date of the fault"),
        ),
        _entries,
        ("-occurred_on",),
        ("behaviour",),
    ),
    "results": Kind(
        gettext_lazy("Results of assessments"),
        rows.results,
        {"round": "assessed__round_id", "grade": "grade_label", "department": "assessed__department_id"},
        (gettext_lazy("name"), _DEPARTMENT, gettext_lazy("Quarter"), gettext_lazy("score"), gettext_lazy("Grade")),
        _results,
        ("-assessed__round__year", "-assessed__round__quarter", "assessed__department__order"),
        ("assessed__round",),
    ),
    "forms": Kind(
        gettext_lazy("Forms of the campaign"),
        rows.forms,
        {"handed_in": "handed_in", "department": "department_id"},
        (gettext_lazy("form"), _DEPARTMENT, _POSITION, gettext_lazy("declarant"), _STATE, gettext_lazy("handed in")),
        _forms,
        ("department__order", "id"),
        ("position", "declarant"),
    ),
    "accounts": Kind(
        gettext_lazy("Accounts of points"),
        points.accounts,
        {"level": "level.pk"},
        (gettext_lazy("name"), gettext_lazy("points"), gettext_lazy("entries"), gettext_lazy("Colour")),
        _accounts,
    ),
    "posts": Kind(
        gettext_lazy("Positions without a form"), _gaps("posts"), {}, (_DEPARTMENT, _POSITION, gettext_lazy("not handed in by")), _posts
    ),
    "items": Kind(gettext_lazy("Power items not examined"), _gaps("items"), {}, (_NUMBER, _ITEM, _DEPARTMENT), _items),
    "steps": Kind(
        gettext_lazy("Flow steps not examined"),
        _gaps("steps"),
        {},
        (_NUMBER, _ITEM, gettext_lazy("Step"), gettext_lazy("Holder"), _DEPARTMENT),
        _steps,
    ),
    "matters": Kind(gettext_lazy("Major matters without a risk point"), _gaps("matters"), {}, (gettext_lazy("Major matter"),), _matters),
}
