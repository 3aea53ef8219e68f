"""Quarterly assessments of the bureau: four rounds that are final and one whose appraisal is open, told by running the services.

Ballots of one person are put into the urn at once, as one by one would take minutes; everything else is what the committees do.
The quarters are those of the calendar on the day of loading.
"""

import random
import tomllib
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from assessments import ballot_keys, urns
from assessments.eligibility.names import Wanted
from assessments.eligibility.rules import Purpose
from assessments.models import Answer, Appeal, Assessed, Method, Rater, Result, Round, Urn
from assessments.quarters import Quarter, quarter_of
from assessments.services import appeals, ballots, decision, deriving, eligibility, index, phases, raters, rounds, scores
from assessments.states import RoundState
from common import workdays
from demo import clock
from demo.dates import Calendar
from demo.organisation import World
from notifications.models import Notice

FINISHED = 4
BEGINS_AFTER = 5  # days from the end of a quarter to the opening of its round
OPEN_SINCE = 12  # days from the opening of the last round to today
TAKES = 85  # days from the end of a quarter after which its round is surely final, whatever holidays lie between
CHAIR, SCORER, OTHER = "A005", "B023", "B024"  # of the discipline committee
SECRETARY, SECOND = "A001", "A002"  # of the party committee
FILLED = {Method.SUPERVISION: Decimal(90), Method.TALKS: Decimal(88)}


@cache
def _texts() -> dict[str, Any]:
    with (Path(__file__).resolve().parent / "assessments.toml").open("rb") as file:
        return tomllib.load(file)


def tell(world: World, calendar: Calendar) -> int:
    """Write them; returns how many rounds there are."""
    quarters = _finished(calendar.today)
    for number, quarter in enumerate(quarters, 1):
        _RoundStory(world, number, quarter, quarter.end + timedelta(days=BEGINS_AFTER)).to_the_end()
    _RoundStory(world, FINISHED + 1, quarters[-1].after(), calendar.today - timedelta(days=OPEN_SINCE)).to_the_rating()
    for text in _texts()["check"]:
        _check(world, calendar, text)
    with clock.at(_moment(calendar.today - timedelta(days=1), 9)):
        index.compute(unit=world.unit, by=User.objects.get(pk=world.people[CHAIR].pk))
    old = Notice.objects.filter(kind="assessment", created_at__lt=_moment(calendar.today - timedelta(days=5), 0), read_at=None)
    old.update(read_at=F("created_at") + timedelta(hours=5))
    return Round.objects.filter(unit=world.unit).count()


def _check(world: World, calendar: Calendar, text: dict[str, Any]) -> None:
    day = calendar.today - timedelta(days=text["days"])
    question = eligibility.Question(purpose=Purpose(text["purpose"]), matter=text["matter"], as_of=day, award_year=day.year)
    with clock.at(_moment(day, 14)):
        by = User.objects.get(pk=world.people[CHAIR].pk)
        eligibility.run(unit=world.unit, question=question, wanted=[Wanted(number) for number in text["people"]], by=by)


def _finished(today: date) -> list[Quarter]:
    """From the oldest, those whose round is final by today."""
    quarter = quarter_of(today).before()
    while quarter.end + timedelta(days=TAKES) > today:
        quarter = quarter.before()
    found = [quarter]
    while len(found) < FINISHED:
        found.append(found[-1].before())
    return found[::-1]


class _RoundStory:
    """One round. Its days are those the product proposes."""

    def __init__(self, world: World, number: int, quarter: Quarter, begins: date) -> None:
        self.world, self.number, self.quarter = world, number, quarter
        self.days = phases.proposed(world.unit.pk, begins)
        self.begins = self.days[RoundState.SETTING_UP][0]

    def person(self, number: str) -> User:
        """As the next request finds them: nothing computed on another day is kept."""
        return User.objects.get(pk=self.world.people[number].pk)

    def now(self) -> Round:
        return Round.objects.get(pk=self.pk)

    def last(self, phase: RoundState, hour: int) -> datetime:
        return _moment(self.days[phase][1], hour)

    def to_the_rating(self) -> None:
        """Set up and opened, with some of the answers given."""
        self._set_up()
        self._vote(0.55)

    def to_the_end(self) -> None:
        """Until it is final."""
        self._set_up()
        self._vote(0.92)
        with clock.at(_moment(self.days[RoundState.SCORING][0], 8)):
            rounds.close_rating(found=self.now(), by=self.person(SCORER))
        self._score()
        with clock.at(self.last(RoundState.REVIEW, 10)):
            decision.review(found=self.now(), by=self.person(CHAIR), opinion=_texts()["grounds"]["review"])
            decision.review(found=self.now(), by=self.person(OTHER), opinion=_texts()["grounds"]["review"])
            decision.pass_on(found=self.now(), by=self.person(CHAIR))
        with clock.at(self.last(RoundState.CONFIRMATION, 15)):
            decision.confirm(found=self.now(), by=self.person(SECRETARY))
            decision.confirm(found=self.now(), by=self.person(SECOND))
            decision.publish(found=self.now(), by=self.person(SECRETARY))
        with clock.at(_moment(self.days[RoundState.APPEAL][0], 8)):
            decision.open_appeals(found=self.now())
        for text in self._own("appeal"):
            self._appeal(text)
        with clock.at(_moment(self.days[RoundState.APPEAL][1] + timedelta(days=1), 1)):
            decision.finish(found=self.now())

    def _own(self, kind: str) -> list[dict[str, Any]]:
        return [text for text in _texts()[kind] if text["quarter"] == self.number]

    def _set_up(self) -> None:
        with clock.at(_moment(self.begins, 9)):
            made = rounds.create(
                unit=self.world.unit, by=self.person(SCORER), year=self.quarter.year, quarter=self.quarter.number, days=self.days
            )
            raters.propose_all(found=made, by=self.person(SCORER))
        self.pk = made.pk
        with clock.at(_moment(self.days[RoundState.RATING][0], 8)):
            rounds.open_rating(found=self.now(), by=self.person(SCORER))

    def _vote(self, turnout: float) -> None:
        """Answers that lie about where the text says, from most of those who are asked; the same at every loading."""
        key = ballot_keys.of(self.pk)
        asked: dict[int, list[Rater]] = defaultdict(list)
        for rater in Rater.objects.filter(assessed__round_id=self.pk).select_related("person").order_by("pk"):
            asked[rater.assessed_id].append(rater)
        rules = {group.group: group.frozen for group in self.now().groups.all()}
        quality = _texts()["quality"]
        filled = []
        for urn in Urn.objects.filter(assessed__round_id=self.pk).select_related("assessed__person").order_by("pk"):
            number = urn.assessed.person.staff_number
            contents = urns.unseal(bytes(urn.sealed), key=key, owner=urn.pk)
            keys = [indicator.key for indicator in rules[urn.assessed.group].indicators]
            for rater in asked[urn.pk]:
                # Not a secret of anybody: a demo that is loaded twice shows the same figures.
                dice = random.Random(f"{self.number}/{number}/{rater.person.staff_number}")  # noqa: S311
                usual = quality.get(number, quality["usual"] + dice.uniform(-0.1, 0.1))
                if dice.random() < turnout:
                    contents.put(rater.person_id, rater.level, {key: _answer(usual, dice) for key in keys}, keys)
            ballots.put_back(urn, contents, key)
            filled.append(urn)
        Urn.objects.bulk_update(filled, ["sealed", "marks"], batch_size=200)

    def _score(self) -> None:
        grounds = _texts()["grounds"]
        with clock.at(self.last(RoundState.SCORING, 9)):
            deriving.derive(found=self.now(), by=self.person(SCORER))
            for text in self._own("finding"):
                item = scores.Item(what=text["what"], points=Decimal(text["points"]), source_label=text["source"])
                scores.add_item(assessed=self._assessed(text["who"]), method=text["method"], item=item, by=self.person(SCORER))
            for method, score in FILLED.items():
                entry = scores.Entry(score, grounds[method.value])
                for by in (SCORER, OTHER):  # nobody enters their own
                    scores.fill(found=self.now(), method=method, entry=entry, by=self.person(by))
        with clock.at(self.last(RoundState.SCORING, 16)):
            decision.submit(found=self.now(), by=self.person(SCORER))

    def _assessed(self, number: str) -> Assessed:
        return Assessed.objects.get(round_id=self.pk, person=self.world.people[number])

    def _appeal(self, text: dict[str, Any]) -> None:
        result = Result.objects.get(assessed=self._assessed(text["who"]), corrects=None)
        filed = workdays.add_workdays(self.days[RoundState.APPEAL][0], 1)
        with clock.at(_moment(filed, 10)):
            appeal: Appeal = appeals.file(result=result, text=text["text"], by=self.person(text["who"]))
        with clock.at(_moment(workdays.add_workdays(filed, 4), 15)):
            if "score" not in text:
                appeals.uphold(appeal=appeal, answer=text["answer"], by=self.person(text["by"]))
                return
            entry = scores.Entry(Decimal(text["score"]), text["grounds"])
            appeals.change(appeal=appeal, answer=text["answer"], entries={text["method"]: entry}, by=self.person(text["by"]))
        with clock.at(_moment(workdays.add_workdays(filed, 5), 10)):
            decision.confirm(found=self.now(), by=self.person(SECRETARY))


def _answer(usual: float, dice: random.Random) -> str:
    """Four steps around `usual` (0 to 1)."""
    drawn = dice.gauss(usual, 0.16)
    steps = ((0.75, Answer.EXCELLENT), (0.5, Answer.GOOD), (0.25, Answer.FAIR))
    return next((answer.value for least, answer in steps if drawn >= least), Answer.POOR.value)


def _moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, 10)))
