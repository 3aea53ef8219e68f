"""The list of forms of a campaign: who stands where, with whom it waits."""

from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.addresses import address
from common.markup import markup
from common.templatetags.ui_status import badge
from risks.models import Declaration
from risks.progress import NOT_BEGUN
from risks.states import FormState

TONES = {
    FormState.DRAFT: "info",
    FormState.IN_REVIEW: "accent",
    FormState.RETURNED: "warning",
    FormState.REVIEWED: "accent",
    FormState.GRADED: "success",
}


def link_of(record: Declaration) -> str | None:
    """Forms that were handed in can be read; a draft is its writer's."""
    return None if record.state == FormState.DRAFT else address("risks:form", record.pk)


class ProgressTable(tables.Table):
    """One row a form."""

    declarant = tables.Column(verbose_name=_("person"), accessor="declarant__name", linkify=link_of)
    form = tables.Column(verbose_name=_("form"), accessor="kind", order_by=("kind", "position__name"))
    department = tables.Column(verbose_name=_("department"), accessor="department__name", default="—")
    bucket = tables.Column(verbose_name=_("state"))
    waiting = tables.Column(verbose_name=_("waits with"), empty_values=(), orderable=False)
    updated_at = tables.Column(verbose_name=_("last change"))

    class Meta:
        model = Declaration
        fields = ("declarant", "form", "department", "bucket", "waiting", "updated_at")
        row_attrs = {"data-href": lambda record: link_of(record) or ""}

    def render_form(self, record: Declaration) -> str:
        """The kind, and for which post."""
        kind = record.get_kind_display()
        return f"{kind} · {record.position.name}" if record.position else str(kind)

    def render_bucket(self, record: Any) -> str:
        """The state as a badge; a draft nobody has touched is “not begun”."""
        if record.bucket == NOT_BEGUN:
            return badge(_("not begun"), "neutral")
        return badge(record.get_state_display(), TONES[FormState(record.state)])

    def render_waiting(self, record: Declaration) -> str:
        """The reviewer on whose desk it lies, since when."""
        step = next((one for one in record.review_steps.all() if one.is_current), None)
        if step is None or record.state not in (FormState.IN_REVIEW, FormState.REVIEWED):
            return "—"
        who = step.reviewer.name if step.reviewer else step.get_kind_display()
        since = timezone.localdate(step.waiting_since) if step.waiting_since else ""
        return markup('{} <span class="text-secondary nowrap">{}</span>', who, since)

    def render_updated_at(self, record: Declaration) -> str:
        """Empty while nobody has begun."""
        return "—" if getattr(record, "bucket", "") == NOT_BEGUN else timezone.localdate(record.updated_at).isoformat()
