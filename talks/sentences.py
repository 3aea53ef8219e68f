"""How the events of this app read in a timeline."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "talk.planned": _("{actor} planned the talk"),
        "talk.changed": _("{actor} changed the arrangement: {changes}"),
        "talk.invited": _("{actor} invited the person talked to"),
        "talk.held": _("{actor} recorded the talk"),
        "talk.amended": _("{actor} completed the record"),
        "talk.confirmed": _("{actor} confirmed the record"),
        "talk.unsigned": _("{actor} noted that the record is not signed"),
        "talk.replied": _("{actor} answered in writing"),
        "talk.sent_back": _("{actor} sent the answer back"),
        "talk.finished": _("{actor} finished the talk"),
        "talk.cancelled": _("{actor} cancelled the talk"),
        "talk.limits_set": _("{actor} set the limits of answers"),
    },
    {"talk.sent_back": "warning", "talk.unsigned": "warning", "talk.finished": "success", "talk.cancelled": "danger"},
)
