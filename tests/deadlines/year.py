"""The year 2026 of a small unit: what is planted in it, and what people do on which day. Everybody sits in one post all year."""

from collections.abc import Callable
from datetime import date, datetime, time

from django.utils import timezone

from assessments.models import Appeal, Restriction, RoundPhase
from assessments.models import Result as AssessmentResult
from assessments.services import rounds
from demo.clock import at
from early_warnings.models import Warning
from early_warnings.services import ending
from leads.models import Lead
from positions.models import Appointment
from positions.states import CatalogueState, ItemState, RuleState
from regrading.models import Proposal
from regrading.services import deciding
from risks.models import CampaignPhase, Decision, Declaration, Measure, Opinion, PhaseKind, ReviewStep, RiskPoint
from risks.services import measures
from risks.states import FormState
from talks.models import TalkKind
from talks.services import talks
from tests.assessments.final_rounds import a_round, assessed, result
from tests.early_warnings.points import entered
from tests.factories.assessments import round_set_up, secretary, weeks
from tests.factories.leads import lead_about
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.powers import CatalogueFactory, PowerItemFactory, RuleFactory
from tests.factories.risks import CampaignFactory, DeclarationFactory
from tests.factories.surveys import opened
from tests.factories.talks import planned, record
from tests.factories.warnings import advance, drafted, fresh
from tests.risks.register_helpers import imported

MORNING, NOON, AFTERNOON = time(7, 30), time(12), time(16, 45)


def on(month: int, day: int) -> date:
    return date(2026, month, day)


def clock(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))


class Year:
    """`acts`: what people do at noon, by day."""

    def __init__(self) -> None:
        with at(clock(on(1, 1), NOON)):
            self.unit: SmallUnit = small_unit()
            self._measures()
            self._restriction()
            self._graded()
        self.acts: dict[date, Callable[[], object]] = {
            on(3, 2): self.plan_talk,
            on(3, 11): self.hold_talk,
            on(3, 19): lambda: talks.reply(talk=self.talk, text="检查如下。", by=self.talk.person),
            on(3, 30): self.renew_appointment,
            on(4, 7): self.set_up_round,
            on(4, 9): lambda: rounds.open_rating(found=self.round, by=secretary(self.unit)),
            on(4, 17): lambda: rounds.cancel(found=self.round, by=secretary(self.unit), reason="另行组织"),
            on(5, 9): lambda: measures.report(measure=self.clerks, note="已落实", by=fresh(self.unit.clerk)),
            on(5, 14): lambda: measures.confirm(measure=self.clerks, by=fresh(self.unit.departments[1].head)),
            on(2, 28): self.do_holiday_measure,
            on(6, 1): self.receive_lead,
            on(6, 25): lambda: Lead.objects.update(due_on=None),
            on(7, 6): self.warn,
            on(7, 28): lambda: ending.withdraw(
                warning=Warning.objects.get(pk=self.warning.pk), reason="事实有误", by=fresh(self.unit.discipline_head)
            ),
            on(7, 21): self.raise_level,
            on(8, 3): self.open_survey,
            on(8, 17): self.close_survey,
            on(9, 16): self.publish_results,
            on(9, 21): self.appeal,
            on(9, 28): self.answer_appeal,
            on(10, 9): self.start_campaign,
            on(10, 29): lambda: self.move(self.item, ItemState.UNIT_REVIEW),
            on(11, 4): self.submit_catalogue,
            on(11, 10): self.approve_catalogue,
            on(11, 16): self.publish_catalogue,
            on(11, 27): self.hand_in,
            on(12, 4): lambda: self.move(self.late_form, FormState.REVIEWED, signed_at=timezone.now()),
            on(12, 9): self.head_agrees,
            on(12, 15): self.deputy_returns,
            on(12, 21): self.hand_in_again,
            on(12, 25): self.deputy_agrees,
        }

    def act(self, day: date) -> None:
        """What people do on that day."""
        if day in self.acts:
            with at(clock(day, NOON)):
                self.acts[day]()

    def move(self, thing, state: str, **facts) -> None:
        thing.refresh_from_db()
        for name, value in {"state": state, **facts}.items():
            setattr(thing, name, value)
        thing.save()

    # ---- measures, rules, points, restrictions

    def _measures(self) -> None:
        """One of the clerk's, due after 劳动节; one in 春节; one of nobody's that asks for a rule, due in December."""
        unit = self.unit
        self.clerks = self._measure("受理超期", on(5, 6), unit.clerk)
        self.holiday = self._measure("巡查走过场", on(2, 20), unit.departments[2].staff[0], department=2)
        self.rule = RuleFactory(unit=unit.unit)
        self._measure("制度缺失", on(12, 18), None, rule=self.rule)

    def _measure(self, title: str, due_on: date, who, department: int = 1, **facts) -> Measure:
        risk = imported(self.unit, title, department=department)
        Measure.objects.filter(risk=risk).update(due_on=due_on, who=who, **facts)
        return Measure.objects.get(risk=risk)

    def do_holiday_measure(self) -> None:
        measures.report(measure=self.holiday, note="已落实", by=fresh(self.unit.departments[2].staff[0]))
        measures.confirm(measure=Measure.objects.get(pk=self.holiday.pk), by=fresh(self.unit.departments[2].head))

    def _graded(self) -> None:
        """Of the lightest level, whose scores reach to 39; probability and harm put it at 39. Without review for twelve months, on 30 June,
        3 points are added: 42 asks for the next level, from 40 on."""
        self.graded = imported(self.unit, "自由裁量过宽")
        RiskPoint.objects.filter(pk=self.graded.pk).update(probability=5, harm=5, reviewed_on=date(2025, 6, 30))

    def raise_level(self) -> None:
        [proposal] = Proposal.objects.filter(risk=self.graded)
        assert deciding.accept(proposal_ids=[proposal.pk], by=fresh(self.unit.office_clerk), reason="长期未复核").decided == [proposal]

    def _restriction(self) -> None:
        """From last year's fourth quarter, until 30 June."""
        person = self.unit.departments[2].staff[0]
        of = result(self.unit, assessed(self.unit, person, a_round(self.unit, year=2025, quarter=4)))
        first = on(1, 1)
        Restriction.objects.create(
            unit=self.unit.unit,
            result=of,
            person=person,
            kind="promotion",
            grade="不良",
            effective_on=first,
            starts_on=first,
            ends_on=on(6, 30),
        )

    # ---- talks, appointments, rounds

    def plan_talk(self) -> None:
        """Due on Friday, 6 March. On the same day points are entered, and an appointment is given an end."""
        self.talk = planned(self.unit, kind=TalkKind.ADMONITION, due_on=on(3, 6))
        entered(self.unit, self.unit.departments[0].staff[0])
        Appointment.objects.filter(person=self.unit.departments[2].staff[1]).update(ends_on=on(3, 31))

    def hold_talk(self) -> None:
        self.talk.refresh_from_db()
        self.talk = talks.hold(talk=self.talk, record=record(), by=fresh(self.unit.departments[1].head))

    def renew_appointment(self) -> None:
        former = Appointment.objects.get(person=self.unit.departments[2].staff[1])
        Appointment.objects.create(person=former.person, position=former.position, starts_on=on(4, 1))

    def set_up_round(self) -> None:
        """Setting up until Friday, 10 April, the appraisal until the 17th."""
        self.round = round_set_up(self.unit, year=2026, quarter=1, days=weeks(on(4, 4)))

    # ---- leads, warnings, surveys

    def receive_lead(self) -> None:
        lead = lead_about(self.unit, self.unit.clerk, by=self.unit.discipline_head)
        Lead.objects.filter(pk=lead.pk).update(due_on=on(6, 22))

    def warn(self) -> None:
        """The step began on Monday, 6 July, and ends after 15 working days, on Monday the 27th."""
        self.warning = advance(self.unit, drafted(self.unit), "acknowledged")
        Warning.objects.filter(pk=self.warning.pk).update(step_since=clock(on(7, 6), time(9)), step_due_on=on(7, 27))

    def open_survey(self) -> None:
        self.survey = opened(self.unit, open_from=on(8, 3), open_until=on(8, 14))

    def close_survey(self) -> None:
        self.move(self.survey, "closed", closed_at=timezone.now())

    # ---- results and appeals

    def publish_results(self) -> None:
        """Appeals until Sunday, 27 September, in the holiday of 中秋."""
        place = self.unit.departments[2]
        self.shown = a_round(self.unit, quarter=2, state="appeal")
        RoundPhase.objects.create(round=self.shown, phase="appeal", starts_on=on(9, 16), ends_on=on(9, 27))
        for person in (place.head, place.staff[0]):
            result(self.unit, assessed(self.unit, person, self.shown), grade="好")

    def appeal(self) -> None:
        person = self.unit.departments[2].staff[0]
        of = AssessmentResult.objects.get(assessed__round=self.shown, assessed__person=person)
        self.filed = Appeal.objects.create(result=of, text="得分依据有误", by=person, at=timezone.now())

    def answer_appeal(self) -> None:
        facts = {"answer": "维持原结果", "answered_by": self.unit.discipline_head, "answered_at": timezone.now()}
        self.move(self.filed, "upheld", **facts)

    # ---- the campaign

    def start_campaign(self) -> None:
        """Powers until Saturday, 31 October; forms until Monday, 30 November; grading until 10 December; measures until the 31st."""
        unit, department = self.unit, self.unit.departments[1]
        self.campaign = CampaignFactory(unit=unit.unit)
        for kind, due_on in ((PhaseKind.POWERS, on(10, 31)), (PhaseKind.MEASURES, on(12, 31))):
            CampaignPhase.objects.create(campaign=self.campaign, kind=kind, starts_on=on(9, 1), due_on=due_on)
        self.catalogue = CatalogueFactory(unit=unit.unit)
        self.item = PowerItemFactory(catalogue=self.catalogue, department=department.department)
        self.form, self.late_form = (
            DeclarationFactory(appointment=unit.appointments[person.pk], campaign=self.campaign, signed_at=None)
            for person in department.staff
        )

    def submit_catalogue(self) -> None:
        self.move(self.item, ItemState.ACCEPTED)
        self.move(self.catalogue, CatalogueState.LEGAL_REVIEW, submitted_at=timezone.now())

    def approve_catalogue(self) -> None:
        self.move(self.catalogue, CatalogueState.APPROVED, legal_at=timezone.now())

    def publish_catalogue(self) -> None:
        self.move(self.catalogue, CatalogueState.PUBLISHED, published_by=self.unit.head, published_at=timezone.now())

    def hand_in(self) -> None:
        reviewers = (self.unit.departments[1].head, self.unit.deputies[0])
        self.steps = [
            ReviewStep.objects.create(declaration=self.form, order=order, kind=kind, reviewer=reviewer)
            for order, (kind, reviewer) in enumerate(zip(("rate", "review"), reviewers, strict=True), 1)
        ]
        self._wait_at(0)
        self.move(self.form, FormState.IN_REVIEW, signed_at=timezone.now())

    def _wait_at(self, number: int | None) -> None:
        ReviewStep.objects.filter(declaration=self.form).update(is_current=False)
        if number is not None:
            ReviewStep.objects.filter(pk=self.steps[number].pk).update(is_current=True, waiting_since=timezone.now())

    def head_agrees(self) -> None:
        self._wait_at(1)

    def deputy_returns(self) -> None:
        """The rule that the measure asked for is put in force on the same day."""
        self._wait_at(None)
        facts = {"kind": "review", "decision": Decision.RETURNED, "text": "补充措施", "by": self.unit.deputies[0], "name": "陈"}
        Opinion.objects.create(declaration=self.form, **facts)
        self.move(self.form, FormState.RETURNED, resume_order=2)
        self.move(self.rule, RuleState.IN_FORCE, since=timezone.localdate())

    def hand_in_again(self) -> None:
        self._wait_at(1)
        self.move(self.form, FormState.IN_REVIEW)

    def deputy_agrees(self) -> None:
        self._wait_at(None)
        self.move(Declaration.objects.get(pk=self.form.pk), FormState.REVIEWED)
