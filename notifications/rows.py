"""The rows of the inbox, which is opened as often as the start page: written without templates."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.addresses import address
from common.markup import markup, markup_of_all
from notifications.inbox import NoticeRow

_ROW = (
    '<li class="notice{}"><button type="submit" class="notice-open" formaction="{}">'
    '<span class="task-title">{}{}</span> <span class="task-meta">{}</span></button></li>'
)


def notice_rows(notices: Iterable[NoticeRow]) -> SafeString:
    """Buttons of the form around them; each opens its notice and marks it read."""
    new = markup('<span class="notice-dot" aria-hidden="true"></span> <span class="visually-hidden">{}</span> ', _("Unread:"))
    return markup_of_all(
        _ROW,
        (
            (
                "" if notice.read_at else " notice-unread",
                address("notifications:open", notice.pk),
                "" if notice.read_at else new,
                notice.text,
                f"{timezone.localtime(notice.created_at):%Y-%m-%d %H:%M}",
            )
            for notice in notices
        ),
    )
