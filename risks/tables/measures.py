"""The list of measures. Its rows are written without templates, as those of the register are."""

from collections.abc import Sequence
from html import escape
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from common.markup import markup
from common.templatetags.ui_status import badge, deadline
from risks.models import DefenceLine, MeasureKind
from risks.point_page import MEASURE_TONES
from risks.row_words import proof_of
from risks.states import MeasureState

_CLASSES = {"kind": "nowrap", "who": "nowrap", "done_at": "nowrap", "confirmed_by": "nowrap"}
_ON_WISH = {"th": {"data-optional": "1"}}
_LONGEST_TEXT = 80


class MeasureTable(tables.Table):
    """Fifty measures with their risk, as `risks.pages.PageOfMeasures` reads them."""

    text = tables.Column(verbose_name=_("Measure"), orderable=False)
    risk = tables.Column(verbose_name=_("Risk point"), orderable=False)
    department = tables.Column(verbose_name=_("Department"), orderable=False)
    kind = tables.Column(verbose_name=_("Kind"), orderable=False)
    who = tables.Column(verbose_name=_("Who does it"), orderable=False)
    due_on = tables.Column(verbose_name=_("Due"), orderable=False)
    state = tables.Column(verbose_name=_("State"), orderable=False)
    line = tables.Column(verbose_name=_("line of defence"), orderable=False, attrs=_ON_WISH)
    proof = tables.Column(verbose_name=_("proof of completion"), orderable=False, attrs=_ON_WISH)
    done_at = tables.Column(verbose_name=_("reported done"), orderable=False, attrs=_ON_WISH)
    confirmed_by = tables.Column(verbose_name=_("confirmed by"), orderable=False, attrs=_ON_WISH)

    class Meta:
        order_by_field = "sort"

    def __init__(self, *args: Any, measures: Sequence[Any], **kwargs: Any) -> None:
        self.measures = measures
        super().__init__(*args, **kwargs)

    def body(self) -> SafeString:
        """The rows as HTML; the same markup as in components/table.html."""
        opening = [
            markup('<td class="{}" data-column="{}" data-label="{}">', _CLASSES.get(column.name, ""), column.name, column.header)
            for column in self.columns
        ]
        kinds = {key: escape(str(label)) for key, label in MeasureKind.choices}
        lines = {key: escape(str(label)) for key, label in DefenceLine.choices}
        badges = {state.value: badge(state.label, MEASURE_TONES[state]) for state in MeasureState}
        base = reverse("risks:risk", args=[0]).removesuffix("0/")
        holder = escape(str(_("the holder of the risk")))
        rows = []
        for measure in self.measures:
            address = f"{base}{measure.risk_id}/#measure-{measure.pk}"
            cells = (
                f'<a href="{address}">{escape(Truncator(measure.text).chars(_LONGEST_TEXT))}</a>',
                escape(f"{measure.risk__number} {measure.risk__title}"),
                escape(measure.risk__department__name or measure.risk__unit__name),
                kinds[measure.kind],
                escape(measure.who__name) if measure.who__name else holder,
                deadline(measure.due_on, done=measure.state != MeasureState.PLANNED),
                badges[measure.state],
                lines[measure.line],
                escape(Truncator(proof_of(measure.proof_note, measure.proof__name)).chars(_LONGEST_TEXT) or "—"),
                timezone.localdate(measure.done_at).isoformat() if measure.done_at else "—",
                escape(measure.confirmed_by__name or "—"),
            )
            written = "".join(f"{start}{cell}</td>" for start, cell in zip(opening, cells, strict=True))
            rows.append(f'<tr data-href="{address}" data-open>{written}</tr>')
        return SafeString("".join(rows))  # every value above is escaped
