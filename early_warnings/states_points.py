"""States of a point entry: proposed by one, decided by another, never changed afterwards (domain §5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.states import StateTable, Transition, register


class PointState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    CONFIRMED = "confirmed", _("confirmed")
    REJECTED = "rejected", _("not confirmed")
    WITHDRAWN = "withdrawn", _("withdrawn")


P = PointState
POINT_TABLE = register(
    StateTable(
        "point_entry",
        PointState,
        P.PROPOSED,
        [
            Transition(
                "confirm",
                (P.PROPOSED,),
                P.CONFIRMED,
                _("confirm"),
                _("another member of the discipline committee, not concerned"),
                "points.confirmed",
                requires=_("the cycle is not closed"),
                told=_("the person or the department's head, and the leader who gets a share"),
            ),
            Transition(
                "reject",
                (P.PROPOSED,),
                P.REJECTED,
                _("do not confirm"),
                _("another member of the discipline committee, not concerned"),
                "points.rejected",
                requires=_("a reason"),
                told=_("who proposed it"),
            ),
            Transition(
                "withdraw",
                (P.PROPOSED,),
                P.WITHDRAWN,
                _("withdraw"),
                _("who proposed it"),
                "points.withdrawn",
            ),
        ],
    )
)
