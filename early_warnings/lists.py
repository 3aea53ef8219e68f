"""What the lists of warnings show: tabs of the board with their counts, and the light of each row."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from early_warnings.limits import Light, light, not_announced
from early_warnings.models import Tier, Warning, WarningSettings
from early_warnings.secrecy import answers_for
from early_warnings.services.moves import running_limit
from early_warnings.states import ENDED, RUNNING, WarningState
from positions.scopes import scope_of

S = WarningState
TO_DO, DRAFTS, APPROVAL, RUNNING_TAB, OVERDUE, ENDED_TAB = "to_do", "drafts", "approval", "running", "overdue", "ended"
# What the discipline committee itself has to do next; the rest waits for others.
OWN_STEPS = (S.DRAFT, S.RETURNED, S.APPROVED, S.REPORTED, S.VERIFIED)
TABS: tuple[tuple[str, Any], ...] = (
    (TO_DO, _("For the committee to do")),
    (DRAFTS, _("Drafts")),
    (APPROVAL, _("Waiting for approval")),
    (RUNNING_TAB, pgettext_lazy("warnings", "Running")),
    (OVERDUE, _("Overdue")),
    (ENDED_TAB, pgettext_lazy("warnings", "Ended")),
)
TONES = {
    S.DRAFT: "neutral",
    S.SUBMITTED: "info",
    S.APPROVED: "accent",
    S.RETURNED: "warning",
    S.REJECTED: "neutral",
    S.ISSUED: "warning",
    S.ACKNOWLEDGED: "warning",
    S.RECTIFYING: "warning",
    S.REPORTED: "info",
    S.VERIFIED: "info",
    S.CLOSED: "success",
    S.ESCALATED: "danger",
    S.WITHDRAWN: "neutral",
}


def of_tab(tab: str, today: date) -> Q:
    """The warnings of a tab of the board."""
    overdue = Q(step_due_on__lt=today) & ~Q(state__in=ENDED)
    return {
        TO_DO: Q(state__in=OWN_STEPS),
        DRAFTS: Q(state__in=[S.DRAFT, S.RETURNED]),
        APPROVAL: Q(state=S.SUBMITTED),
        RUNNING_TAB: Q(state__in=RUNNING),
        OVERDUE: overdue,
        ENDED_TAB: Q(state__in=ENDED),
    }.get(tab, Q(state__in=OWN_STEPS))


@dataclass(frozen=True, slots=True)
class Board:
    """Counts of the discipline committee's board: by tab, and the running ones by tier."""

    tabs: dict[str, int]
    tiers: dict[str, int]


def board_of(warnings: QuerySet[Warning], today: date) -> Board:
    """All counts in one query."""
    wanted = {tab: Count("pk", filter=of_tab(tab, today)) for tab, _label in TABS}
    tiers = {f"tier_{tier.value}": Count("pk", filter=Q(state__in=RUNNING, tier=tier)) for tier in Tier}
    found = warnings.order_by().aggregate(**wanted, **tiers)
    return Board({tab: found[tab] for tab in wanted}, {tier.value: found[f"tier_{tier.value}"] for tier in Tier})


@dataclass(frozen=True, slots=True)
class Waiting:
    """How the present step of a warning stands today. `light` is empty where no limit runs; `years` whose calendar is not announced."""

    light: str
    due_on: date | None
    years: list[int]

    @property
    def word(self) -> str:
        """The light in words: colour alone says nothing in print."""
        return str(LIGHT_WORDS[Light(self.light)]) if self.light else ""


LIGHT_WORDS = {Light.GREEN: _("in time"), Light.AMBER: _("due soon"), Light.RED: pgettext_lazy("deadline", "overdue")}


def waiting_of(warning: Warning, known: WarningSettings, today: date) -> Waiting:
    """The light of a warning by the settings of its unit."""
    runs = running_limit(warning, known)
    if runs is None:
        return Waiting("", None, [])
    shown = light(runs.start, runs.due_on, today, known.amber_share, working=runs.working)
    return Waiting(shown.value, runs.due_on, not_announced(runs.start, runs.due_on) if runs.working else [])


class Lights:
    """The lights of any number of warnings: the settings of all units are read once, when the first one is asked for."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._known: dict[int | None, WarningSettings] = {}

    def of(self, warning: Warning) -> Waiting:
        """How the present step of this one stands."""
        if not self._known:
            self._known = {row.unit_id: row for row in WarningSettings.objects.all()}
        return waiting_of(warning, self._known.get(warning.unit_id) or self._known[None], self.today)


def answered_for(user: User) -> QuerySet[Warning]:
    """Issued warnings that the person answers for as leader."""
    return Warning.objects.visible_to(user).filter(answers_for(user))


def given_to(user: User) -> QuerySet[Warning]:
    """Issued warnings about the person, or the department or unit the person heads."""
    scope = scope_of(user)
    about = (
        Q(person_id=scope.user_id)
        | Q(subject_kind="department", department_id__in=scope.led_department_ids)
        | Q(subject_kind="unit", unit_id__in=scope.headed_unit_ids)
    )
    return Warning.objects.received_by(user).filter(about)
