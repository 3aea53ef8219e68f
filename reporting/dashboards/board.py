"""The whole dashboard in the order in which leaders read it, and the view of several units side by side."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from positions.models import Unit
from reporting.dashboards import coverage, grades, leads, measures, points, risks, rows, trend, warnings
from reporting.dashboards.counting import grouped
from reporting.dashboards.links import rows_url
from reporting.dashboards.pictures import Chart, Figure, Line, Number, Section, Table, share
from reporting.dashboards.selection import Selection
from risks.models import Campaign


@dataclass(frozen=True, slots=True)
class Board:
    """What the page shows."""

    risks: Section
    trend: Chart | None
    changes: tuple[Figure, ...]
    measures: Section
    coverage: Section
    league: Table | None
    leaders: Table | None
    warnings: Section
    leads: Section | None
    grades: Section
    points: Section


def board(selection: Selection) -> Board:
    """Everything; a bounded number of statements whatever the size."""
    levels = risks.known_levels()
    campaigns: list[Campaign] = list(rows.campaigns(selection))
    counted, due = risks.counts(selection), measures.counts(selection)
    forms = coverage.forms(selection) if campaigns else {}
    shown_warnings, answered = warnings.section(selection)
    return Board(
        risks=risks.section(selection, counted, levels, campaigns),
        trend=trend.chart(selection, counted[0], levels),
        changes=trend.changes(selection),
        measures=measures.section(selection, due),
        coverage=coverage.section(selection, forms, campaigns),
        league=measures.league(selection, forms, due[3]),
        leaders=risks.leaders(selection, counted, levels, due[2], answered),
        warnings=shown_warnings,
        leads=leads.section(selection),
        grades=grades.section(selection),
        points=points.section(selection),
    )


# As many states as the wall has room for; the open ones come first.
WARNING_STATES, WALL_BARS = 6, 6


@dataclass(frozen=True, slots=True)
class Wide:
    """What hangs on the wall of a meeting room: six blocks, no lead, nobody's grade, no warning that is not issued yet."""

    figures: tuple[Figure, ...]
    departments: Chart
    trend: Chart | None
    measures: Chart | None
    warnings: Table | None
    league: Table | None


def wide(selection: Selection) -> Wide:
    """The same figures as the dashboard's, fewer of them."""
    levels = risks.known_levels()
    campaigns = list(rows.campaigns(selection))
    counted, due = risks.counts(selection), measures.counts(selection)
    forms = coverage.forms(selection) if campaigns else {}
    shown = risks.section(selection, counted, levels, [])
    late = measures.section(selection, due, WALL_BARS)
    seen, _answered = warnings.section(selection, issued_only=True)
    table = next(iter(seen.tables), None)
    handed = sum(n for (_place, state), n in forms.items() if state == rows.HANDED_IN)
    progress = Figure(_("Forms handed in"), handed, hint=_("of %(n)d") % {"n": sum(forms.values())})
    return Wide(
        (*shown.figures, late.figures[0], seen.figures[0], progress),
        shown.charts[0],
        trend.chart(selection, counted[0], levels),
        next(iter(late.charts), None),
        replace(table, lines=tuple(replace(line, note="") for line in table.lines[:WARNING_STATES])) if table else None,
        measures.league(selection, forms, due[3]),
    )


def units(selection: Selection) -> Table:
    """The units that the reader sees as a whole, side by side, in the order of the tree. Five statements for any number of units.

    `selection` names no unit; each line leads to the dashboard of its unit.
    """
    levels = risks.known_levels()
    points_of = grouped(selection, rows.points, ("current_level_id",), ("unit_id", "current_level_id"))
    (late,) = grouped(selection, rows.measures, ("unit", "standing"))
    (forms,) = grouped(selection, rows.forms, ("unit_id", "handed_in"))
    (warned,) = grouped(selection, rows.warnings, ("unit_id", "ended"))
    used = risks.used_levels(points_of[0], levels)
    lines = []
    for pk, name, depth in Unit.objects.filter(pk__in=selection.scope.whole_unit_ids).order_by("path").values_list("pk", "name", "depth"):
        handed, outstanding = forms.get((pk, rows.HANDED_IN), 0), forms.get((pk, rows.OUTSTANDING), 0)
        of_unit = _of_unit(selection, pk)
        overdue, opened = late.get((pk, rows.OVERDUE), 0), warned.get((pk, "no"), 0)
        numbers = [
            Number(n, rows_url(of_unit, "points", level=level.pk) if n else "")
            for level in used
            for n in [points_of[1].get((pk, level.pk), 0)]
        ]
        numbers.append(
            Number(overdue, rows_url(of_unit, "measures", standing=rows.OVERDUE) if overdue else "", "danger" if overdue else "")
        )
        numbers.append(Number(handed, rows_url(of_unit, "forms", handed_in=rows.HANDED_IN) if handed else ""))
        numbers.append(Number(outstanding, rows_url(of_unit, "forms", handed_in=rows.OUTSTANDING) if outstanding else ""))
        numbers.append(Number(opened, rows_url(of_unit, "warnings", ended="no") if opened else ""))
        note = "" if depth == 1 else ngettext("%(n)d level down", "%(n)d levels down", depth - 1) % {"n": depth - 1}
        lines.append(Line(name, tuple(numbers), note, of_unit.address("dashboard"), share(handed, handed + outstanding)))
    columns = (
        *(level.label for level in used),
        _("Overdue measures"),
        _("Forms handed in"),
        _("Forms outstanding"),
        _("Open warnings"),
    )
    return Table(columns, tuple(lines), _("Unit"))


def _of_unit(selection: Selection, unit_id: int) -> Selection:
    return replace(selection, unit_id=unit_id)
