"""Lists of requests and of looks."""

from datetime import datetime

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from common.markup import markup
from common.templatetags.ui_status import badge
from reporting.integrity.models import FileLook, FileRequest

_ONE_LINE = {"td": {"class": "nowrap"}}
_NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


class FileRequestTable(tables.Table):
    """One row a request; `look_count` is annotated."""

    number = tables.Column(verbose_name=_("number"), linkify=True, attrs=_ONE_LINE)
    person_label = tables.Column(verbose_name=_("whose file"))
    purpose = tables.Column(verbose_name=_("purpose"), attrs=_ONE_LINE)
    matter = tables.Column(verbose_name=_("what it is needed for"), orderable=False)
    requested_by = tables.Column(verbose_name=pgettext_lazy("integrity file", "asked by"), accessor="requested_by__name", attrs=_ONE_LINE)
    requested_at = tables.Column(verbose_name=pgettext_lazy("integrity file", "asked"), attrs=_ONE_LINE)
    last_day = tables.Column(verbose_name=pgettext_lazy("integrity file", "last day"), accessor="until", attrs=_ONE_LINE)
    look_count = tables.Column(verbose_name=pgettext_lazy("integrity file", "looks"), attrs=_NUMBER)
    state = tables.Column(verbose_name=_("state"), attrs=_ONE_LINE)

    class Meta:
        model = FileRequest
        fields = ("number", "person_label", "purpose", "matter", "requested_by", "requested_at", "last_day", "look_count", "state")
        order_by_field = "sort"
        row_attrs = {"data-href": lambda record: record.get_absolute_url()}

    def render_matter(self, value: str) -> str:
        """The beginning of it."""
        return Truncator(value).chars(40)

    def render_requested_at(self, value: datetime) -> str:
        """The day."""
        return timezone.localdate(value).isoformat()

    def render_last_day(self, record: FileRequest) -> str:
        """As granted, else as asked for."""
        return (record.granted_until or record.until).isoformat()

    def render_state(self, record: FileRequest) -> SafeString:
        """As a badge."""
        return badge(record.state_label, record.state_tone)


class FileLookTable(tables.Table):
    """One row a look."""

    at = tables.Column(verbose_name=_("time"), attrs=_ONE_LINE)
    by = tables.Column(verbose_name=_("read by"), accessor="by__name", attrs=_ONE_LINE)
    person = tables.Column(verbose_name=_("whose file"), accessor="person__name", attrs=_ONE_LINE)
    how = tables.Column(verbose_name=pgettext_lazy("integrity file", "how"), attrs=_ONE_LINE)
    request = tables.Column(verbose_name=_("request"), accessor="request__number", empty_values=())

    class Meta:
        model = FileLook
        fields = ("at", "by", "person", "how", "request")
        order_by_field = "sort"

    def render_at(self, value: datetime) -> str:
        """To the minute."""
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")

    def render_request(self, record: FileLook) -> SafeString | str:
        """The approval it rests on; none for the own file."""
        if record.request_id is None or record.request is None:
            return pgettext("integrity file", "own file")
        return markup('<a href="{}">{}</a>', reverse("reporting:file_request", args=[record.request_id]), record.request.number)
