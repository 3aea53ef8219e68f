"""Lists of checks, of the answers of one, and of restrictions."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from assessments.eligibility import Barred
from assessments.eligibility.wording import in_words
from assessments.models import EligibilityCheck, EligibilityLine, Restriction
from assessments.permissions.eligibility import may_lift
from common.markup import markup, markup_of_all
from common.templatetags.ui_status import badge

_ONE_LINE = {"td": {"class": "nowrap"}}
_NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


class EligibilityTable(tables.Table):
    """One row a check, counting the answers the reader sees."""

    number = tables.Column(verbose_name=gettext_lazy("number"), linkify=True, attrs=_ONE_LINE)
    matter = tables.Column(verbose_name=gettext_lazy("what it is for"), orderable=False)
    purpose = tables.Column(verbose_name=gettext_lazy("purpose"), attrs=_ONE_LINE)
    as_of = tables.Column(verbose_name=gettext_lazy("as of"), attrs=_ONE_LINE)
    people = tables.Column(verbose_name=pgettext_lazy("eligibility", "people"), attrs=_NUMBER)
    yes = tables.Column(verbose_name=pgettext_lazy("eligibility", "agreed"), attrs=_NUMBER)
    ask = tables.Column(verbose_name=pgettext_lazy("eligibility", "needs an explanation"), attrs=_NUMBER)
    no = tables.Column(verbose_name=pgettext_lazy("eligibility", "not agreed"), attrs=_NUMBER)
    asked_by = tables.Column(verbose_name=gettext_lazy("asked by"), orderable=False, attrs=_ONE_LINE)
    asked_at = tables.Column(verbose_name=gettext_lazy("asked"), attrs=_ONE_LINE)

    class Meta:
        model = EligibilityCheck
        fields = ("number", "matter", "purpose", "as_of", "people", "yes", "ask", "no", "asked_by", "asked_at")
        order_by_field = "sort"
        row_attrs = {"data-href": lambda record: record.get_absolute_url()}

    def render_matter(self, value: str) -> str:
        """The beginning of it."""
        return Truncator(value).chars(40)

    def render_as_of(self, value: date) -> str:
        """ISO."""
        return value.isoformat()

    def render_asked_at(self, record: EligibilityCheck) -> str:
        """The day."""
        return timezone.localdate(record.asked_at).isoformat()


class EligibilityLineTable(tables.Table):
    """One row a person: the conclusion and its reasons."""

    name = tables.Column(verbose_name=gettext_lazy("name"), attrs=_ONE_LINE)
    department = tables.Column(verbose_name=gettext_lazy("department and post"))
    outcome = tables.Column(verbose_name=gettext_lazy("conclusion"), attrs=_ONE_LINE)
    reasons = tables.Column(verbose_name=pgettext_lazy("eligibility", "grounds"), accessor="reasons_kept", orderable=False, empty_values=())
    paper = tables.Column(verbose_name=pgettext_lazy("eligibility", "paper"), accessor="pk", orderable=False, attrs=_ONE_LINE)

    class Meta:
        model = EligibilityLine
        fields = ("name", "department", "outcome", "reasons", "paper")
        order_by_field = "sort"

    def render_name(self, record: EligibilityLine) -> SafeString:
        """With the staff number, which tells people of one name apart."""
        return markup('{} <span class="text-secondary">{}</span>', record.name, record.staff_number)

    def render_department(self, record: EligibilityLine) -> str:
        """As of the check."""
        return f"{record.department} {record.post}".strip()

    def render_outcome(self, record: EligibilityLine) -> SafeString:
        """As a badge."""
        return badge(record.get_outcome_display(), record.tone)

    def render_reasons(self, record: EligibilityLine) -> SafeString | str:
        """Each in a line."""
        found = record.reasons
        if not found:
            return _("Nothing found that speaks against it")
        return markup_of_all("<div>{}</div>", ((in_words(reason),) for reason in found))

    def render_paper(self, record: EligibilityLine) -> SafeString:
        """The certificate of this person."""
        address = reverse("reporting:eligibility_certificate", args=[record.pk])
        text = _("Integrity opinion on %(name)s (Word)") % {"name": record.name}
        return markup('<a href="{}" aria-label="{}">{}</a>', address, text, pgettext("paper", "Opinion"))


class RestrictionTable(tables.Table):
    """One row a restriction."""

    person = tables.Column(verbose_name=gettext_lazy("name"), accessor="person__name", attrs=_ONE_LINE)
    kind = tables.Column(verbose_name=gettext_lazy("kept from"), attrs=_ONE_LINE)
    source = tables.Column(verbose_name=gettext_lazy("comes from"), accessor="result__assessed__round", orderable=False)
    grade = tables.Column(verbose_name=gettext_lazy("grade"))
    effective_on = tables.Column(verbose_name=pgettext_lazy("restriction", "in force since"), attrs=_ONE_LINE)
    ends_on = tables.Column(verbose_name=gettext_lazy("last day"), attrs=_ONE_LINE)
    state = tables.Column(verbose_name=gettext_lazy("state"), accessor="pk", orderable=False)
    step = tables.Column(verbose_name="", accessor="pk", orderable=False)

    class Meta:
        model = Restriction
        fields = ("person", "kind", "source", "grade", "effective_on", "ends_on", "state", "step")
        order_by_field = "sort"

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def render_kind(self, record: Restriction) -> str:
        """Awards are those of a year."""
        if record.kind == Barred.AWARD:
            return _("awards and honours of %(year)d") % {"year": record.starts_on.year}
        return str(record.get_kind_display())

    def render_effective_on(self, value: date) -> str:
        """ISO."""
        return value.isoformat()

    def render_ends_on(self, value: date) -> str:
        """ISO."""
        return value.isoformat()

    def render_state(self, record: Restriction) -> SafeString:
        """In force, over, or lifted with the reason."""
        if record.lifted_on:
            text = _("lifted on %(day)s") % {"day": record.lifted_on.isoformat()}
            return markup('{} <span class="text-secondary">{}</span>', badge(text, "neutral"), record.lift_reason)
        if record.ends_on < timezone.localdate():
            return badge(pgettext("restriction", "over"), "neutral")
        return badge(pgettext("restriction", "in force"), "danger")

    def render_step(self, record: Restriction) -> SafeString | str:
        """Lifting it, for who may."""
        if not may_lift(self.user, record):
            return ""
        return render_to_string("assessments/eligibility/lift.html", {"record": record}, self.request)
