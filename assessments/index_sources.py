"""What the index of a unit's leadership positions starts from: appointments, catalogue, register, published appraisals, surveys."""

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from assessments.ballot_selectors import appraisal_of
from assessments.index import (
    AppraisalFact,
    ContactFact,
    FactorFact,
    IndexRules,
    Part,
    PointFact,
    PowerFact,
    control,
    environment,
    heaviest,
    missing,
    moral,
    power,
    survey_kind,
)
from assessments.models import Assessed, Factor, Result
from assessments.scoring.appraisal import appraisal_score
from assessments.states import SHOWN
from assessments.survey_selectors import ContactRate, contact_rate
from positions.models import (
    Appointment,
    Catalogue,
    Department,
    DivisionOfWork,
    HolderLevel,
    Position,
    PowerItem,
    Rank,
    StepKind,
    StepMode,
    Unit,
)
from risks.models import Level, Measure, RiskPoint
from risks.states import MeasureState

# Department key (None: the unit itself) → its name and the source of its points.
Places = dict[int | None, tuple[str, tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Seat:
    """A leadership position with one of its holders (None: vacant) and the departments that holder is in charge of."""

    position: Position
    holder: User | None
    departments: tuple[Department, ...] = ()


def seats_of(unit: Unit, on: date) -> list[Seat]:
    """The leadership positions of a unit on a day, in the order of the organisation; one for each holder."""
    charged: dict[int, list[Department]] = defaultdict(list)
    divisions = DivisionOfWork.objects.in_force(on).filter(department__unit=unit, department__closed_on=None)
    for division in divisions.select_related("department").order_by("department__order", "department_id"):
        charged[division.appointment_id].append(division.department)
    held: dict[int, list[Appointment]] = defaultdict(list)
    appointments = Appointment.objects.in_force(on).filter(position__unit=unit, position__department=None)
    for appointment in appointments.select_related("person").order_by("starts_on", "pk"):
        held[appointment.position_id].append(appointment)
    found = []
    for position in Position.objects.open(on).filter(unit=unit, department=None).order_by("order", "pk"):
        found += [Seat(position, one.person, tuple(charged[one.pk])) for one in held[position.pk]] or [Seat(position, None)]
    return found


class Sources:
    """Reads for all seats of one unit on one day; what they share is read once."""

    def __init__(self, unit: Unit, on: date, rules: IndexRules, survey_kinds: dict[str, str]) -> None:
        self.unit, self.on, self.rules, self.survey_kinds = unit, on, rules, survey_kinds
        self.has_catalogue = Catalogue.objects.published().filter(unit=unit).exists()
        self.items = list(PowerItem.objects.in_force().filter(unit=unit).prefetch_related("steps").order_by("number", "pk"))
        self.ranks = _ranks()
        self.rates: dict[tuple[str, int | None], ContactRate | None] = {}

    def parts_of(self, seat: Seat) -> list[Part]:
        """The four parts of one seat."""
        powers = self.powers(seat)
        return [
            self.moral(seat),
            power(powers, self.rules) if self.has_catalogue else missing("power", "no_catalogue"),
            control(self.points(seat), self.rules),
            self.environment(seat, powers),
        ]

    def moral(self, seat: Seat) -> Part:
        """From the latest appraisal of the holder in this unit whose result is published; never from one under way."""
        if seat.holder is None:
            return missing("moral", "no_holder")
        published = Assessed.objects.filter(
            person=seat.holder, round__unit=self.unit, round__state__in=SHOWN, round__published_at__date__lte=self.on
        )
        assessed = published.select_related("round").order_by("-round__year", "-round__quarter").first()
        if assessed is None:
            return missing("moral", "no_result")
        year, quarter = assessed.round.year, assessed.round.quarter
        if self._too_old(assessed.round.last_day):
            return missing("moral", "old_result", year=year, quarter=quarter, months=self.rules.valid_months)
        appraisal = appraisal_of(assessed)
        rules = assessed.round.groups.get(group=assessed.group).frozen
        score, _lines = appraisal_score(appraisal, rules)
        if appraisal is None or score is None:
            return missing("moral", "too_few", year=year, quarter=quarter, minimum=rules.minimum_ballots)
        factors = []
        for factor in Factor.values:
            asked = tuple(one for one in rules.indicators if one.factor == factor)
            if asked:
                of_factor, _lines = appraisal_score(appraisal, replace(rules, indicators=asked))
                factors.append(FactorFact(factor, sum((one.weight for one in asked), Decimal(0)), of_factor or Decimal(0)))
        result = Result.objects.counting().filter(assessed=assessed).first()
        source = ("result", result.pk) if result else ("round", assessed.round_id)
        return moral(AppraisalFact(year, quarter, appraisal.given, score, tuple(factors), source))

    def powers(self, seat: Seat) -> list[PowerFact]:
        """The items in force that the position holds: itself, by a step, through the unit or a department in its holder's charge."""
        charged = {department.pk for department in seat.departments}
        found = []
        for item in self.items:
            own_steps = [step for step in item.steps.all() if step.position_id == seat.position.pk]
            ways = []
            if item.position_id == seat.position.pk:
                ways.append("own")
            if own_steps:
                ways.append("step")
            if item.level == HolderLevel.UNIT:
                ways.append("unit" if seat.position.rank == Rank.UNIT_HEAD else "member")
            elif item.department_id in charged:
                ways.append("charge")
            holding = heaviest(ways, self.rules)
            if holding is None:
                continue
            alone = any(step.kind == StepKind.DECISION and step.mode == StepMode.INDIVIDUAL for step in own_steps)
            source = ("power", item.pk)
            found.append(PowerFact(item.number, item.name, item.category, holding, bool(item.major_matter), alone, source))
        return found

    def points(self, seat: Seat) -> list[PointFact]:
        """Its own points and those on its steps one by one; those of the unit and of departments in charge counted by level."""
        register = self._register()
        own = Q(position=seat.position) | Q(power_item__position=seat.position)
        on_step = Q(flow_step__position=seat.position)
        found = []
        near = register.filter(own | on_step).annotate(own=Exists(RiskPoint.objects.filter(own, pk=OuterRef("pk"))))
        point: Any
        for point in near.select_related("current_level").order_by("-current_level__severity", "number"):
            rank = self.ranks[point.current_level_id]
            holding, source = ("own" if point.own else "step"), ("risk", point.pk)
            found.append(PointFact(point.number, point.title, point.current_level.label, *rank, point.is_loose, holding, source))
        far = register.exclude(pk__in=[fact.source[1] for fact in found])
        shared = "unit" if seat.position.rank == Rank.UNIT_HEAD else "member"
        found += self._alike(far.filter(level_of=HolderLevel.UNIT), shared, {None: ("", ("unit_points", self.unit.pk))})
        places: Places = {one.pk: (one.name, ("department_points", one.pk)) for one in seat.departments}
        if places:
            found += self._alike(far.filter(department__in=seat.departments).exclude(level_of=HolderLevel.UNIT), "charge", places)
        return found

    def environment(self, seat: Seat, powers: list[PowerFact]) -> Part:
        """The contact rates of the departments in charge where they may be shown, else that of the unit (003: by kind of position)."""
        kind = survey_kind(powers, self.rules, self.survey_kinds.get(str(seat.position.pk), ""))
        if kind is None:
            return missing("environment", "kind_unknown")
        rates = [(department.name, self._rate(kind, department)) for department in seat.departments]
        if all(rate is None for _place, rate in rates):
            rates = [("", self._rate(kind, None))]
        known = [(place, rate) for place, rate in rates if rate is not None]
        if not known:
            return missing("environment", "no_survey", kind=kind)
        facts = [_contact(kind, place, rate) for place, rate in known if not self._too_old(rate.survey.period_end)]
        if not facts:
            return missing("environment", "old_survey", kind=kind, months=self.rules.valid_months)
        return environment(facts, self.rules)

    def _register(self) -> QuerySet[RiskPoint]:
        """What stands in the register, with whether anything holds it in check."""
        measures = Measure.objects.filter(risk=OuterRef("pk"))
        kept = measures.exclude(state=MeasureState.DROPPED)
        return RiskPoint.objects.registered().filter(unit=self.unit).annotate(is_loose=~Exists(kept) | Exists(measures.overdue(self.on)))

    def _alike(self, points: QuerySet[RiskPoint], holding: str, places: dict[int | None, tuple[str, tuple[str, int]]]) -> list[PointFact]:
        by = "department_id" if None not in places else "unit_id"
        rows = points.order_by().values_list(by, "current_level_id", "current_level__label", "is_loose").annotate(n=Count("pk"))
        found = []
        for place, level, label, is_loose, number in sorted(rows):
            name, source = places[place if by == "department_id" else None]
            found.append(PointFact("", name, label, *self.ranks[level], is_loose, holding, source, number))
        return found

    def _rate(self, kind: str, department: Department | None) -> ContactRate | None:
        key = kind, department.pk if department else None
        if key not in self.rates:
            self.rates[key] = contact_rate(self.unit, kind, self.on, department)
        return self.rates[key]

    def _too_old(self, day: date) -> bool:
        return (self.on.year - day.year) * 12 + self.on.month - day.month > self.rules.valid_months


def _ranks() -> dict[int, tuple[int, int]]:
    """Level → its place in its scale from the lightest (0), and how many levels that has."""
    scales: dict[int, list[int]] = defaultdict(list)
    for pk, scale in Level.objects.order_by("severity").values_list("pk", "scale_id"):
        scales[scale].append(pk)
    return {pk: (place, len(levels)) for levels in scales.values() for place, pk in enumerate(levels)}


def _contact(kind: str, place: str, rate: ContactRate) -> ContactFact:
    """Bounds in per cent with one place, rounded outwards as the survey's page shows them."""
    low, high = Decimal(math.floor(rate.low * 1000)) / 10, Decimal(math.ceil(rate.high * 1000)) / 10
    return ContactFact(kind, place, low, high, rate.n, ("survey", rate.survey.pk))
