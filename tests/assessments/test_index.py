"""The position risk index of a small unit: from its sources, kept for ever, shown to whom it concerns."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.index import IndexRules, Part
from assessments.models import PositionIndex
from assessments.permissions.index import may_see_appraisal
from assessments.quarters import Quarter
from assessments.services import index
from assessments.states import RoundState
from audit.models import AuditEvent
from common import schedule
from common.errors import Conflict, DomainError, NotAllowed
from positions.models import BodyKind, BodyRole, PowerCategory, Rank
from tests.assessments.index_helpers import appraised, everything, powers, risk, surveyed
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.positions import AppointmentFactory, MembershipFactory, PositionFactory

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


def fresh(person: User) -> User:
    """As in a new request."""
    return User.objects.get(pk=person.pk)


def of(unit: SmallUnit, person: User) -> PositionIndex:
    """Computed today, of one person."""
    made = index.compute(unit=unit.unit, by=fresh(unit.discipline_head))
    return next(row for row in made if row.holder_id == person.pk)


def parts(row: PositionIndex) -> dict[str, Part]:
    return {part.key: part for part in row.computed_parts}


def test_from_the_sources_by_hand(unit: SmallUnit) -> None:
    everything(unit)
    row = of(unit, unit.deputies[0])
    found = parts(row)
    # Everybody answered 良 = 85.
    assert found["moral"].score == D("15.00")
    # Own approval decided alone (8 + 4) × 1, unit's funds (10 + 4) × 0.3, department in charge 6 × 0.2: 17.4 of 320.
    assert found["power"].score == D("5.44")
    # Own 二级 with a measure: 中等, floor 25, 2 points; the unit's 一级 5 × 0.3: 3.5 of 250.
    assert found["control"].score == D("26.05")
    # 5 of 50: Wilson's lower bound 4.347 % → 4.3, of 20. More than half of the power points are approval: the external survey.
    assert found["environment"].score == D("21.50")
    assert found["environment"].figures[0].names["kind"] == "external"
    # (15 + 5.44 + 26.05 + 21.5) ÷ 4 = 16.9975
    assert row.total == D("17.00")
    assert row.level is not None
    assert row.level.label == "低"
    sources = {figure.source[0] for part in found.values() for figure in part.figures if figure.source}
    assert sources == {"round", "power", "risk", "unit_points", "survey"}


def test_what_is_missing_is_said(unit: SmallUnit) -> None:
    row = of(unit, unit.head)
    reasons = {part.key: part.reason for part in row.computed_parts}
    assert reasons == {"moral": "no_result", "power": "no_catalogue", "control": "no_points", "environment": "kind_unknown"}
    assert row.total is None
    page = signed_in(unit.discipline_head).get(row.get_absolute_url()).content.decode()
    assert "本单位尚未公布职权目录" in page
    assert "任职人员在本单位尚无已公布的廉政考核结果" in page


@pytest.mark.parametrize("state", [RoundState.SCORING, RoundState.REVIEW, RoundState.CONFIRMATION])
def test_an_appraisal_that_is_not_published_is_not_there(unit: SmallUnit, state: str) -> None:
    appraised(unit, unit.deputies[0], ["poor"] * 8, until=state)
    assert parts(of(unit, unit.deputies[0]))["moral"].reason == "no_result"


def test_an_appraisal_with_too_few_ballots_is_not_read(unit: SmallUnit) -> None:
    appraised(unit, unit.deputies[0], ["poor"] * 4)
    assert parts(of(unit, unit.deputies[0]))["moral"].reason == "too_few"


def test_an_old_appraisal_does_not_count(unit: SmallUnit) -> None:
    appraised(unit, unit.deputies[0], ["good"] * 6, quarter=Quarter(timezone.localdate().year - 2, 1))
    assert parts(of(unit, unit.deputies[0]))["moral"].reason == "old_result"


def test_an_overdue_measure_makes_a_point_graver(unit: SmallUnit) -> None:
    deputy = unit.appointments[unit.deputies[0].pk].position
    risk(unit, "FX-1", 2, position=deputy)
    before = parts(of(unit, unit.deputies[0]))["control"].score
    risk(unit, "FX-2", 2, position=deputy, due=timezone.localdate() - timedelta(days=1))
    found = parts(of(unit, unit.deputies[0]))["control"]
    assert [figure.names["grade"] for figure in found.figures if figure.kind == "point"] == ["中等", "严重"]
    assert before is not None
    assert found.score is not None
    assert found.score > before


def test_which_survey_can_be_chosen(unit: SmallUnit) -> None:
    powers(unit)
    surveyed(unit, "internal", contacts=10, n=50)
    assert parts(of(unit, unit.deputies[0]))["environment"].reason == "no_survey"
    settings = index.settings_of(unit.unit.pk)
    position = str(unit.appointments[unit.deputies[0].pk].position_id)
    index.change(unit=unit.unit, rules=settings.rules, survey_kinds={position: "internal"}, by=fresh(unit.discipline_head))
    assert parts(of(unit, unit.deputies[0]))["environment"].score is not None


def test_an_index_is_kept_as_it_was(unit: SmallUnit) -> None:
    everything(unit)
    row = of(unit, unit.deputies[0])
    assert of(unit, unit.deputies[0]).pk == row.pk  # nothing has changed since
    assert PositionIndex.objects.count() == 4
    with pytest.raises(DatabaseError), transaction.atomic():
        PositionIndex.objects.filter(pk=row.pk).update(total=D(1))
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    rules = index.settings_of(unit.unit.pk).rules
    heavier = IndexRules.from_json(rules.to_json() | {"power_full": "10"})
    index.change(unit=unit.unit, rules=heavier, survey_kinds={}, by=fresh(unit.discipline_head))
    assert of(unit, unit.deputies[0]).total > row.total
    assert PositionIndex.objects.get(pk=row.pk).frozen.power_full == D(320)


def test_settings_that_make_no_sense_change_nothing(unit: SmallUnit) -> None:
    row = index.settings_of(unit.unit.pk)
    rules = IndexRules.from_json(row.rules.to_json() | {"weights": {"moral": "30", "power": "25", "control": "25", "environment": "25"}})
    with pytest.raises(DomainError, match="多出5%"):
        index.change(unit=unit.unit, rules=rules, survey_kinds={}, by=fresh(unit.discipline_head))
    with pytest.raises(NotAllowed):
        index.change(unit=unit.unit, rules=row.rules, survey_kinds={}, by=fresh(unit.head))
    with pytest.raises(Conflict):
        index.change(unit=unit.unit, rules=row.rules, survey_kinds={}, by=fresh(unit.discipline_head), version=row.version + 1)
    assert index.settings_of(unit.unit.pk).unit_id is None


def test_the_quarter_is_made_once(unit: SmallUnit) -> None:
    powers(unit)
    today = timezone.localdate()
    start = Quarter(today.year, 1).start
    assert index.follow_quarters(today=start + timedelta(days=3)) == 4
    assert index.follow_quarters(today=start + timedelta(days=4)) == 0
    assert index.follow_quarters(today=date(today.year, 6, 20)) == 0  # too late for the first quarter
    assert set(PositionIndex.objects.values_list("year", "quarter")) == {(today.year - 1, 4)}
    assert AuditEvent.objects.filter(action="position_index.computed").count() == 1
    assert schedule.get("assessments.follow_index").function() == {"made": 0}


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_who_sees_the_appraisal(unit: SmallUnit) -> None:
    """A member of the leading group reads the positions, but nobody's appraisal, and no total from which it could be worked out."""
    everything(unit)
    row = of(unit, unit.deputies[0])
    grouped = unit.departments[2].head
    MembershipFactory(body=unit.bodies[BodyKind.LEADING_GROUP], person=grouped, role=BodyRole.MEMBER)
    for person, sees in [
        (unit.head, True),
        (unit.discipline_head, True),
        (unit.deputies[1], True),
        (unit.deputies[0], True),
        (grouped, False),
    ]:
        assert bool(may_see_appraisal(fresh(person), row)) is sees
    page = signed_in(grouped).get(row.get_absolute_url()).content.decode()
    listed = signed_in(grouped).get(reverse("assessments:index_list")).content.decode()
    assert "个人民主测评情况仅向" in page
    for shown in ("15.00", "85", str(row.total)):
        assert f">{shown}<" not in page
        assert f">{shown}<" not in listed
    assert "5.44" in page
    assert PositionIndex.objects.visible_to(fresh(unit.clerk)).count() == 0


def test_the_settings_form_says_what_does_not_add_up(unit: SmallUnit) -> None:
    client = signed_in(unit.discipline_head)
    address = reverse("assessments:index_settings")
    form = client.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data["version"] = index.settings_of(unit.unit.pk).version
    wrong = client.post(address, data | {"weight_moral": "20"})
    assert wrong.status_code == 422
    assert "还差5%" in wrong.content.decode()
    assert client.post(address, data | {"version": data["version"] + 1}).status_code == 409
    right = client.post(address, data | {"weight_moral": "20", "weight_power": "30", "business": [PowerCategory.FINANCE]})
    assert right.status_code == 302
    saved = index.settings_of(unit.unit.pk)
    assert (saved.unit_id, saved.moral, saved.power, saved.rules.business) == (unit.unit.pk, D(20), D(30), {"finance"})


def test_queries_of_the_list(unit: SmallUnit, count_queries) -> None:
    def make(n: int) -> None:
        for _n in range(n):
            AppointmentFactory(position=PositionFactory(unit=unit.unit, rank=Rank.LEADERSHIP_MEMBER))
        index.compute(unit=unit.unit, by=fresh(unit.discipline_head))

    powers(unit)
    count_queries("assessments:index_list", user=unit.head, make_rows=make)
