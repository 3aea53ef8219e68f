"""How the events of points read. They name nobody and no fault: the audit administrator reads them too."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "points.proposed": _("{actor} proposed the entry"),
        "points.confirmed": _("{actor} confirmed the entry"),
        "points.rejected": _("{actor} did not confirm the entry"),
        "points.withdrawn": _("{actor} withdrew the proposal"),
        "points.counter_proposed": _("{actor} proposed to take entry {entry} back"),
        "points.derived": _("Entered together with entry {entry}, confirmed by {actor}"),
        "points.exported": _("{actor} exported {rows} rows of the point ledger"),
        "points.year_closed": _("{actor} closed the points of {year}: {accounts} accounts"),
        "point_scheme.created": _("{actor} made the point scheme “{object}”"),
        "point_scheme.changed": _("{actor} changed the point scheme “{object}”"),
        "point_behaviour.saved": _("{actor} changed the catalogue of behaviours: {object}"),
        "point_behaviour.removed": _("{actor} took {object} out of the catalogue of behaviours"),
    },
    {"points.confirmed": "success", "points.rejected": "danger", "points.year_closed": "warning"},
)
