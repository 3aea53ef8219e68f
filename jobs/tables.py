"""Lists of the work of the clock and of its runs."""

from datetime import timedelta
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from common.templatetags.ui_status import state_badge
from jobs.models import ScheduledRun
from jobs.selectors import Standing, result_in_words

_NOTHING = "—"


def in_words(duration: timedelta | None) -> str:
    """How long something took, such as “0.3 s” or “2 min 5 s”; a dash where it has not ended."""
    if duration is None:
        return _NOTHING
    seconds = duration.total_seconds()
    if seconds < 60:
        return str(_("%(n).1f s") % {"n": seconds})
    minutes, rest = divmod(round(seconds), 60)
    return ngettext("%(n)d min %(rest)d s", "%(n)d min %(rest)d s", minutes) % {"n": minutes, "rest": rest}


def _address(record: Standing) -> str:
    return reverse("schedule:detail", args=[record.work.name])


class StandingTable(tables.Table):
    """Every work with its last run."""

    title = tables.Column(verbose_name=pgettext_lazy("scheduled work", "work"), accessor="work__title", linkify=_address)
    plan = tables.Column(verbose_name=pgettext_lazy("scheduled work", "planned"), empty_values=())
    last = tables.Column(verbose_name=pgettext_lazy("scheduled work", "last run"), attrs={"td": {"class": "nowrap"}}, default=_NOTHING)
    duration = tables.Column(
        verbose_name=pgettext_lazy("scheduled work", "duration"), empty_values=(), attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    result = tables.Column(verbose_name=pgettext_lazy("scheduled work", "result"), empty_values=())
    next_at = tables.DateTimeColumn(
        verbose_name=pgettext_lazy("scheduled work", "next time"), format="Y-m-d H:i", attrs={"td": {"class": "nowrap"}}
    )
    state = tables.Column(verbose_name=pgettext_lazy("scheduled work", "state"), empty_values=())

    class Meta:
        orderable = False
        row_attrs = {"data-href": _address}

    def render_plan(self, record: Standing) -> str:
        """The plan in words."""
        return record.work.at.words()

    def render_last(self, record: Standing) -> str:
        """When it began."""
        begun = record.last.started_at if record.last else None
        return f"{timezone.localtime(begun):%Y-%m-%d %H:%M}" if begun else _NOTHING

    def render_duration(self, record: Standing) -> str:
        """Of the last run."""
        return in_words(record.last.duration) if record.last else _NOTHING

    def render_result(self, record: Standing) -> str:
        """Of the last run."""
        return (result_in_words(record.last) if record.last else "") or _NOTHING

    def render_state(self, record: Standing) -> str:
        """With its colour."""
        return state_badge(record)


class RunTable(tables.Table):
    """What one work did, newest first."""

    slot = tables.DateTimeColumn(
        verbose_name=pgettext_lazy("scheduled work", "planned for"), format="Y-m-d H:i:s", attrs={"td": {"class": "nowrap"}}
    )
    by = tables.Column(verbose_name=pgettext_lazy("scheduled work", "set off by"), empty_values=())
    started_at = tables.DateTimeColumn(
        verbose_name=pgettext_lazy("scheduled work", "begun"), format="Y-m-d H:i:s", attrs={"td": {"class": "nowrap"}}, default=_NOTHING
    )
    duration = tables.Column(
        verbose_name=pgettext_lazy("scheduled work", "duration"), empty_values=(), attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    attempts = tables.Column(
        verbose_name=pgettext_lazy("scheduled work", "attempts"), attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    result = tables.Column(verbose_name=pgettext_lazy("scheduled work", "result"), empty_values=())
    state = tables.Column(verbose_name=pgettext_lazy("scheduled work", "state"), empty_values=())

    class Meta:
        orderable = False

    def render_by(self, record: ScheduledRun) -> Any:
        """A person, or the plan."""
        return record.by.name if record.by else _("according to plan")

    def render_duration(self, record: ScheduledRun) -> str:
        """How long it took."""
        return in_words(record.duration)

    def render_result(self, record: ScheduledRun) -> str:
        """What came of it."""
        return result_in_words(record) or _NOTHING

    def render_state(self, record: ScheduledRun) -> str:
        """With its colour."""
        return state_badge(record)
