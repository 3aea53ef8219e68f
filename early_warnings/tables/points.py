"""Lists of points: accounts, proposals, the ledger."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from common.markup import markup
from common.templatetags.ui_status import badge, level_badge
from early_warnings.models import PointEntry
from early_warnings.point_selectors import Account, Reader, colour_after
from early_warnings.points import in_words

_NUMBER: dict[str, dict[str, str]] = {"td": {"class": "num"}, "th": {"class": "num"}}
_ONE_LINE = {"td": {"class": "nowrap"}}


def account_url(account: Account) -> str:
    """The page of an account."""
    if account.person_id:
        return reverse("warnings:point_account", args=["person", account.person_id])
    return reverse("warnings:point_account", args=["department", account.department_id])


def amount(entry: PointEntry) -> str | SafeString:
    """The points of an entry as a ledger shows them."""
    if not entry.points and entry.counter_of_id is None:
        return badge(_("reminder"), "success")
    return in_words(entry.points)


class AccountTable(tables.Table):
    """Who stands where in this cycle."""

    name = tables.Column(verbose_name=_("Person or department"))
    level = tables.Column(verbose_name=_("Colour"), attrs=_ONE_LINE, orderable=False, empty_values=())
    counted = tables.Column(verbose_name=_("Points counted"), attrs=_NUMBER, order_by=("standing__counted",))
    left = tables.Column(verbose_name=_("Points left"), attrs=_NUMBER, orderable=False)
    entries = tables.Column(verbose_name=_("Entries"), attrs=_NUMBER)
    last_on = tables.Column(verbose_name=_("Last fault"), attrs=_ONE_LINE)

    class Meta:
        order_by_field = "sort"
        row_attrs = {"data-href": account_url}

    def __init__(self, *args: Any, labels: dict[tuple[int | None, int | None], str], **kwargs: Any) -> None:
        self.labels = labels
        super().__init__(*args, **kwargs)

    def render_name(self, record: Account) -> SafeString:
        label = self.labels.get((record.person_id, record.department_id), record.name)
        return markup('<a href="{}">{}</a>', account_url(record), label)

    def render_level(self, record: Account) -> SafeString | str:
        return level_badge(record.level) if record.level else "—"

    def render_last_on(self, record: Account) -> str:
        return record.last_on.isoformat() if record.last_on else "—"


class LedgerTable(tables.Table):
    """记分台账 on screen; one row an entry."""

    holder_label = tables.Column(verbose_name=_("Name (department)"), orderable=False, linkify=True)
    behaviour = tables.Column(verbose_name=_("Reason for the points"), orderable=False)
    basis = tables.Column(verbose_name=_("Clause"), orderable=False, attrs={"th": {"data-optional": "1"}})
    points = tables.Column(verbose_name=_("Points"), orderable=False, attrs=_NUMBER)
    source = tables.Column(verbose_name=_("Source"), orderable=False, empty_values=(), accessor="source_kind")
    occurred_on = tables.Column(verbose_name=_("date of the points"), orderable=False, attrs=_ONE_LINE)
    running = tables.Column(verbose_name=_("Cycle total"), orderable=False, attrs=_NUMBER)
    level = tables.Column(verbose_name=_("warning colour"), orderable=False, attrs=_ONE_LINE, empty_values=(), accessor="pk")
    outcome = tables.Column(verbose_name=_("Handling"), orderable=False, empty_values=(), accessor="pk")

    class Meta:
        order_by_field = "sort"
        row_attrs = {"data-href": lambda record: record.get_absolute_url()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.reader = Reader(frozenset(), frozenset())
        super().__init__(*args, **kwargs)

    def render_behaviour(self, record: PointEntry) -> SafeString | str:
        text = Truncator(record.behaviour.text).chars(40)
        if record.counter_of_id:
            return markup("{} {}", badge(_("taken back"), "warning"), text)
        return markup("{} {}", badge(_("leader's share"), "info"), text) if record.share_of_id else text

    def render_points(self, record: PointEntry) -> SafeString | str:
        return amount(record)

    def render_source(self, record: PointEntry) -> str:
        return self.reader.source(record)

    def render_occurred_on(self, record: PointEntry) -> str:
        return record.occurred_on.isoformat()

    def render_running(self, record: PointEntry) -> str:
        return in_words(record.running)  # type: ignore[attr-defined]

    def render_level(self, record: PointEntry) -> SafeString | str:
        level = colour_after(record)
        return level_badge(level) if level else "—"

    def render_outcome(self, record: PointEntry) -> str:
        return self.reader.outcome(record) or "—"


class SheetTable(LedgerTable):
    """The entries of one account."""

    class Meta(LedgerTable.Meta):
        exclude = ("holder_label", "basis", "outcome")
        sequence = ("behaviour", "points", "occurred_on", "running", "level", "source")

    def render_behaviour(self, record: PointEntry) -> SafeString:
        link = markup('<a href="{}">{}</a>', record.get_absolute_url(), record.behaviour.text)
        if record.counter_of_id:
            return markup("{} {}", badge(_("taken back"), "warning"), link)
        return markup("{} {}", badge(_("leader's share"), "info"), link) if record.share_of_id else link


class WaitingTable(tables.Table):
    """Proposals; a box for those the reader may confirm."""

    chosen = tables.Column(accessor="pk", verbose_name="", orderable=False, attrs={"td": {"class": "bulk"}})
    holder_label = tables.Column(verbose_name=_("Name (department)"), orderable=False, linkify=True)
    behaviour = tables.Column(verbose_name=_("Reason for the points"), orderable=False)
    points = tables.Column(verbose_name=_("Points"), orderable=False, attrs=_NUMBER)
    occurred_on = tables.Column(verbose_name=_("Date of the fault"), orderable=False, attrs=_ONE_LINE)
    proposed_by = tables.Column(verbose_name=_("Proposed by"), orderable=False, attrs=_ONE_LINE)
    proposed_at = tables.Column(verbose_name=_("Proposed"), orderable=False, attrs=_ONE_LINE)

    class Meta:
        row_attrs = {"data-href": lambda record: record.get_absolute_url()}

    def __init__(self, *args: Any, open_ids: set[int], **kwargs: Any) -> None:
        self.open_ids = open_ids
        super().__init__(*args, **kwargs)

    def render_chosen(self, record: PointEntry) -> SafeString | str:
        """A box where the reader may decide."""
        if record.pk not in self.open_ids:
            return ""
        return markup('<input type="checkbox" name="chosen" value="{}" aria-label="{}">', record.pk, record.holder_label)

    def render_behaviour(self, record: PointEntry) -> SafeString | str:
        text = Truncator(record.behaviour.text).chars(40)
        return markup("{} {}", badge(_("to be taken back"), "warning"), text) if record.counter_of_id else text

    def render_points(self, record: PointEntry) -> SafeString | str:
        return amount(record)

    def render_occurred_on(self, record: PointEntry) -> str:
        return record.occurred_on.isoformat()

    def render_proposed_at(self, record: PointEntry) -> str:
        return f"{record.proposed_at:%Y-%m-%d}"
