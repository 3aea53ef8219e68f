"""One warning of the demo, step by step through the services."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.models import User
from demo.dates import Calendar
from demo.organisation import World
from early_warnings.models import DispositionKind, Warning, WarningLevel
from early_warnings.services import approval, dispositions, drafting, ending, highest, issuing, rectifying, statements, talking
from early_warnings.services.people import warned
from positions.models import Rule
from talks.models import TalkKind
from talks.services import talks

if TYPE_CHECKING:
    from demo.stories import LeadStory

Step = tuple[datetime, Callable[[], None]]
# The order in which things of one day happen.
ORDER = (
    "drafted", "submitted", "decided", "issued", "acknowledged", "group", "meeting", "stated", "answered", "planned", "talk", "monitored",
    "ordered", "carried_out", "measures", "party_report", "higher_report", "reported", "verified", "closed", "escalated", "withdrawn",
)  # fmt: skip


class WarningStory:
    """One warning; `days` of its text says what happened when, the rest what was written."""

    def __init__(self, text: dict[str, Any], world: World, calendar: Calendar, leads: "dict[str, LeadStory]") -> None:
        self.text, self.world, self.calendar, self.leads = text, world, calendar, leads
        self.pk = 0

    def steps(self) -> list[Step]:
        """What happens when."""
        found = []
        for name, days in self.text["days"].items():
            for day in days if isinstance(days, list) else [days]:
                minutes = 8 * 60 + 40 + 22 * ORDER.index(name)
                found.append((self.calendar.moment(self.calendar.day(day), minutes), getattr(self, name)))
        return found

    def person(self, number: str) -> User:
        """As the next request finds them."""
        return User.objects.get(pk=self.world.people[number].pk)

    def here(self) -> Warning:
        """As it stands in the database."""
        return Warning.objects.select_related("unit", "person", "department", "responsible").get(pk=self.pk)

    @property
    def committee(self) -> User:
        """The member of the discipline committee who handles it."""
        return self.person(self.text.get("by", "B024"))

    @property
    def other(self) -> User:
        """The other one."""
        return self.person(self.text.get("other", "A005"))

    def responsible(self) -> User:
        """Who answers for it."""
        found = self.here().responsible
        assert found is not None
        return User.objects.get(pk=found.pk)

    def recipient(self) -> User:
        """Who is warned."""
        return User.objects.get(pk=warned(self.here())[0].pk)

    def drafted(self) -> None:
        text = self.text
        who: dict[str, Any] = {}
        if text["who"] in self.world.people:
            who["person"] = self.world.people[text["who"]]
        elif text["who"] in self.world.departments:
            who["department"] = self.world.departments[text["who"]]
        said = ("basis", "requirements", "source_kind", "source_text", "error_kind", "error_grounds")
        more = {name: text[name] for name in said if name in text}
        if "due" in text:
            more["due_on"] = self.calendar.day(text["due"])
        if "lead" in text:
            more["lead"] = self.leads[text["lead"]].here()
        level = WarningLevel.objects.get(scheme__code="three-tiers", tier=text["tier"])
        made = drafting.draft(unit=self.world.unit, level=level, by=self.committee, grounds=text["grounds"], **who, **more)
        self.pk = made.pk

    def submitted(self) -> None:
        drafting.submit(warning=self.here(), by=self.committee)

    def decided(self) -> None:
        for number in self.text.get("decided_by", ["A001"]):
            approval.decide(
                warning=self.here(),
                decision=self.text.get("decision", "approve"),
                opinion=self.text.get("party_opinion", ""),
                by=self.person(number),
            )

    def issued(self) -> None:
        issuing.issue(warning=self.here(), by=self.committee)

    def acknowledged(self) -> None:
        issuing.acknowledge(warning=self.here(), by=self.recipient())

    def planned(self) -> None:
        measures = [rectifying.PlannedMeasure(row["text"], self.calendar.day(row["due"])) for row in self.text["measures"]]
        rectifying.plan(warning=self.here(), causes=self.text["causes"], measures=measures, by=self.recipient())

    def measures(self) -> None:
        """The next measure that is still open is done."""
        report = rectifying.current(self.here())
        assert report is not None
        measure = report.measures.filter(is_done=False).order_by("order").first()
        assert measure is not None
        note = self.text["measures"][measure.order - 1]["note"]
        rectifying.record_measure(measure=measure, done=True, note=note, by=self.recipient())

    def reported(self) -> None:
        told = self.text["report"]
        rules = list(Rule.objects.filter(unit=self.world.unit, title__in=told.get("rules", [])))
        facts = rectifying.ReportFacts(told["results"], rules_text=told.get("rules_text", ""), plans=told.get("plans", ""), rules=rules)
        rectifying.report(warning=self.here(), facts=facts, by=self.recipient())

    def verified(self) -> None:
        rectifying.verify(warning=self.here(), opinion=self.text["verification"], by=self.committee)

    def closed(self) -> None:
        ending.close(warning=self.here(), by=self.other)

    def escalated(self) -> None:
        ending.escalate(warning=self.here(), reason=self.text["end_reason"], by=self.other)

    def withdrawn(self) -> None:
        ending.withdraw(warning=self.here(), reason=self.text["end_reason"], by=self.committee)

    def stated(self) -> None:
        statements.state_case(warning=self.here(), text=self.text["statement"], by=self.recipient())

    def answered(self) -> None:
        statement = self.here().statements.select_related("warning").get()
        statements.answer(statement=statement, outcome=self.text["answer_outcome"], text=self.text["answer"], by=self.committee)

    def talk(self) -> None:
        told, leader, warning = self.text["talk"], self.responsible(), self.here()
        person = User.objects.get(pk=(self.world.people[told["with"]] if "with" in told else self.recipient()).pk)
        talk = talking.plan_talk(
            warning=warning, kind=TalkKind.INTEGRITY, talker=leader, reason="预警约谈：指出问题，明确整改要求", by=leader, person=person
        )
        record = talks.Record(
            content=told["content"],
            held_at=timezone.now(),
            place=told["place"],
            recorder=self.person(told["recorder"]) if "recorder" in told else None,
            talker_opinion=told["talker"],
        )
        talk = talks.hold(talk=talk, record=record, by=leader)
        talk = talks.confirm(talk=talk, opinion=told["person"], by=person)
        talks.finish(talk=talk, by=leader)

    def ordered(self) -> None:
        told = self.text["disposition"]
        kind = DispositionKind.objects.get(unit=None, code=told["code"])
        dispositions.order(
            warning=self.here(), kind=kind, content=told.get("content", ""), ordered_for=told.get("for", ""), by=self.committee
        )

    def carried_out(self) -> None:
        told = self.text["disposition"]
        disposition = self.here().dispositions.select_related("warning", "kind", "person").get()
        by = self.person(told.get("by", self.text.get("other", "A005")))
        dispositions.carry_out(disposition=disposition, record=told["record"], worked=told.get("worked"), by=by)

    def group(self) -> None:
        members = [self.world.people[number] for number in self.text["group"]]
        highest.form_group(warning=self.here(), members=members, task=self.text.get("task", ""), by=self.responsible())

    def meeting(self) -> None:
        told = self.text["meetings"][self.here().meetings.count()]
        there = [self.world.people[number] for number in told["there"]]
        highest.record_meeting(
            warning=self.here(),
            held_at=timezone.now(),
            attendees=there,
            place=told["place"],
            discussion=told["discussion"],
            decisions=told["decisions"],
            by=self.responsible(),
        )

    def monitored(self) -> None:
        highest.monitor(warning=self.here(), text=self.text["monitoring"][self.here().monitoring.count()], by=self.other)

    def party_report(self) -> None:
        by = self.other if self.text["tier"] == "highest" else self.responsible()
        self._report("party_committee", self.text["party_report"], by)

    def higher_report(self) -> None:
        for addressee in ("higher_discipline", "higher_party"):
            self._report(addressee, self.text["higher_report"], self.other)

    def _report(self, addressee: str, text: str, by: User) -> None:
        highest.report_to(warning=self.here(), addressee=addressee, text=text, reported_on=timezone.localdate(), by=by)
