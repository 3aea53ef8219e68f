"""How the events of campaigns and forms read in a timeline."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "campaign.created": _("{actor} prepared the campaign"),
        "campaign.changed": _("{actor} changed: {changes}"),
        "campaign.started": _("{actor} started the campaign"),
        "campaign.forms_opened": _("{actor} opened missing forms; drafts cancelled: {cancelled}"),
        "campaign.reminded": _("{actor} reminded {people} people"),
        "campaign.closed": _("{actor} closed the campaign"),
        "declaration.opened": _("{actor} opened the form"),
        "declaration.begun": _("{actor} began to fill in the form"),
        "declaration.saved": _("{actor} wrote in the form"),
        "declaration.signed": _("{actor} signed and handed in the form"),
        "declaration.withdrawn": _("{actor} took the form back"),
        "declaration.cancelled": _("{actor} cancelled the form"),
        "entry.added": _("{actor} added a risk to the form"),
        "entry.saved": _("{actor} wrote the risk “{object}”"),
        "entry.change_chosen": _("{actor} decided what becomes of the risk “{object}”"),
        "entry.deleted": _("{actor} deleted the risk “{object}” from the form"),
        "power.examined": _("{actor} stated “examined, none found”: {object}"),
        "power.unexamined": _("{actor} took back “examined, none found”: {object}"),
        "rule.requested": _("{actor} asked for the rule “{object}”"),
    },
    {"declaration.signed": "success", "declaration.cancelled": "danger", "campaign.closed": "warning"},
)
