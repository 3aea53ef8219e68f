"""The start page's part about assessments: what to score, review, confirm and answer, one's own result."""

from datetime import date
from typing import Any

from django.db.models import DateField, Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from assessments.models import Appeal, Result, Round, RoundPhase
from assessments.querysets_results import scoring_units
from assessments.states import RoundState
from assessments.states_appeals import AppealState
from common import prepared
from common.prepared import Given, one_of
from positions.models import BodyKind
from positions.scopes import Scope
from web.board_parts import Asked, Sent, Task
from web.links import link

S = RoundState
# What the discipline committee does next in these states, and where.
_NEXT = {
    S.SETTING_UP: (gettext_lazy("%(round)s: finish setting up, open the appraisal"), "assessments:round"),
    S.RATING: (gettext_lazy("%(round)s: close the appraisal, its days are over"), "assessments:round"),
    S.SCORING: (gettext_lazy("%(round)s: enter the scores"), "assessments:scoring"),
    S.REVIEW: (gettext_lazy("%(round)s: review the results"), "assessments:review"),
}

# In which the party committee may have something to confirm.
_PARTY = (S.CONFIRMATION, S.NOTICE, S.APPEAL)
_READ = ("id", "year", "quarter", "state", "submitted_by_id")


def asks() -> dict[str, Any]:
    """Whether rounds are at a step of the committees, appeals wait, a result of one's own can be appealed against."""
    waiting = Appeal.objects.waiting()
    # While people are asked, nothing is left to do before the last day planned for it is over.
    over = RoundPhase.objects.filter(round=OuterRef("pk"), phase=S.RATING, ends_on__lt=Given("today", DateField()))
    steps = Q(state__in=[state for state in _NEXT if state != S.RATING]) | Q(Exists(over), state=S.RATING)
    shown = Result.objects.confirmed().filter(assessed__person=Given("me"), assessed__round__state__in=[S.NOTICE, S.APPEAL])
    return {
        "assessments.committee": Exists(Round.objects.filter(one_of("unit_id", "discipline"), steps)),
        "assessments.party": Exists(Round.objects.filter(one_of("unit_id", "party"), state__in=_PARTY)),
        "assessments.appeals": Exists(waiting.filter(one_of("result__assessed__round__unit_id", "discipline"))),
        "assessments.own": Exists(shown),
        "assessments.sent": Exists(waiting.filter(by=Given("me"))),
    }


def tasks(*, user: User, scope: Scope, today: date, asked: Asked) -> list[Task]:
    """The steps of rounds, results and appeals that are one's turn."""
    found = _committee(user, scope, today) if asked["assessments.committee"] else []
    found += _party(user, scope, today) if asked["assessments.party"] else []
    found += _appeals(user) if asked["assessments.appeals"] else []
    return found + (_own(user, today) if asked["assessments.own"] else [])


def sent(*, user: User, scope: Scope, today: date, asked: Asked) -> list[Sent]:
    """One's appeals that are not answered."""
    if not asked["assessments.sent"]:
        return []
    rows = Appeal.objects.filter(by=user, state=AppealState.WAITING).select_related("result__assessed__round")
    return [
        Sent(
            _("Appeal: %(round)s") % {"round": row.result.assessed.round},
            row.result.get_absolute_url(),
            row.get_state_display(),
            since=row.at,
        )
        for row in rows
    ]


def _committee(user: User, scope: Scope, today: date) -> list[Task]:
    found = []
    for row, due in _rounds(scoring_units(scope), tuple(_NEXT)):
        if row.state == S.REVIEW and row.submitted_by_id == user.pk:
            continue
        text, page = _NEXT[S(row.state)]
        if row.state == S.RATING and not _is_late(due, today):
            continue
        found.append(Task(text % {"round": row}, link(page, row.pk), due=due, urgent=_is_late(due, today)))
    return found


def _party(user: User, scope: Scope, today: date) -> list[Task]:
    units = scope.bodies.get(BodyKind.PARTY_COMMITTEE, frozenset())
    found = []
    rounds = _rounds(units, _PARTY)
    for row, due in ((one, day) for one, day in rounds if one.state == S.CONFIRMATION):
        text = _("%(round)s: confirm the results") % {"round": row}
        found.append(Task(text, link("assessments:confirm", row.pk), due=due, urgent=_is_late(due, today)))
    shown = [row.pk for row, _day in rounds if row.state != S.CONFIRMATION]
    corrections = Result.objects.pending().filter(assessed__round__in=shown, corrects__isnull=False).exclude(assessed__person=user)
    keys = sorted(set(corrections.values_list("assessed__round_id", flat=True))) if shown else []
    text = _("A corrected result waits to be confirmed")
    return found + [Task(text, link("assessments:confirm", pk), urgent=True) for pk in keys]


def _appeals(user: User) -> list[Task]:
    number = Appeal.objects.to_answer(user).count()
    if not number:
        return []
    return [
        Task(
            ngettext("%(n)d appeal to answer", "%(n)d appeals to answer", number) % {"n": number}, link("assessments:appeals"), urgent=True
        )
    ]


def _own(user: User, today: date) -> list[Task]:
    """One's result while one can appeal; gone once the appeal is filed."""
    rows = (
        Result.objects.shown()
        .counting()
        .filter(assessed__person=user, assessed__round__state__in=[S.NOTICE, S.APPEAL], corrects=None)
        .exclude(appeals__state__in=[AppealState.WAITING, AppealState.UPHELD, AppealState.CHANGED])
    )
    found = []
    for row in rows.select_related("assessed__round").prefetch_related("assessed__round__phases"):
        until = next((p.ends_on for p in row.assessed.round.phases.all() if p.phase == S.APPEAL), None)
        if until is None or until >= today:
            found.append(
                Task(_("%(round)s: read your result, appeal in time") % {"round": row.assessed.round}, row.get_absolute_url(), due=until)
            )
    return found


def _rounds(unit_ids: frozenset[int], states: tuple[str, ...]) -> list[tuple[Round, date | None]]:
    """Rounds of the units in these states, with the last day of the phase they are in."""
    if not unit_ids:
        return []

    def found() -> Any:
        ends = RoundPhase.objects.filter(round=OuterRef("pk"), phase=OuterRef("state")).values("ends_on")[:1]
        rounds = Round.objects.filter(unit_id__in=unit_ids, state__in=states)
        return rounds.order_by("pk").values_list(*_READ, Subquery(ends))

    rows = prepared.rows("assessments.rounds", (unit_ids, states), found)
    return [(Round(**dict(zip(_READ, row, strict=False))), row[-1]) for row in rows]


def _is_late(due: date | None, today: date) -> bool:
    return due is not None and due < today
