"""Where a number leads: to the list of the product that holds exactly these rows, else to the dashboard's own list of them."""

from typing import Any
from urllib.parse import urlencode

from common.addresses import address
from reporting.dashboards.selection import Selection

NOBODY = "none"
# Kind of rows → the list, and how it calls the columns by which it can filter.
_LISTS: dict[str, tuple[str, dict[str, str]]] = {
    "points": (
        "risks:register",
        {name: name for name in ("level", "department", "aspect", "leader", "probability", "harm", "unit")}
        | {"category": "power_category"},
    ),
    "measures": ("risks:measures", {"department": "department", "standing": "which"}),
    "warnings": ("warnings:ledger", {"department": "department", "tier": "tier", "state": "state"}),
    "leads": ("leads:ledger", {"channel": "channel"}),
    "entries": ("warnings:points_ledger", {"department": "department"}),
    "results": ("assessments:summary", {"department": "department", "round": "round", "grade": "grade", "group": "group"}),
}
_OVERDUE = "overdue"


def rows_url(selection: Selection, kind: str, **conditions: Any) -> str:
    """The address of the list behind a number. A condition that is None wants the rows without a value there."""
    wanted = {name: NOBODY if value in (None, "") else value for name, value in conditions.items()}
    return _known_list(selection, kind, wanted) or selection.address("dashboard_rows", kind, **wanted)


def _known_list(selection: Selection, kind: str, wanted: dict[str, Any]) -> str:
    if selection.is_past or kind not in _LISTS or NOBODY in wanted.values():
        return ""
    route, names = _LISTS[kind]
    asked = {"department": selection.department_id, "unit": selection.unit_id} | wanted
    asked = {name: value for name, value in asked.items() if value is not None}
    if not set(asked) <= set(names) or not _holds(selection, kind, asked):
        return ""
    query = {names[name]: value for name, value in asked.items()}
    if kind in ("leads", "entries"):
        query["year"] = selection.period.start.year
    return address(route) + (f"?{urlencode(query)}" if query else "")


def _holds(selection: Selection, kind: str, asked: dict[str, Any]) -> bool:
    """Whether the list shows the same rows as the figure counted."""
    if kind in ("leads", "entries"):
        return selection.period.is_year
    if kind == "results":
        return "round" in asked
    if kind == "measures":
        return asked.get("standing") == _OVERDUE
    if kind == "warnings":
        return "state" in asked
    if kind == "points" and "leader" in asked:
        return int(asked["leader"]) in selection.leaders_offered
    return True
