"""Who reads a talk (domain §4, §7): the two sides, the recorder, the discipline committee without whoever is concerned."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from positions.scopes import scope_of
from talks.states import TalkState

if TYPE_CHECKING:
    from accounts.models import User


class TalkQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Talker and recorder always; the person once invited or once it was held; the unit's discipline committee, but for talks with
        themselves or with those above them, and for those set off by what they are shut out from. A member who plans a talk for a unit
        below keeps seeing it.
        """
        scope = scope_of(user)
        if scope.user_id is None or scope.admin_role:
            return self.none()
        me = scope.user_id
        told = Q(invited_at__isnull=False) | ~Q(state__in=[TalkState.PLANNED, TalkState.CANCELLED])
        seen = Q(talker_id=me) | Q(recorder_id=me) | told & (Q(person_id=me) | self._attended_by(me))
        return self.filter(seen | self._kept_by(user))

    def kept_by_committee(self, user: "User") -> Self:
        """Those the person sees as a member of a discipline committee."""
        return self.filter(self._kept_by(user))

    def _kept_by(self, user: "User") -> Q:
        from talks.chain import superiors_of
        from talks.providers import hidden_from_committee

        scope = scope_of(user)
        committees = scope.bodies.get("discipline_committee", frozenset())
        if not committees or scope.user_id is None or scope.admin_role:
            return Q(pk__in=[])
        me = scope.user_id
        concerned = Q(person_id__in={me, *superiors_of(user)}) & Q(person_id__isnull=False) | self._attended_by(me)
        hidden = hidden_from_committee(user=user)
        if hidden is not None:
            concerned |= Q(pk__in=hidden)
        return (Q(unit_id__in=committees) | Q(planned_by_id=me)) & ~concerned

    def _attended_by(self, person_id: int, **more: Any) -> Q:
        from talks.models import TalkAttendee

        return Q(Exists(TalkAttendee.objects.filter(talk_id=OuterRef("pk"), person_id=person_id, **more)))

    def with_person(self, user: "User") -> Self:
        """Talks in which this person is the one talked to."""
        return self.filter(Q(person_id=user.pk) | self._attended_by(user.pk))

    def open(self) -> Self:
        """Neither done nor cancelled."""
        return self.exclude(state__in=[TalkState.DONE, TalkState.CANCELLED])

    def to_hold(self, user: "User") -> Self:
        """Planned talks the person is to hold, the most urgent first."""
        return self.filter(talker=user, state=TalkState.PLANNED).order_by(models.F("due_on").asc(nulls_last=True), "id")

    def waiting_for(self, user: "User") -> Self:
        """Talks in which it is this person's turn: to hold, to finish, to confirm or to answer. Never more than `visible_to` shows."""
        settled = Q(confirmed_at__isnull=False) | ~Q(unsigned_reason="")
        mine = Q(state__in=[TalkState.PLANNED, TalkState.REPLIED]) | Q(state=TalkState.HELD, reply_due_on=None) & settled
        unconfirmed = Q(state=TalkState.HELD, confirmed_at=None) & ~Q(kind="inquiry")
        unanswered = Q(state__in=[TalkState.HELD, TalkState.RETURNED], reply_due_on__isnull=False)
        listening = Q(person_id=user.pk) & (unconfirmed | unanswered) | unconfirmed & self._attended_by(user.pk, confirmed_at=None)
        return self.filter(Q(talker_id=user.pk) & mine | listening)

    def overdue(self, today: date) -> Self:
        """Not held by the date set, or not answered by the date due."""
        return self.filter(
            Q(state=TalkState.PLANNED, due_on__lt=today) | Q(state__in=[TalkState.HELD, TalkState.RETURNED], reply_due_on__lt=today)
        )


class TalkLimitQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The common limits and those of the person's units."""
        scope = scope_of(user)
        return self.filter(Q(unit=None) | Q(unit_id__in=scope.unit_ids)) if scope.unit_ids else self.none()
