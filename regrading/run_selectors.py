"""How the last night of re-grading went, and the rows of its page. Counts of open evidence alone (ADR 0020)."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, Count, Exists, Max, OuterRef, Q, QuerySet, When

from jobs.scheduling import database_now
from regrading.models import Cause, Run
from regrading.services.evaluating import database_today
from regrading.states import RunState

OVERDUE_AFTER = timedelta(hours=2)
_BY_CLOCK = (Cause.NIGHTLY, Cause.QUARTER)


@dataclass(frozen=True, slots=True)
class Night:
    """Runs of the last planned day. `waiting` and, among them, `overdue` count older ones too; a failure made good counts no more."""

    done: int
    waiting: int
    overdue: int
    failed: int

    @property
    def is_red(self) -> bool:
        """Whether somebody should look at it."""
        return bool(self.failed or self.overdue)


def last_night(runs: QuerySet[Run] | None = None) -> Night:
    """Of all runs, or of those given. Two queries."""
    rows = (Run.objects.all() if runs is None else runs).order_by()
    by_clock = rows.filter(cause__in=_BY_CLOCK)
    day = by_clock.filter(as_of__lte=database_today()).aggregate(day=Max("as_of"))["day"]
    of_night = Q(cause__in=_BY_CLOCK, as_of=day)
    waiting = Q(state=RunState.WAITING)
    return Night(
        **rows.filter(of_night | waiting).aggregate(
            done=Count("pk", filter=of_night & (Q(state=RunState.DONE) | Q(state=RunState.FAILED) & Q(made_good()))),
            waiting=Count("pk", filter=waiting),
            overdue=Count("pk", filter=waiting & Q(created_at__lt=database_now() - OVERDUE_AFTER)),
            failed=Count("pk", filter=of_night & Q(state=RunState.FAILED) & ~Q(made_good())),
        )
    )


def made_good() -> Exists:
    """Whether the unit of a run was evaluated after it ended."""
    return Exists(Run.objects.filter(unit=OuterRef("unit"), state=RunState.DONE, finished_at__gt=OuterRef("finished_at")))


def rows(runs: QuerySet[Run]) -> QuerySet[Run]:
    """For the list: the newest day first, and in it what needs a look."""
    place = Case(When(state=RunState.FAILED, then=0), When(state=RunState.WAITING, then=1), default=2)
    return runs.select_related("unit").annotate(is_made_good=made_good()).order_by("-as_of", place, "unit__path", "-pk")
