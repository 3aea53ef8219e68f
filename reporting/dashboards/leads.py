"""Leads by the channel they came by: for those on whose desk they are, and as if they did not exist for everybody else (ADR 0009)."""

from django.utils.translation import gettext as _

from leads.models import Channel
from leads.secrecy import standing_of
from reporting.dashboards import rows
from reporting.dashboards.counting import grouped
from reporting.dashboards.links import rows_url
from reporting.dashboards.pictures import Chart, Figure, Number, Section, Series, height_for
from reporting.dashboards.selection import Selection


def section(selection: Selection) -> Section | None:
    """Nothing for those who keep no desk, and none of a department: leads are not divided by departments."""
    if not standing_of(selection.user).body_ids or selection.department_id is not None:
        return None
    (found,) = grouped(selection, rows.leads, ("channel",))
    labels = dict(Channel.choices)
    keys = sorted((key for (key,) in found), key=lambda key: (-found[(key,)], key))
    title = _("Most leads came by: %(channel)s") % {"channel": labels[keys[0]]} if keys else _("No lead came in")
    numbers = tuple(Number(found[(key,)], rows_url(selection, "leads", channel=key)) for key in keys)
    chart = Chart("bar", title, tuple(str(labels[key]) for key in keys), (Series(_("Leads"), numbers),), height=height_for(keys))
    total = sum(found.values())
    figure = Figure(_("Leads received"), total, rows_url(selection, "leads") if total else "", str(selection.period))
    return Section("leads", _("Leads"), (figure,), (chart,) if keys else ())
