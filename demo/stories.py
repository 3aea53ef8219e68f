"""Leads and warnings of the bureau in every state, told by running the services on the days of the story (see `demo.clock`)."""

import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import F

from accounts.models import User
from demo import clock
from demo.dates import Calendar
from demo.organisation import World
from demo.warning_steps import WarningStory
from leads.models import Channel, Lead, LeadLevel, Sign
from leads.services import judging, messages, public, receiving, reporting
from leads.services.judging import JudgementFacts
from leads.services.receiving import LeadFacts, SubjectFacts
from notifications.models import Notice

HERE = Path(__file__).resolve().parent
Step = tuple[datetime, Callable[[], None]]


@cache
def texts(name: str) -> list[dict[str, Any]]:
    """The stories of one file."""
    with (HERE / name).open("rb") as file:
        return tomllib.load(file)["story"]  # type: ignore[no-any-return]


class LeadStory:
    """One lead from its arrival to where it stands."""

    def __init__(self, text: dict[str, Any], world: World, calendar: Calendar) -> None:
        self.text, self.world, self.calendar = text, world, calendar
        self.lead: Lead | None = None

    def steps(self) -> list[Step]:
        """What happens when."""
        acts = {
            "received": self.receive,
            "taken_up": self.take_up,
            "asked": self.ask,
            "answered": self.answer,
            "proposed": self.propose,
            "confirmed": self.confirm,
            "result": self.record,
            "ended": self.end,
        }
        found = []
        for minute, (name, act) in enumerate(acts.items()):
            if day := self.text["days"].get(name):
                found.append((self.calendar.at(day, 9 + minute % 8, 7 * minute), act))
        return found

    def person(self, number: str) -> User:
        """As the next request finds them: nothing computed on another day is kept."""
        return User.objects.get(pk=self.world.people[number].pk)

    def here(self) -> Lead:
        """As it stands in the database."""
        assert self.lead is not None
        return Lead.objects.get(pk=self.lead.pk)

    def receive(self) -> None:
        text = self.text
        signs = list(Sign.objects.filter(number__in=text.get("signs", [])))
        subjects = [self._subject(about) for about in text["about"]]
        facts = LeadFacts(
            unit=self.world.unit,
            channel=text["channel"],
            title=text["title"],
            content=text["content"],
            happened=text.get("happened", ""),
            subjects=subjects,
            is_named="reporter" in text,
            is_important=text.get("important", False),
            signs=signs,
        )
        if text["channel"] == Channel.PUBLIC_REPORT:
            self._by_public(facts)
        elif "reporter" in text:
            self.lead = reporting.report(facts=facts, reporter=self.person(text["reporter"]))
        elif "by" in text:
            self.lead = reporting.enter(facts=facts, by=self.person(text["by"]))
        else:
            self.lead = receiving.receive(facts=facts)

    def _by_public(self, facts: LeadFacts) -> None:
        about = "、".join(self.world.people[one].name if one in self.world.people else one for one in self.text["about"])
        report = public.Report(unit=facts.unit, about=about, title=facts.title, content=facts.content, happened=facts.happened)
        code = public.send(report=report, code=public.new_code())
        self.lead = public.find(code)

    def _subject(self, about: str) -> SubjectFacts:
        if about in self.world.people:
            return SubjectFacts(person=self.world.people[about])
        if about in self.world.departments:
            return SubjectFacts(department=self.world.departments[about])
        return SubjectFacts(name=about)

    def take_up(self) -> None:
        judging.take_up(lead=self.here(), by=self.person(self.text["studied_by"]))

    def ask(self) -> None:
        messages.ask(lead=self.here(), by=self.person(self.text["studied_by"]), text=self.text["question"])

    def answer(self) -> None:
        messages.answer(lead=self.here(), text=self.text["reply"])

    def propose(self) -> None:
        told = self.text["judgement"]
        facts = JudgementFacts(
            level=LeadLevel.objects.get(unit=None, severity=told["severity"]),
            effects=told["effects"],
            measures=told["measures"],
            outcome=told["outcome"],
            due_on=self.calendar.day(told["due"]),
            responsibility=told.get("responsibility", ""),
            responsible=self.world.people[told["responsible"]] if "responsible" in told else None,
            formal_kind=told.get("formal", ""),
            opinion=told["opinion"],
        )
        judging.propose_judgement(lead=self.here(), facts=facts, by=self.person(self.text["studied_by"]))

    def confirm(self) -> None:
        judgement = self.here().judgements.get()
        judging.confirm_judgement(judgement=judgement, by=self.person(self.text["confirmed_by"]))

    def record(self) -> None:
        judging.record_result(lead=self.here(), result=self.text["result"], by=self.person(self.text["studied_by"]))

    def end(self) -> None:
        judging.end(lead=self.here(), step=self.text["end"], by=self.person(self.text["confirmed_by"]))


def tell(world: World, calendar: Calendar) -> dict[str, int]:
    """Run everything in the order in which it happened; returns how many leads and warnings there are."""
    leads = {text["key"]: LeadStory(text, world, calendar) for text in texts("leads.toml")}
    warnings = [WarningStory(text, world, calendar, leads) for text in texts("warnings.toml")]
    steps = [step for lead in leads.values() for step in lead.steps()] + [step for warning in warnings for step in warning.steps()]
    for moment, act in sorted(steps, key=lambda step: step[0]):
        with clock.at(moment):
            act()
    # What is older than this week has been read.
    old = Notice.objects.filter(kind__in=["warning", "lead", "talk"], created_at__lt=calendar.at("2026-11-16"), read_at=None)
    old.update(read_at=F("created_at") + timedelta(hours=5))
    return {"leads": len(leads), "warnings": len(warnings)}
