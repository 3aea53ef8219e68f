"""Integrity files asked for and read in the bureau, and its annual reports: last year's approved, this year's being written.

Told by running the services at the time of the story.
"""

import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import F, Max
from django.utils import timezone

from accounts.models import User
from demo import clock
from demo.dates import Calendar
from demo.organisation import World
from notifications.models import Notice
from reporting.annual import services as annual
from reporting.annual.models import AnnualReport
from reporting.integrity import services as integrity
from reporting.integrity.models import FileRequest

WRITER, SUBMITTER, APPROVER = "B023", "B024", "A001"  # of the discipline committee; secretary of the party committee
DRAFTED = "2026-11-12"


@cache
def _texts() -> dict[str, Any]:
    with (Path(__file__).resolve().parent / "files.toml").open("rb") as file:
        return tomllib.load(file)


def tell(world: World, calendar: Calendar) -> dict[str, int]:
    """Write them; returns how many requests and reports there are."""
    before = Notice.objects.aggregate(last=Max("pk"))["last"] or 0
    _settings(world, calendar, _texts()["settings"])
    for text in sorted(_texts()["request"], key=lambda text: text["asked"]):  # as they are numbered
        _RequestStory(world, calendar, text).run()
    for text in _texts()["own"]:
        _own_file(world, calendar, text)
    _reports(world, calendar)
    old = Notice.objects.filter(pk__gt=before, created_at__lt=calendar.at("2026-11-18"), read_at=None)
    old.update(read_at=F("created_at") + timedelta(hours=3))
    unit = {"unit": world.unit}
    return {"file_requests": FileRequest.objects.filter(**unit).count(), "annual_reports": AnnualReport.objects.filter(**unit).count()}


def _person(world: World, number: str) -> User:
    """As the next request finds them: nothing computed on another day is kept."""
    return User.objects.get(pk=world.people[number].pk)


def _settings(world: World, calendar: Calendar, text: dict[str, Any]) -> None:
    with clock.at(calendar.at(text["on"], 10)):
        by = _person(world, text["by"])
        integrity.save_settings(unit=world.unit, own_file=text["own_file"], longest_days=text["longest_days"], by=by)


class _RequestStory:
    """One request from asking to its end."""

    def __init__(self, world: World, calendar: Calendar, text: dict[str, Any]) -> None:
        self.world, self.calendar, self.text = world, calendar, text

    def run(self) -> None:
        """Everything that happened to it."""
        text, day = self.text, self.calendar.day
        with self._at("asked", 9):
            wish = integrity.Wish(text["purpose"], text["matter"], day(text["until"]))
            self.found = integrity.ask(person=_person(self.world, text["person"]), wish=wish, by=self._by("by"))
        if "withdrawn" in text:
            with self._at("withdrawn", 8):
                integrity.withdraw(request=self.found, by=self._by("by"))
        if "decided" in text:
            with self._at("decided", 11):
                self._decide()
        for number, (on, how) in enumerate(text.get("looks", [])):
            with clock.at(self.calendar.at(on, 14, 20 + number)):
                integrity.look(request=self.found, by=self._by("by"), how=how)
        if "ended" in text:
            with self._at("ended", 17):
                integrity.end(request=self.found, by=self._by("end_by"), reason=text["end_reason"])

    def _decide(self) -> None:
        text, by = self.text, self._by("approver")
        if "rejected" in text:
            integrity.reject(request=self.found, by=by, reason=text["rejected"])
            return
        until = self.calendar.day(text.get("granted", text["until"]))
        integrity.approve(request=self.found, by=by, until=until, note=text["note"])

    def _at(self, what: str, hour: int) -> Any:
        return clock.at(self.calendar.at(self.text[what], hour, 12))

    def _by(self, what: str) -> User:
        return _person(self.world, self.text[what])


def _own_file(world: World, calendar: Calendar, text: dict[str, Any]) -> None:
    """Somebody reads the own file and signs the first entries of it."""
    by = _person(world, text["person"])
    with clock.at(calendar.at(text["on"], 12, 40)):
        waiting = integrity.look_at_own(by=by, how="page").to_sign
    if text["signs"]:
        with clock.at(calendar.at(text["on"], 12, 48)):
            integrity.sign(by=by, digests=[entry.digest for entry in waiting[: text["signs"]]], remark=text["remark"])


def _reports(world: World, calendar: Calendar) -> None:
    drafted = calendar.day(DRAFTED)
    # In January, or before the draft where that is begun in January itself.
    approved = min(date(drafted.year, 1, 20), drafted - timedelta(days=14))
    texts = _texts()["report"]
    with clock.at(_moment(approved - timedelta(days=8), 9)):
        last = annual.begin(unit=world.unit, year=drafted.year - 1, by=_person(world, WRITER))
        last = annual.write(report=last, texts=texts["last_year"], by=_person(world, WRITER))
    with clock.at(_moment(approved - timedelta(days=4), 16)):
        last = annual.submit(report=last, by=_person(world, SUBMITTER))
    with clock.at(_moment(approved, 10)):
        annual.approve(report=last, by=_person(world, APPROVER))
    with clock.at(_moment(drafted, 15)):
        now = annual.begin(unit=world.unit, year=drafted.year, by=_person(world, WRITER))
        annual.write(report=now, texts=texts["this_year"], by=_person(world, WRITER))


def _moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, 25)))
