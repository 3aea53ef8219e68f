"""整改台账: how each measure of rectification stands, how late it is, and what was answered to a 纪检建议书 (domain §5, §9)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.models import User
from early_warnings.models import Disposition, RectificationMeasure, Verification
from early_warnings.states import WarningState

OPEN, OVERDUE, DONE, VERIFIED, RAISED, WITHDRAWN = "open", "overdue", "done", "verified", "raised", "withdrawn"
STANDINGS = (
    (OVERDUE, gettext_lazy("overdue, not done")),
    (OPEN, pgettext_lazy("rectification", "under way")),
    (DONE, gettext_lazy("done, to be verified")),
    (VERIFIED, pgettext_lazy("rectification", "verified")),
    (RAISED, pgettext_lazy("rectification", "raised to the next tier")),
    (WITHDRAWN, gettext_lazy("warning withdrawn")),
)
TONES = {OPEN: "info", OVERDUE: "danger", DONE: "accent", VERIFIED: "success", RAISED: "warning", WITHDRAWN: "neutral"}
# 纪检建议书 among the kinds of disposition; a unit that words it anew keeps the code.
PROPOSAL = "discipline-proposal"
_RELATED = ("report__warning__level", "report__warning__responsible", "report__warning__department", "report__verified_by", "proof")


def measures_of(user: User, today: date) -> QuerySet[RectificationMeasure]:
    """The measures the person sees, of each warning's last round, with `standing` as of today."""
    ended: Any = Q(report__warning__state=WarningState.WITHDRAWN)
    standing = Case(
        When(ended, then=Value(WITHDRAWN)),
        When(report__decision=Verification.ESCALATE, then=Value(RAISED)),
        When(is_done=True, report__decision=Verification.ACCEPTED, then=Value(VERIFIED)),
        When(is_done=True, then=Value(DONE)),
        When(due_on__lt=today, then=Value(OVERDUE)),
        default=Value(OPEN),
    )
    return RectificationMeasure.objects.visible_to(user).standing().annotate(standing=standing)


def with_related(measures: QuerySet[RectificationMeasure]) -> QuerySet[RectificationMeasure]:
    """All that a row says, in one statement."""
    return measures.select_related(*_RELATED)


def overdue(measures: QuerySet[RectificationMeasure]) -> QuerySet[RectificationMeasure]:
    """Those past their day and not done."""
    return measures.filter(Q(("standing", OVERDUE)))


def late(measures: QuerySet[RectificationMeasure]) -> QuerySet[RectificationMeasure]:
    """Those that are overdue, and those that were done after their day."""
    return measures.filter(Q(("standing", OVERDUE)) | Q(done_on__gt=F("due_on")))


def days_late(measure: RectificationMeasure, today: date) -> int:
    """Days after the due day: until it was done, or until today while it still waits; 0 for one in time or no longer waited for."""
    standing: str = measure.standing  # type: ignore[attr-defined]
    end = measure.done_on or (today if standing == OVERDUE else None)
    return max((end - measure.due_on).days, 0) if end else 0


def standing_label(measure: RectificationMeasure) -> str:
    """How it stands, in words."""
    return str(dict(STANDINGS)[measure.standing])  # type: ignore[attr-defined]


def proposals_of(user: User, measures: Iterable[RectificationMeasure]) -> dict[int, str]:
    """Warning → its 纪检建议书 with the answers, as far as the person sees them. One statement."""
    keys = {measure.report.warning_id for measure in measures}
    rows = Disposition.objects.visible_to(user).live().filter(kind__code=PROPOSAL, warning_id__in=keys).order_by("warning_id", "pk")
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.warning_id, []).append(_in_words(row))
    return {key: "\n".join(texts) for key, texts in found.items()}


def _in_words(row: Disposition) -> str:
    if row.carried_out_on is not None:
        return _("answered on %(day)s: %(what)s") % {"day": row.carried_out_on.isoformat(), "what": row.record}
    if row.due_on is not None:
        return _("to be answered by %(day)s") % {"day": row.due_on.isoformat()}
    return pgettext("discipline proposal", "to be answered")


def order_of(sort: str) -> Sequence[Any]:
    """The columns of the order asked for; else by warning, the newest first, and its measures as they are numbered."""
    name = sort.removeprefix("-")
    by_warning = ("-report__warning_id", "order", "pk")
    if name not in SORTS:
        return by_warning
    column = F(SORTS[name])
    return (column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True), *by_warning)


SORTS = {"due_on": "due_on", "done_on": "done_on", "level": "report__warning__level__severity", "number": "report__warning__number"}
