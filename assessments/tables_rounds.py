"""The lists of rounds, of the people of a round, and of somebody's raters."""

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assessments.models import Assessed, Rater, Relation, Round
from assessments.states import RoundState
from common.markup import markup
from common.templatetags.ui_status import badge, deadline

_NUM = {"td": {"class": "num"}, "th": {"class": "num"}}
_ONE_LINE = {"td": {"class": "nowrap"}}


def _box(pk: int, label: str) -> SafeString:
    return markup('<input type="checkbox" name="chosen" value="{}" aria-label="{}">', pk, _("Choose %(name)s") % {"name": label})


def _choose_all(table: tables.Table) -> None:
    """The box in the head, where there are boxes."""
    if "chosen" in table.columns.names():
        table.columns["chosen"].column.verbose_name = SafeString(render_to_string("risks/review/choose_all.html"))


class RoundTable(tables.Table):
    """One round a row; the next deadline is that of the present phase."""

    quarter = tables.Column(verbose_name=gettext_lazy("round"), linkify=True, order_by=("year", "quarter"))
    unit = tables.Column(verbose_name=gettext_lazy("unit"))
    people = tables.Column(verbose_name=gettext_lazy("people"), accessor="people_count", attrs=_NUM)
    due = tables.Column(verbose_name=gettext_lazy("present phase until"), empty_values=(), orderable=False, attrs=_ONE_LINE)
    state = tables.Column(verbose_name=gettext_lazy("state"))

    class Meta:
        order_by_field = "sort"
        row_attrs = {"data-href": lambda record: record.get_absolute_url()}

    def render_quarter(self, record: Round) -> str:
        """As it is called."""
        return str(record)

    def render_due(self, record: Round) -> Any:
        """The last day of the phase the round is in."""
        last = next((row.ends_on for row in record.phases.all() if row.phase == record.state), None)
        return deadline(last) if last else "—"

    def render_state(self, record: Round) -> SafeString:
        """As a badge."""
        return badge(str(RoundState(record.state).label), record.state_tone)


class PeopleTable(tables.Table):
    """One assessed person a row: raters by weight while it is set up, turnout afterwards."""

    chosen = tables.Column(verbose_name="", empty_values=(), orderable=False)
    name = tables.Column(verbose_name=gettext_lazy("name"))
    post = tables.Column(verbose_name=gettext_lazy("post"), order_by=("department__order", "position__order"))
    group = tables.Column(verbose_name=gettext_lazy("group"), order_by="group_order", attrs=_ONE_LINE)
    raters_total = tables.Column(verbose_name=pgettext_lazy("rater", "raters"), attrs=_NUM)
    raters_first = tables.Column(verbose_name=gettext_lazy("first level"), attrs=_NUM)
    raters_second = tables.Column(verbose_name=gettext_lazy("second level"), attrs=_NUM)
    raters_third = tables.Column(verbose_name=gettext_lazy("third level"), attrs=_NUM)
    turnout = tables.Column(verbose_name=pgettext_lazy("appraisal", "handed in"), empty_values=(), orderable=False, attrs=_NUM)
    marks = tables.Column(verbose_name=pgettext_lazy("assessment", "to be looked at"), empty_values=(), orderable=False)

    class Meta:
        order_by_field = "sort"

    def __init__(
        self, *args: Any, reader: int | None, marks: dict[int, list[tuple[str, str]]], given: dict[int, tuple[int, int]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.reader, self.mark_words, self.given = reader, marks, given
        _choose_all(self)

    def render_chosen(self, record: Assessed) -> SafeString:
        """To be ticked for a bulk act."""
        return _box(record.pk, record.name)

    def render_name(self, record: Assessed) -> Any:
        """Leads to the raters for `reader`, a member of the discipline committee; never to those of the own entry."""
        if self.reader is None or record.person_id == self.reader:
            return record.name
        return markup('<a href="{}">{}</a>', reverse("assessments:raters", args=[record.pk]), record.name)

    def render_turnout(self, record: Assessed) -> str:
        """How many of how many; never who."""
        asked, given = self.given.get(record.pk, (0, 0))
        return _("%(given)d of %(asked)d") % {"given": given, "asked": asked} if asked else "—"

    def render_marks(self, record: Assessed) -> SafeString | str:
        """What findings say of the person."""
        return SafeString(" ".join(badge(text, tone) for text, tone in self.mark_words.get(record.pk, [])))


class RaterTable(tables.Table):
    """Who is asked about somebody."""

    chosen = tables.Column(verbose_name="", empty_values=(), orderable=False)
    person = tables.Column(verbose_name=gettext_lazy("name"), accessor="person__name")
    post = tables.Column(verbose_name=gettext_lazy("post"), empty_values=(), orderable=False)
    relation = tables.Column(verbose_name=gettext_lazy("relation"))
    level = tables.Column(verbose_name=gettext_lazy("weight"))

    class Meta:
        order_by_field = "sort"

    def __init__(self, *args: Any, posts: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = posts
        _choose_all(self)

    def render_chosen(self, record: Rater) -> SafeString:
        """To be ticked for a bulk act."""
        return _box(record.pk, record.person.name)

    def render_person(self, record: Rater) -> Any:
        """With a mark where the account is closed."""
        name = record.person.name
        return name if record.person.is_active else markup("{} {}", name, badge(_("cannot sign in"), "warning"))

    def render_post(self, record: Rater) -> str:
        """Today's post in the unit."""
        return self.posts.get(record.person_id, "—")

    def render_relation(self, record: Rater) -> str:
        """In words."""
        return str(Relation(record.relation).label)
