"""The life of a lead (domain §4: 采集 → 研判 → 处置 → 回告)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.states import StateTable, Transition, register


class LeadState(models.TextChoices):
    RECEIVED = "received", _("waiting to be taken up")
    STUDYING = "studying", _("being studied")
    PROPOSED = "proposed", _("judgement proposed")
    HANDLING = "handling", _("being handled")
    CLOSED = "closed", _("closed")
    CLEARED = "cleared", _("unfounded, person cleared")
    HANDED_OVER = "handed_over", _("handed over")


S = LeadState
ENDED = (S.CLOSED, S.CLEARED, S.HANDED_OVER)
OPEN = tuple(state for state in LeadState if state not in ENDED)

LEAD_TABLE = register(
    StateTable(
        "lead",
        LeadState,
        S.RECEIVED,
        [
            Transition(
                "take_up",
                (S.RECEIVED,),
                S.STUDYING,
                _("take up"),
                _("member of the body that holds it"),
                "lead.taken_up",
                told=_("the reporter, in neutral words"),
            ),
            Transition(
                "propose",
                (S.STUDYING,),
                S.PROPOSED,
                _("propose a judgement"),
                _("member of the committee that holds it"),
                "lead.judgement_proposed",
                requires=_("level, adverse effects, who answers, measures, outcome"),
                told=_("the other members"),
            ),
            Transition(
                "return",
                (S.PROPOSED,),
                S.STUDYING,
                _("return the judgement"),
                _("another member of the committee"),
                "lead.judgement_returned",
                requires=_("a reason"),
                told=_("who proposed it"),
            ),
            Transition(
                "confirm",
                (S.PROPOSED,),
                S.HANDLING,
                _("confirm the judgement"),
                _("another member of the committee"),
                "lead.judgement_confirmed",
                told=_("who proposed it"),
            ),
            Transition(
                "close",
                (S.HANDLING,),
                S.CLOSED,
                _("close"),
                _("member of the committee that holds it"),
                "lead.closed",
                requires=_("a result; an outcome that ends in the house"),
                told=_("the reporter, in neutral words"),
            ),
            Transition(
                "clear",
                (S.HANDLING,),
                S.CLEARED,
                _("close as unfounded and clear the person"),
                _("member of the committee that holds it"),
                "lead.cleared",
                requires=_("a result that says how the person was cleared; outcome “unfounded”"),
                told=_("the reporter, in neutral words"),
            ),
            Transition(
                "hand_over",
                (S.HANDLING,),
                S.HANDED_OVER,
                _("hand over as a clue"),
                _("member of the committee that holds it"),
                "lead.handed_over",
                requires=_("a result that says to whom; outcome “hand over”"),
                told=_("the reporter, in neutral words"),
            ),
            Transition(
                "hand_up",
                (S.RECEIVED, S.STUDYING),
                S.HANDED_OVER,
                _("hand to the higher committee outside this system"),
                _("head of the discipline committee who keeps it alone"),
                "lead.handed_up",
                requires=_("a result that says to whom and how"),
            ),
            Transition(
                "reopen",
                ENDED,
                S.STUDYING,
                _("open again"),
                _("member of the committee that holds it"),
                "lead.reopened",
                requires=_("a reason"),
                told=_("the other members"),
            ),
        ],
    )
)
