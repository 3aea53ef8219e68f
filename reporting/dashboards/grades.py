"""Grades of the quarterly assessments, quarter by quarter."""

from django.utils.translation import gettext as _

from assessments.models import Round
from assessments.quarters import Quarter
from common.prepared import one_of
from common.prepared_objects import Objects
from reporting.dashboards import rows
from reporting.dashboards.counting import grouped
from reporting.dashboards.links import rows_url
from reporting.dashboards.pictures import Chart, Number, Section, Series
from reporting.dashboards.selection import Selection

_rounds = Objects(lambda: Round.objects.filter(one_of("pk", "rounds")).order_by("year", "quarter", "unit__path"))


def section(selection: Selection) -> Section:
    """How many got which grade in each round of the period: two statements."""
    found, colours = grouped(
        selection, rows.results, ("assessed__round_id", "grade_label"), ("grade_severity", "grade_label", "grade_colour")
    )
    rounds = _rounds(rounds=list({key for key, _grade in found})) if found else []
    several = selection.sole_unit_id is None
    named = {one.pk: str(Quarter(one.year, one.quarter)) for one in rounds}
    if several:
        units = dict(selection.units)
        named = {one.pk: f"{named[one.pk]} {units.get(one.unit_id, '')}" for one in rounds}
    grades = list(dict.fromkeys(label for _severity, label, _colour in sorted(colours)))
    colour_of = {label: colour for _severity, label, colour in colours}

    def number(key: int, grade: str) -> Number:
        value = found.get((key, grade), 0)
        return Number(value, rows_url(selection, "results", round=key, grade=grade) if value else "")

    series = tuple(Series(grade, tuple(number(key, grade) for key in named), colour_of[grade]) for grade in grades)
    chart = Chart("column", _("Grades by quarter"), tuple(named.values()), series, stacked=True)
    note = "" if series else _("No result of this period is shown to you.")
    return Section("grades", _("Quarterly assessments"), charts=(chart,) if series else (), note=note)
