"""Measures due and overdue, and departments by what they completed. Never by how many risks they found: that would punish honesty."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reporting.dashboards import rows
from reporting.dashboards.counting import Counts, grouped_in_register
from reporting.dashboards.links import rows_url
from reporting.dashboards.pictures import Chart, Figure, Line, Number, Section, Series, Table, height_for, share
from reporting.dashboards.selection import Selection

_SETS = (("standing",), ("place", "standing"), ("leader", "standing"), ("place", "promise"))
BARS = 20


def counts(selection: Selection) -> list[Counts]:
    """By standing, department, leader, and promises kept: one statement."""
    return grouped_in_register(selection, rows.measures, *_SETS)


def words() -> dict[str, str]:
    """How a measure stands on the day."""
    return {
        rows.OVERDUE: pgettext("measures", "Overdue"),
        rows.DUE_SOON: _("Due within two weeks"),
        rows.LATER: _("Due later or without a date"),
        rows.REPORTED: _("Reported done, to be confirmed"),
        rows.CONFIRMED: _("Done and confirmed"),
    }


def figures(selection: Selection, found: list[Counts]) -> tuple[Figure, ...]:
    """One for each standing."""
    tones = {rows.OVERDUE: "danger", rows.DUE_SOON: "warning", rows.CONFIRMED: "success"}
    return tuple(
        Figure(
            label,
            n := found[0].get((standing,), 0),
            rows_url(selection, "measures", standing=standing),
            tone=tones.get(standing, "") if n else "",
        )
        for standing, label in words().items()
    )


def section(selection: Selection, found: list[Counts], bars: int = BARS) -> Section:
    """Figures and, by department, what is overdue and what soon will be; so many departments, those with the most."""
    _by_standing, by_place, _by_leader, _promises = found
    wanted = (rows.OVERDUE, rows.DUE_SOON)
    late = {place: by_place.get((place, rows.OVERDUE), 0) for place, standing in by_place if standing in wanted}
    shown = selection.in_order(sorted(late, key=lambda place: (-late[place], place or 0))[:bars])
    labels, colours = words(), {rows.OVERDUE: "red", rows.DUE_SOON: "yellow"}

    def number(place: int | None, standing: str) -> Number:
        value = by_place.get((place, standing), 0)
        return Number(value, rows_url(selection, "measures", department=place, standing=standing) if value else "")

    series = tuple(Series(labels[one], tuple(number(place, one) for place in shown), colours[one]) for one in wanted)
    count = sum(1 for n in late.values() if n)
    title = _("%(n)d departments have overdue measures") % {"n": count} if count else _("No measure is overdue")
    chart = Chart("bar", title, tuple(selection.place(place) for place in shown), series, stacked=True, height=height_for(shown))
    return Section("measures", _("Prevention measures"), figures(selection, found), (chart,) if shown else ())


def league(selection: Selection, forms: Counts, promises: Counts) -> Table | None:
    """Departments by completion: forms handed in, and measures done in time of those that fell due in the period."""
    places = {place for place, _handed in forms} | {place for place, promise in promises if promise}
    lines = []
    for place in selection.in_order(places):
        handed, outstanding = forms.get((place, rows.HANDED_IN), 0), forms.get((place, rows.OUTSTANDING), 0)
        kept, broken = promises.get((place, rows.KEPT), 0), promises.get((place, rows.BROKEN), 0)
        shares = [value for value in (share(handed, handed + outstanding), share(kept, kept + broken)) if value is not None]
        numbers = (
            _number(handed, selection, "forms", department=place, handed_in=rows.HANDED_IN),
            _number(outstanding, selection, "forms", department=place, handed_in=rows.OUTSTANDING),
            _number(kept, selection, "measures", department=place, promise=rows.KEPT),
            _number(broken, selection, "measures", department=place, promise=rows.BROKEN),
        )
        lines.append(Line(selection.place(place), numbers, share=sum(shares) // len(shares) if shares else None))
    lines.sort(key=lambda line: -1 if line.share is None else line.share, reverse=True)
    columns = (_("Forms handed in"), _("Forms outstanding"), _("Measures done in time"), _("Measures late or not done"))
    return Table(columns, tuple(lines), _("Department"), _("Departments by completion")) if lines else None


def _number(value: int, selection: Selection, kind: str, **conditions: Any) -> Number:
    return Number(value, rows_url(selection, kind, **conditions) if value else "")
