"""The lines of the start page's lists, written without templates: a head has dozens, and everybody opens the page all day."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.safestring import SafeString

from common.markup import markup, markup_of_all
from common.templatetags.ui_status import badge, deadline
from web.board_parts import Sent, Task

_LINE = '<li><a href="{}"><span class="task-title">{}</span> <span class="task-meta">{} {}</span></a></li>'


def task_rows(tasks: Iterable[Task]) -> SafeString:
    """What waits, and by when."""
    return markup_of_all(_LINE, ((task.url, task.text, _word(task.detail), deadline(task.due) if task.due else "") for task in tasks))


def sent_rows(handed_in: Iterable[Sent]) -> SafeString:
    """What was handed in, since when, and where it is."""
    return markup_of_all(
        _LINE,
        (
            (one.url, one.text, _word(f"{timezone.localtime(one.since):%Y-%m-%d}" if one.since else ""), badge(one.where, one.tone))
            for one in handed_in
        ),
    )


def _word(text: str) -> SafeString | str:
    return markup("<span>{}</span>", text) if text else ""
