"""Why a delivery was not taken: codes without content, kept with it, and in words for the administrator."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# After the first attempt in a minute, then in 5 and 30 minutes, 2 hours, 6 hours: then it is given up.
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
MAX_ATTEMPTS = len(PAUSES) + 1

_WORDS: dict[str, Any] = {
    "unreachable": gettext_lazy("The server could not be reached."),
    "sign_in": gettext_lazy("The mail server refused our sign-in."),
    "sender": gettext_lazy("The mail server refused our sender's address."),
    "recipient": gettext_lazy("The mail server refused the recipient's address."),
    "refused": gettext_lazy("The server refused the message."),
    "no_address": gettext_lazy("The person has no e-mail address, or may no longer sign in."),
    "interrupted": gettext_lazy("The worker was lost while it was sending."),
    "bad_address": gettext_lazy("The robot's address is no longer usable. Enter it again."),
    "robot": gettext_lazy(
        "The group's service refused the message. Is the robot still there, and does it ask for a keyword or another secret?"
    ),
    "unexpected": gettext_lazy("An unexpected error; it is in the log."),
}


def words(code: str) -> str:
    """The reason in words. `code` is one of the above, with the server's number behind it where it gave one: "recipient:550"."""
    name, _colon, number = code.partition(":")
    if not name:
        return ""
    text = str(_WORDS.get(name, _WORDS["unexpected"]))
    return _("%(reason)s (answer %(number)s)") % {"reason": text.rstrip(".。"), "number": number} if number else text


class NotSent(Exception):
    """The channel did not take it. `for_good`: trying again is of no use; `channel_down`: nor is the next delivery."""

    def __init__(self, code: str, *, for_good: bool = False, channel_down: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.for_good = for_good
        self.channel_down = channel_down
