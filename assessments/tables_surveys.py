"""The list of surveys."""

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assessments import quarters
from assessments.models.survey import Survey
from assessments.states_surveys import SurveyState
from assessments.survey_selectors import rate_of
from common.templatetags.ui_status import badge, deadline

_ONE_LINE = {"td": {"class": "nowrap"}}
_NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


class SurveyTable(tables.Table):
    """One row a survey; a result only where it is closed and reached its minimum."""

    title = tables.Column(verbose_name=gettext_lazy("title"), linkify=True)
    kind = tables.Column(verbose_name=pgettext_lazy("survey", "kind"), attrs=_ONE_LINE)
    period_end = tables.Column(verbose_name=gettext_lazy("experience of"), attrs=_ONE_LINE)
    open_until = tables.Column(verbose_name=gettext_lazy("answers until"), attrs=_ONE_LINE)
    state = tables.Column(verbose_name=gettext_lazy("state"))
    answers = tables.Column(verbose_name=gettext_lazy("valid answers"), accessor="tally__n", attrs=_NUMBER)
    result = tables.Column(verbose_name=gettext_lazy("contact rate"), empty_values=(), orderable=False, attrs=_NUMBER)

    class Meta:
        model = Survey
        fields = ("title", "kind", "period_end", "open_until", "state", "answers", "result")
        order_by_field = "sort"
        row_attrs = {"data-href": lambda record: record.get_absolute_url()}

    def render_period_end(self, record: Survey) -> str:
        """The quarter."""
        return quarters.in_words(record.period_start, record.period_end)

    def render_open_until(self, record: Survey) -> SafeString:
        """The last day, and how long that is while it is open."""
        return deadline(record.open_until, done=record.state != SurveyState.OPEN)

    def render_state(self, record: Survey) -> SafeString:
        """As a badge."""
        return badge(str(SurveyState(record.state).label), record.state_tone)

    def render_result(self, record: Survey) -> str:
        """The lower bound."""
        if record.state != SurveyState.CLOSED:
            return "—"
        found = rate_of(record)
        if found is None:
            return _("too few answers, not shown")
        return _("at least %(low)s%%") % {"low": found.at_least}
