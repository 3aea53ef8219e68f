"""What leaves the product, in words. Of sensitive notices: that something waits, and where the product is; not what, not which kind."""

from collections import Counter
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications import kinds
from notifications.models import Notice

MOST_LINES = 50  # of a digest
_LONGEST_SUBJECT = 80


def single(notice: Notice) -> tuple[str, str]:
    """Subject and body of an e-mail for one notice."""
    if notice.sensitive:
        subject = _("Something waits for you")
        return _subject(subject), _body([_not_here(1)], "")
    text = " ".join(notice.text.split())
    return _subject(text), _body([text], notice.url if notice.url.startswith("/") else "")


def digest(notices: Sequence[Notice]) -> tuple[str, str]:
    """Subject and body of the daily e-mail: what may be said line by line, the rest as a number."""
    shown = [" ".join(notice.text.split()) for notice in notices if not notice.sensitive]
    lines = [f"{n}. {text}" for n, text in enumerate(shown[:MOST_LINES], 1)]
    if more := len(shown) - len(lines):
        lines.append(ngettext("And %(n)d more notice.", "And %(n)d more notices.", more) % {"n": more})
    if kept := len(notices) - len(shown):
        lines.append(_not_here(kept))
    subject = ngettext("%(n)d notice today", "%(n)d notices today", len(notices)) % {"n": len(notices)}
    return _subject(subject), _body(lines, reverse("notifications:index"))


def for_group(codes: Sequence[str]) -> str:
    """What a robot says of the kinds of events gathered: numbers by kind. Nobody is named, and no matter (read by the whole group)."""
    counts = Counter(codes)
    unnamed = counts.pop(kinds.UNNAMED, 0)
    if not counts:
        return _("Reminder: something waits in Lianfang. Please sign in to see it: %(address)s") % {"address": settings.SITE_URL}
    told = [_("%(kind)s: %(n)d") % {"kind": kinds.label_of(code), "n": n} for code, n in sorted(counts.items())]
    if unnamed:
        told.append(_("other things that wait"))
    listed = _("; ").join(told)
    return _("Reminder: %(listed)s. Please sign in to Lianfang to see them: %(address)s") % {"listed": listed, "address": settings.SITE_URL}


def test_of_robot() -> str:
    """What a robot says when it is tried."""
    return _("Lianfang can write to this group. It will say what sort of things wait and how many, never who or what: %(address)s") % {
        "address": settings.SITE_URL
    }


def _subject(text: str) -> str:
    prefix = _("[Lianfang] ")
    return prefix + (text if len(text) <= _LONGEST_SUBJECT else text[: _LONGEST_SUBJECT - 1] + "…")


def _not_here(n: int) -> str:
    return ngettext(
        "%(n)d thing waits for you that e-mails say nothing about.", "%(n)d things wait for you that e-mails say nothing about.", n
    ) % {"n": n}


def _body(lines: Sequence[str], path: str) -> str:
    where = _("Sign in to Lianfang to see it: %(address)s") % {"address": settings.SITE_URL + path}
    foot = _("Sent by the program; please do not answer. How you are told is set in Lianfang under “Notices”, “How I am told”.")
    return "\n".join([*lines, "", where, "", "-- ", foot, ""])
