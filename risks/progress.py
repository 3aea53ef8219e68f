"""How far a campaign is: by phase, by department, by person (domain §3). State and names only; what a draft says is nobody's business."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from positions.models import Department, PowerItem
from positions.scopes import scope_of
from positions.states import ItemState
from risks.form_selectors import current_catalogue
from risks.models import Campaign, CampaignPhase, Declaration, Measure, PhaseKind
from risks.states import FormState, MeasureState, RiskState

# The columns of progress, in the order of a form's life. “Not begun”: a draft that nobody has saved since it was opened.
NOT_BEGUN = "not_begun"
BUCKETS = [
    (NOT_BEGUN, _("not begun")),
    (FormState.DRAFT, FormState.DRAFT.label),
    (FormState.RETURNED, FormState.RETURNED.label),
    (FormState.IN_REVIEW, FormState.IN_REVIEW.label),
    (FormState.REVIEWED, FormState.REVIEWED.label),
    (FormState.GRADED, FormState.GRADED.label),
]
HANDED_IN = (FormState.IN_REVIEW, FormState.REVIEWED, FormState.GRADED)
UNTOUCHED = Q(state=FormState.DRAFT, version=1)


def shown_to(user: User, forms: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the forms whose progress the person sees: of the whole unit, of departments led or in charge of, and one's own."""
    scope = scope_of(user)
    return forms.filter(
        Q(unit_id__in=scope.whole_unit_ids)
        | Q(declarant=user)
        | Q(department_id__in=scope.reviewed_department_ids)
        | Q(kind="unit", unit_id__in=scope.leadership_unit_ids)
    )


def rows(user: User, campaign: Campaign) -> QuerySet[Any]:
    """The forms of a campaign whose progress the person sees, with the column of the table each stands in."""
    found = shown_to(user, Declaration.objects.filter(campaign=campaign).active())
    return found.annotate(bucket=Case(When(UNTOUCHED, then=Value(NOT_BEGUN)), default=F("state")))


@dataclass(frozen=True, slots=True)
class DepartmentProgress:
    """One line of the table by department; `None` is the leadership and the unit itself."""

    id: int | None
    name: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """All forms."""
        return sum(self.counts.values())

    @property
    def handed_in(self) -> int:
        """Forms that were handed in and not returned."""
        return sum(self.counts.get(state, 0) for state in HANDED_IN)

    @property
    def cells(self) -> list[tuple[str, int]]:
        """Counts in the order of the columns."""
        return [(value, self.counts.get(value, 0)) for value, _label in BUCKETS]


def by_department(found: QuerySet[Any], leadership: str) -> list[DepartmentProgress]:
    """Counts for each department in its order, the leadership first. Two queries."""
    counts: dict[int | None, dict[str, int]] = {}
    for department_id, bucket, n in found.order_by().values_list("department_id", "bucket").annotate(n=Count("pk")):
        counts.setdefault(department_id, {})[bucket] = n
    names = Department.objects.filter(pk__in=[pk for pk in counts if pk]).order_by("order", "pk").values_list("pk", "name")
    lines = [DepartmentProgress(None, leadership, counts[None])] if None in counts else []
    return lines + [DepartmentProgress(pk, name, counts[pk]) for pk, name in names]


@dataclass(frozen=True, slots=True)
class PhaseProgress:
    """A phase with its dates and, where it can be counted, how much of it is done."""

    phase: CampaignPhase
    done: int | None
    total: int | None
    unit: Any
    now: bool
    over: bool

    @property
    def finished(self) -> bool:
        """Everything that can be counted is done."""
        return bool(self.total) and self.done == self.total


def phases(campaign: Campaign, today: date) -> list[PhaseProgress]:
    """The phases with what is done of each; seven queries at most."""
    counted = {
        PhaseKind.POWERS: _powers(campaign),
        PhaseKind.FINDING: _forms(campaign, [*HANDED_IN]),
        PhaseKind.GRADING: _forms(campaign, [FormState.GRADED]),
        PhaseKind.MEASURES: _measures(campaign),
    }
    units = {
        PhaseKind.POWERS: _("power items accepted"),
        PhaseKind.FINDING: _("forms handed in"),
        PhaseKind.GRADING: _("forms graded"),
        PhaseKind.MEASURES: _("measures done"),
    }
    found = []
    for phase in campaign.phases.all():
        done, total = counted.get(PhaseKind(phase.kind), (None, None))
        found.append(
            PhaseProgress(
                phase, done, total, units.get(PhaseKind(phase.kind), ""), phase.starts_on <= today <= phase.due_on, today > phase.due_on
            )
        )
    return found


def _powers(campaign: Campaign) -> tuple[int, int]:
    catalogue = current_catalogue(campaign.unit_id)
    if catalogue is None:
        return 0, 0
    facts = PowerItem.objects.filter(catalogue=catalogue).aggregate(total=Count("pk"), done=Count("pk", filter=Q(state=ItemState.ACCEPTED)))
    return (facts["total"] if catalogue.is_fixed else facts["done"]), facts["total"]


def _forms(campaign: Campaign, states: list[str]) -> tuple[int, int]:
    facts = campaign.declarations.active().aggregate(total=Count("pk"), done=Count("pk", filter=Q(state__in=states)))
    return facts["done"], facts["total"]


def _measures(campaign: Campaign) -> tuple[int, int]:
    found = Measure.objects.filter(risk__unit_id=campaign.unit_id, risk__state=RiskState.REGISTERED).exclude(state=MeasureState.DROPPED)
    facts = found.aggregate(total=Count("pk"), done=Count("pk", filter=Q(state__in=[MeasureState.DONE, MeasureState.CONFIRMED])))
    return facts["done"], facts["total"]


def listed(found: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with what the list shows: who, which post, with whom it waits."""
    return (
        found.select_related("declarant", "department", "position", "unit")
        .prefetch_related("review_steps__reviewer")
        .order_by(F("department__order").asc(nulls_first=True), F("department_id").asc(nulls_first=True), "-kind", "position__order", "pk")
    )
