"""The life of a delivery: something that leaves for an e-mail address or a robot."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.states import StateTable, Transition, register


class DeliveryState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("delivery", "waiting")
    SENDING = "sending", pgettext_lazy("delivery", "being sent")
    SENT = "sent", pgettext_lazy("delivery", "sent")
    FAILED = "failed", pgettext_lazy("delivery", "failed")


DELIVERY_TABLE = register(
    StateTable(
        "delivery",
        DeliveryState,
        DeliveryState.WAITING,
        [
            Transition("claim", (DeliveryState.WAITING,), DeliveryState.SENDING, _("begin to send"), "worker", ""),
            Transition(
                "put_back",
                (DeliveryState.SENDING,),
                DeliveryState.WAITING,
                _("put back"),
                "worker",
                "",
                requires=_("the channel did not take it, or the worker was lost"),
            ),
            Transition("finish", (DeliveryState.SENDING,), DeliveryState.SENT, _("finish"), "worker", ""),
            Transition(
                "give_up",
                (DeliveryState.SENDING,),
                DeliveryState.FAILED,
                _("give up"),
                "worker",
                "",
                requires=_("refused for good, or tried six times"),
            ),
            Transition(
                "send_again",
                (DeliveryState.FAILED,),
                DeliveryState.WAITING,
                _("send again"),
                _("system administrator"),
                "delivery.sent_again",
            ),
        ],
    )
)
