"""The list of mottos: its table and its filters."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common.markup import markup
from common.templatetags.ui_status import badge
from education.models import Motto
from positions.models import Unit

_ONE_LINE = {"td": {"class": "nowrap"}}


def _address(record: Motto) -> str:
    """The page on which it is changed."""
    return reverse("education:motto", args=[record.pk])


class MottoFilter(filters.FilterSet):
    """By words, by use, by unit where one keeps several."""

    q = filters.CharFilter(label=_("Words or source"), method="by_words", max_length=60)
    use = filters.ChoiceFilter(
        label=_("State"),
        method="of_use",
        empty_label=_("all"),
        choices=[("turn", _("takes its turn")), ("kept", _("kept for a day")), ("off", _("out of use"))],
    )
    unit = filters.ModelChoiceFilter(label=_("unit"), queryset=Unit.objects.none(), empty_label=_("all"))

    class Meta:
        model = Motto
        fields: list[str] = []

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["unit"].queryset = units

    def by_words(self, rows: QuerySet[Motto], _name: str, value: str) -> QuerySet[Motto]:
        """Part of the text or of the source."""
        text = value.replace("\x00", "")
        return rows.filter(Q(text__icontains=text) | Q(source__icontains=text))

    def of_use(self, rows: QuerySet[Motto], _name: str, value: str) -> QuerySet[Motto]:
        """In use in turn, in use on a day, or not in use."""
        return rows.filter(is_active=False) if value == "off" else rows.filter(is_active=True, month__isnull=value == "turn")


class MottoTable(tables.Table):
    """One row a motto, the next one first."""

    text = tables.Column(verbose_name=_("motto"), orderable=False, linkify=_address)
    source = tables.Column(orderable=False, empty_values=())
    unit = tables.Column(orderable=False, verbose_name=_("unit"))
    kept_for = tables.Column(orderable=False, verbose_name=_("kept for"), empty_values=(), attrs=_ONE_LINE)
    shown_on = tables.Column(orderable=False, empty_values=(), attrs=_ONE_LINE)
    is_active = tables.Column(orderable=False, verbose_name=_("State"), attrs=_ONE_LINE)

    class Meta:
        model = Motto
        fields = ("text", "source", "unit", "kept_for", "shown_on", "is_active")
        row_attrs = {"data-href": _address}

    def render_source(self, value: str) -> str:
        return value or "—"

    def render_kept_for(self, value: str) -> str:
        return value or "—"

    def render_shown_on(self, value: Any) -> str:
        return value.isoformat() if value else "—"

    def render_is_active(self, value: bool) -> SafeString:
        """As a badge."""
        return markup("{}", badge(_("in use"), "success") if value else badge(_("out of use"), "neutral"))
