"""What a reminder says: how it stands with the day, then what is to be done."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from deadlines import stages
from deadlines.registry import Due

_NAMED = 3  # people named to a leader


def sentence(due: Due, stage: str, today: date, names: Sequence[str] = ()) -> str:
    """The text of the notice in the active language, at most 300 characters. It counts from today, not from the stage, so that it is
    right as well when it comes some days after the stage began."""
    left = stages.days_left(due.due_on, today)
    n = max(abs(left), 1)
    words = {"what": str(due.text), "day": due.due_on.isoformat(), "n": n}
    if stages.is_up(stage):
        text = ngettext(
            "Told to you as a leader, %(n)d working day overdue (was due on %(day)s): %(what)s",
            "Told to you as a leader, %(n)d working days overdue (was due on %(day)s): %(what)s",
            n,
        )
        return _with_names(text % words, names)
    if today > due.due_on:
        text = ngettext(
            "%(n)d working day overdue (was due on %(day)s): %(what)s",
            "%(n)d working days overdue (was due on %(day)s): %(what)s",
            n,
        )
    elif today == due.due_on:
        text = _("Due today: %(what)s")
    elif left == 0:
        text = _("Due on %(day)s, a day off; today is the last working day before it: %(what)s")
    else:
        text = ngettext("%(n)d working day left (until %(day)s): %(what)s", "%(n)d working days left (until %(day)s): %(what)s", n)
    return (text % words)[:300]


def many(title: object, tellings: Sequence[tuple[Due, str]], today: date) -> str:
    """One text for more than a few things of one kind and one tone (see `tone`), the most urgent named first."""
    dues = sorted((due for due, _stage in tellings), key=lambda due: due.due_on)
    words = {"title": str(title), "n": len(dues), "day": dues[0].due_on.isoformat()}
    words["what"] = pgettext("reminder", "; ").join(str(due.text) for due in dues[:_NAMED])
    text = {
        "ahead": _("%(title)s: %(n)d are to be done, the first by %(day)s: %(what)s…"),
        "over": _("%(title)s: %(n)d are overdue, the first since %(day)s: %(what)s…"),
        "up": _("Told to you as a leader. %(title)s: %(n)d are overdue, the first since %(day)s: %(what)s…"),
    }[tone(dues[0], tellings[0][1], today)]
    return (text % words)[:300]


def tone(due: Due, stage: str, today: date) -> str:
    """What stands in one notice: "up" for leaders, "over" for what is late, "ahead" for the rest."""
    if stages.is_up(stage):
        return "up"
    return "over" if today > due.due_on else "ahead"


def _with_names(text: str, names: Sequence[str]) -> str:
    if not names:
        return text[:300]
    who = _(", ").join(names[:_NAMED])
    if len(names) > _NAMED:
        who = _("%(names)s and others") % {"names": who}
    end = _(" To do by: %(names)s.") % {"names": who}
    return text[: 300 - len(end)] + end


def stage_label(stage: str) -> str:
    """A stage in words, for the ledger and the preview."""
    what, _colon, days = stage.partition(":")
    n = int(days or 0)
    if what == "before":
        return ngettext("%(n)d working day before", "%(n)d working days before", n) % {"n": n}
    if what == "over":
        return ngettext("%(n)d working day overdue", "%(n)d working days overdue", n) % {"n": n}
    if what == "up":
        return _("to the leader, place %(n)d") % {"n": n}
    return _("on the day")
