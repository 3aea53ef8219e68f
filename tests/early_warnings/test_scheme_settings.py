"""Settings, schemes and dispositions as data: seeded, changed by the discipline committee alone, obeyed by the steps."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import Conflict, DomainError, NotAllowed, NotPossible
from early_warnings.models import DispositionKind, LevelMapping, Tier, WarningLevel, WarningScheme
from early_warnings.services import catalogue, dispositions, drafting
from early_warnings.services import settings as service
from early_warnings.services.catalogue import KindFacts, LevelFacts
from positions.models import DivisionOfWork
from positions.services import appointments
from tests.factories.organisation import small_unit
from tests.factories.warnings import advance, drafted, fresh, starter, tier_level

pytestmark = pytest.mark.django_db

# 000 and 002, from the lightest up: label, tier, counts as a fault.
SEEDED = {
    "three-tiers": [("一般预警", "general", True), ("重要预警", "important", True), ("最高预警", "highest", True)],
    "four-colours": [
        ("D级（绿色）", "", False),
        ("C级（蓝色）", "general", True),
        ("B级（黄色）", "important", True),
        ("A级（红色）", "highest", True),
    ],
}
LIGHT_TO_GRAVE = [
    LevelFacts("关注", "grey", "", False),
    LevelFacts("提示", "blue", Tier.GENERAL),
    LevelFacts("警示", "red", Tier.HIGHEST),
]


@pytest.mark.parametrize("code", SEEDED)
def test_the_seeded_schemes(code):
    levels = WarningLevel.objects.filter(scheme__code=code, scheme__unit=None).order_by("severity")
    assert [(level.label, level.tier, level.is_fault) for level in levels] == SEEDED[code]


def test_the_seeded_mapping():
    pairs = LevelMapping.objects.filter(from_level__scheme__code="four-colours").values_list("from_level__label", "to_level__label")
    assert dict(pairs) == {"C级（蓝色）": "一般预警", "B级（黄色）": "重要预警", "A级（红色）": "最高预警"}


def test_limits_of_the_unit_move_the_next_steps():
    bureau = small_unit()
    by = fresh(starter(bureau))
    row = service.settings_of(bureau.unit.pk)
    assert row.unit is None
    limits = {"issued": {"days": 7, "working": False}}
    own = service.change(unit=bureau.unit, values={"amber_share": Decimal("0.8")}, limits=limits, by=by, version=row.version)
    assert (own.unit, own.limit("issued").days, own.limit("verified").days) == (bureau.unit, 7, 5)
    warning = advance(bureau, drafted(bureau), "issued")
    assert (warning.step_due_on - warning.step_since.date()).days in (7, 8)  # the day of Shanghai may be one further than UTC's
    with pytest.raises(Conflict):
        service.change(unit=bureau.unit, values={}, limits={}, by=by, version=own.version - 1 or 99)


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ({"quorum_numerator": 4, "quorum_denominator": 3}, {}),
        ({"amber_share": Decimal(1)}, {}),
        ({}, {"issued": {"days": 0, "working": True}}),
    ],
)
def test_settings_that_make_no_sense(values, limits):
    bureau = small_unit()
    with pytest.raises(DomainError):
        service.change(unit=bureau.unit, values=values, limits=limits, by=fresh(starter(bureau)))
    assert service.settings_of(bureau.unit.pk).unit is None


def test_only_the_discipline_committee_changes_them():
    bureau = small_unit()
    for who in (bureau.head, bureau.deputies[0], bureau.clerk):
        with pytest.raises(NotAllowed):
            service.change(unit=bureau.unit, values={}, limits={}, by=fresh(who))


def test_a_scheme_of_the_unit_is_used_and_then_fixed():
    bureau = small_unit()
    by = fresh(starter(bureau))
    scheme = catalogue.save_scheme(unit=bureau.unit, name="本局预警等级", levels=LIGHT_TO_GRAVE, by=by)
    service.change(unit=bureau.unit, values={"scheme": scheme}, limits={}, by=by)
    warning = drafted(bureau, Tier.HIGHEST, department=bureau.departments[1].department)
    assert (warning.level.scheme, warning.level.label) == (scheme, "警示")
    with pytest.raises(DomainError):
        # No level of the unit's scheme is an important one.
        drafting.draft(unit=bureau.unit, level=tier_level("important"), by=by, person=bureau.clerk, grounds="事由")
    with pytest.raises(NotPossible):
        catalogue.save_scheme(unit=bureau.unit, name="改名", levels=LIGHT_TO_GRAVE, by=by, scheme=scheme)
    with pytest.raises(NotPossible):
        catalogue.close_scheme(scheme=scheme, by=by)


def test_what_a_level_stands_for():
    bureau = small_unit()
    by = fresh(starter(bureau))
    red = WarningLevel.objects.get(scheme__code="four-colours", severity=3)
    levels = [LevelFacts("提示", "blue", Tier.GENERAL, stands_for=red), LevelFacts("警示", "red", Tier.HIGHEST)]
    scheme = catalogue.save_scheme(unit=bureau.unit, name="本局预警等级", levels=levels, by=by)
    service.change(unit=bureau.unit, values={"scheme": scheme}, limits={}, by=by)
    assert service.mapped(red, bureau.unit.pk).label == "提示", "what the unit says goes before the tier"


@pytest.mark.parametrize(
    "levels",
    [
        [],
        [LevelFacts("甲", "blue")],
        [LevelFacts("甲", "blue", Tier.HIGHEST), LevelFacts("乙", "red", Tier.GENERAL)],
        [LevelFacts("甲", "blue", Tier.GENERAL), LevelFacts("甲", "red", Tier.HIGHEST)],
        [LevelFacts("甲", "blue", Tier.GENERAL), LevelFacts("乙", "red")],
        [LevelFacts(" ", "blue", Tier.GENERAL)],
    ],
    ids=["none", "no tier", "a graver level of a lower tier", "twice the same", "a reminder on top", "without a label"],
)
def test_schemes_that_make_no_sense(levels):
    bureau = small_unit()
    with pytest.raises(DomainError):
        catalogue.save_scheme(unit=bureau.unit, name="等级", levels=levels, by=fresh(starter(bureau)))
    assert not WarningScheme.objects.filter(unit=bureau.unit).exists()


def test_a_unit_changes_a_common_disposition_for_itself_alone():
    bureau, other = small_unit(), small_unit(code="OT", name="另一个局")
    by = fresh(starter(bureau))
    common = DispositionKind.objects.get(unit=None, code="criticism")
    facts = KindFacts("批评教育", ["person"], ["general"], "discipline", "not_on_file", 5)
    own = catalogue.save_kind(unit=bureau.unit, facts=facts, by=by, kind=common, version=common.version)
    assert own.unit == bureau.unit
    assert [kind.pk for kind in DispositionKind.objects.of_unit(bureau.unit.pk).filter(code="criticism")] == [own.pk]
    assert [kind.pk for kind in DispositionKind.objects.of_unit(other.unit.pk).filter(code="criticism")] == [common.pk]
    catalogue.use_kind(unit=bureau.unit, kind=own, in_use=False, by=by)
    warning = advance(bureau, drafted(bureau), "issued")
    for kind in (own, common):
        with pytest.raises(DomainError):
            dispositions.order(warning=warning, kind=kind, by=by)


def test_a_new_disposition_and_its_faults():
    bureau = small_unit()
    by = fresh(starter(bureau))
    facts = KindFacts("廉政提醒函", ["person"], ["general"], "discipline", "not_on_file")
    made = catalogue.save_kind(unit=bureau.unit, facts=facts, by=by)
    for wrong in (
        facts,  # the name is taken
        KindFacts(" ", ["person"], ["general"], "discipline", "none"),
        KindFacts("无处可用", [], ["general"], "discipline", "none"),
    ):
        with pytest.raises(DomainError):
            catalogue.save_kind(unit=bureau.unit, facts=wrong, by=by)
    with pytest.raises(NotAllowed):
        catalogue.save_kind(unit=bureau.unit, facts=facts, by=fresh(bureau.head), kind=made)


def test_who_answers_follows_the_division_of_work():
    bureau = small_unit()
    warning = advance(bureau, drafted(bureau, "important"), "rectifying")
    assert warning.responsible == bureau.deputies[0]
    department, second = bureau.departments[1].department, bureau.deputies[1]
    division = DivisionOfWork.objects.get(department=department)
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    appointments.end_division(division=division, by=None, ends_on=yesterday, reason="分工调整")
    warning.refresh_from_db()
    assert (warning.responsible, warning.responsible_how) == (bureau.head, "unit_head"), "a vacancy moves up"
    appointments.put_in_charge(appointment=bureau.appointments[second.pk], department=department, by=None, starts_on=today)
    warning.refresh_from_db()
    assert (warning.responsible, warning.responsible_how) == (second, "deputy")
    assert second.notices.filter(kind="warning").exists()


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("page", ["settings", "schemes", "scheme_new", "disposition_kinds", "disposition_kind_new"])
def test_pages_for_the_committee_alone(page):
    bureau = small_unit()
    assert client_of(starter(bureau)).get(reverse(f"warnings:{page}")).status_code == 200
    assert client_of(bureau.head).get(reverse(f"warnings:{page}")).status_code == 404


def test_settings_through_the_page():
    bureau = small_unit()
    client = client_of(starter(bureau))
    url = reverse("warnings:settings")
    form = client.get(url).context["form"]
    changed = {"approval_mode": "vote", "amber": "80", "days_issued": "2", "remind_before": "7"}
    data = {name: form[name].value() for name in form.fields} | {"version": "1"} | changed
    assert client.post(url, data).status_code == 302
    row = service.settings_of(bureau.unit.pk)
    assert (row.approval_mode, row.amber_share, row.limit("issued").days, row.remind_before) == ("vote", Decimal("0.80"), 2, 7)
    assert client.post(url, data | {"quorum_numerator": "5"}).status_code in (409, 422)
    assert client.post(url, data | {"version": str(row.version), "quorum_numerator": "5"}).status_code == 422


def test_a_scheme_and_a_disposition_through_the_pages():
    bureau = small_unit()
    client = client_of(starter(bureau))
    rows = {"levels-TOTAL_FORMS": "2", "levels-INITIAL_FORMS": "0", "levels-MIN_NUM_FORMS": "1", "levels-MAX_NUM_FORMS": "6"}
    for n, (label, tier, colour) in enumerate([("提示", "general", "blue"), ("警示", "highest", "red")]):
        rows |= {f"levels-{n}-label": label, f"levels-{n}-tier": tier, f"levels-{n}-colour": colour, f"levels-{n}-ORDER": str(n + 1)}
    url = reverse("warnings:scheme_new")
    assert client.post(url, {"name": "两级预警", "note": ""} | rows).status_code == 302
    scheme = WarningScheme.objects.get(unit=bureau.unit)
    assert [level.label for level in scheme.levels.all()] == ["提示", "警示"]
    assert client.get(reverse("warnings:scheme", args=[scheme.pk])).status_code == 200
    assert client.post(reverse("warnings:scheme_close", args=[scheme.pk]), {"version": scheme.version}).status_code == 302
    kind = {"name": "廉政提醒函", "subject_kinds": ["person"], "tiers": ["general"], "ordered_by": "discipline", "effect": "not_on_file"}
    kind |= {"limit_days": "5", "limit_working": "working", "talk_kind": ""}
    assert client.post(reverse("warnings:disposition_kind_new"), kind).status_code == 302
    made = DispositionKind.objects.get(name="廉政提醒函")
    assert client.post(reverse("warnings:disposition_kind_use", args=[made.pk]), {"version": made.version}).status_code == 302
    made.refresh_from_db()
    assert made.closed_on
