"""Reads of warnings. Every page, count, search and export starts from `visible_to` (ADR 0011)."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from early_warnings.states import ENDED, RUNNING, WarningState
from positions.scopes import scope_of

if TYPE_CHECKING:
    from accounts.models import User


class _OfUnitOrCommon(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The common rows and those of the person's units."""
        scope = scope_of(user)
        return self.filter(Q(unit=None) | Q(unit_id__in=scope.unit_ids | scope.whole_unit_ids)) if scope.unit_ids else self.none()

    def of_unit(self, unit_id: int) -> Self:
        """The common rows and the unit's own."""
        return self.filter(Q(unit=None) | Q(unit_id=unit_id))


class SchemeQuerySet(_OfUnitOrCommon):
    def in_use(self) -> Self:
        """Those that may be chosen."""
        return self.filter(closed_on=None)


class SettingsQuerySet(_OfUnitOrCommon):
    pass


class DispositionKindQuerySet(_OfUnitOrCommon):
    def of_unit(self, unit_id: int) -> Self:
        """The unit's own rows, and the common ones it has not put its own (of the same code) in the place of."""
        own = self.model._default_manager.filter(unit_id=unit_id, code=OuterRef("code"))
        return self.filter(Q(unit_id=unit_id) | Q(unit=None) & ~Q(Exists(own)))

    def in_use(self) -> Self:
        """Those that may be ordered."""
        return self.filter(closed_on=None)

    def fitting(self, *, unit_id: int, tier: str, subject_kind: str) -> Self:
        """What may be ordered in a warning of that tier about such a subject."""
        return self.of_unit(unit_id).in_use().filter(tiers__contains=[tier], subject_kinds__contains=[subject_kind])


class WarningQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Warnings the person may see; early_warnings.secrecy holds the condition."""
        from early_warnings.secrecy import visible

        return self.filter(visible(user))

    def handled_by(self, user: "User") -> Self:
        """Those the person sees as a member of the committees that handle them: the inside view (votes, log, all dispositions)."""
        from early_warnings.secrecy import inside

        return self.filter(inside(user))

    def with_inside(self, user: "User") -> Self:
        """Each row with `is_inside`: whether the person handles it. Only then is its source shown (a lead must not be guessed from it)."""
        from early_warnings.secrecy import inside

        return self.annotate(is_inside=models.Case(models.When(inside(user), then=True), default=False))

    def received_by(self, user: "User") -> Self:
        """Issued ones the person is concerned by or responsible for."""
        from early_warnings.secrecy import received

        return self.filter(received(user))

    def open(self) -> Self:
        """Not ended."""
        return self.exclude(state__in=ENDED)

    def running(self) -> Self:
        """Issued and not ended."""
        return self.filter(state__in=RUNNING)

    def overdue(self, today: date) -> Self:
        """Open ones whose present step is past its date."""
        return self.open().filter(step_due_on__lt=today)

    def waiting_for_approval(self) -> Self:
        """With the party committee."""
        return self.filter(state=WarningState.SUBMITTED)


class OfWarningQuerySet(models.QuerySet[Any]):
    """Parts that whoever sees the warning sees."""

    def visible_to(self, user: "User") -> Self:
        """Parts of visible warnings."""
        from early_warnings.models import Warning

        return self.filter(warning__in=Warning.objects.visible_to(user).values("pk"))


class RectificationMeasureQuerySet(models.QuerySet[Any]):
    """Measures of rectification, which whoever sees the warning sees."""

    def visible_to(self, user: "User") -> Self:
        """Measures of visible warnings."""
        from early_warnings.models import Warning

        return self.filter(report__warning__in=Warning.objects.visible_to(user).values("pk"))

    def standing(self) -> Self:
        """Those of the last round of each warning: a round that was sent back has been copied into the next one."""
        return self.filter(report__round=F("report__warning__round"))


class InsideQuerySet(models.QuerySet[Any]):
    """Meetings and reports: for the committees that handle the warning, its control group and who answers for it, not for who is warned."""

    def visible_to(self, user: "User") -> Self:
        """Parts of warnings the person handles, answers for, or in whose control group the person sits."""
        from early_warnings.models import Warning
        from early_warnings.secrecy import answers_for, in_control_group, inside

        condition = inside(user) | answers_for(user) | in_control_group(user)
        return self.filter(warning__in=Warning.objects.filter(condition).values("pk"))


class HandledQuerySet(models.QuerySet[Any]):
    """Votes and the monitoring log."""

    def visible_to(self, user: "User") -> Self:
        """Known to both committees that handle the warning, and to nobody else."""
        from early_warnings.models import Warning

        return self.filter(warning__in=Warning.objects.handled_by(user).values("pk"))


class RecusalQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Those recorded by hand, for both committees; what was taken over from a lead is listed nowhere."""
        from early_warnings.models import Warning

        return self.filter(warning__in=Warning.objects.handled_by(user).values("pk")).exclude(reason="")


class StatementQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """One's own; and those of warnings the person handles or answers for as leader."""
        from early_warnings.models import Warning
        from early_warnings.secrecy import answers_for, inside

        scope = scope_of(user)
        if scope.user_id is None or scope.admin_role:
            return self.none()
        handled = Warning.objects.filter(inside(user) | answers_for(user))
        return self.filter(Q(by_id=scope.user_id) | Q(warning__in=handled.values("pk")))

    def unanswered(self) -> Self:
        """Still to be answered."""
        return self.filter(answered_at=None)


class DispositionQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Those about oneself or a department one heads; those of warnings one handles or answers for; the personnel office its own.

        Whoever is warned never sees what was ordered about others.
        """
        from early_warnings.models import Warning
        from early_warnings.secrecy import answers_for, inside, not_shut_out

        scope = scope_of(user)
        if scope.user_id is None or scope.admin_role:
            return self.none()
        own = Q(person_id=scope.user_id) | Q(person=None, department_id__in=scope.led_department_ids)
        offices = scope.bodies.get("personnel_office", frozenset())
        personnel = Warning.objects.filter(not_shut_out(user), unit_id__in=offices, issued_at__isnull=False)
        handled = Warning.objects.filter(inside(user) | answers_for(user))
        return self.filter(own | Q(ordered_for="personnel", warning__in=personnel.values("pk")) | Q(warning__in=handled.values("pk")))

    def live(self) -> Self:
        """Not cancelled."""
        return self.filter(cancelled_at=None)

    def due(self) -> Self:
        """Ordered and not carried out."""
        return self.live().filter(carried_out_on=None)


class WarningLeadQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Only for who sees both ends (ADR 0009)."""
        from early_warnings.models import Warning
        from leads.models import Lead

        return self.filter(lead__in=Lead.objects.visible_to(user).values("pk"), warning__in=Warning.objects.visible_to(user).values("pk"))


def in_group(people: Iterable[int]) -> Exists:
    """Condition on Warning: one of the people sits in its control group."""
    from early_warnings.models import ControlGroupMember

    return Exists(ControlGroupMember.objects.filter(group__warning=OuterRef("pk"), person_id__in=list(people)))
