"""Pages of setting up a round: who sees what stands in the matrix; here what the pages say and do."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import Rater, Round
from assessments.services import rounds, settings
from tests.factories.assessments import assessed_in, colleague, only_raters, round_set_up, secretary, weeks
from tests.factories.organisation import SmallUnit, small_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


@pytest.fixture
def client(bureau: SmallUnit) -> Client:
    client = Client()
    client.force_login(secretary(bureau))
    return client


def page(client: Client, name: str, *args: Any, query: str = "") -> str:
    response = client.get(reverse(f"assessments:{name}", args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


def post(client: Client, name: str, *args: Any, **data: Any) -> tuple[int, str]:
    response = client.post(reverse(f"assessments:{name}", args=args), data, follow=True)
    return response.status_code, response.content.decode()


def days() -> dict[str, str]:
    fields: dict[str, str] = {}
    for phase, (first, last) in weeks().items():
        fields |= {f"{phase}_from": first.isoformat(), f"{phase}_until": last.isoformat()}
    return fields


def test_a_round_is_set_up_and_opened_with_three_clicks(bureau: SmallUnit, client: Client) -> None:
    assert "同时生成考核对象和测评人建议名单" in page(client, "round_new")
    status, text = post(client, "round_new", quarter="2026-1", propose="on", **days())
    assert status == 200
    found = Round.objects.get()
    assert (found.year, found.quarter, found.assessed.count()) == (2026, 1, 16)
    assert "2026年第1季度廉政考核" in text
    status, text = post(client, "round_open", found.pk, version=found.version)
    assert "测评已开始，已通知全体测评人" in text
    asked = Rater.objects.filter(assessed__round=found).count()
    assert f"应提交{asked}份，已提交0份" in text


def test_what_blocks_stands_on_the_page_and_the_button_says_why(bureau: SmallUnit, client: Client) -> None:
    found = round_set_up(bureau)
    only_raters(assessed_in(found, bureau.clerk), {}, secretary(bureau))
    text = page(client, "round", found.pk)
    assert "1人没有测评人：CS行政审批科甲。" in text
    assert "?finding=none" in text
    listed = page(client, "people", found.pk, query="?finding=none")
    assert "CS行政审批科甲" in listed
    assert "CS行政审批科乙" not in listed
    status, text = post(client, "round_open", found.pk)
    assert status == 422
    assert "没有测评人" in text


def test_bulk_acts_on_people(bureau: SmallUnit, client: Client) -> None:
    found = round_set_up(bureau)
    staff = [assessed_in(found, person) for person in bureau.departments[1].staff]
    keys = [row.pk for row in staff]
    post(client, "people_change", found.pk, chosen=keys, act="group", group="department_head")
    assert found.assessed.filter(pk__in=keys, group="department_head").count() == 2
    only_raters(staff[0], {}, secretary(bureau))
    post(client, "people_change", found.pk, chosen=keys, act="raters")
    assert staff[0].raters.count() == 8
    post(client, "people_change", found.pk, chosen=keys, act="remove")
    assert found.assessed.count() == 14
    assert post(client, "people_change", found.pk, act="remove")[0] == 422
    _status, text = post(client, "people_add", found.pk, people=[person.pk for person in bureau.departments[1].staff])
    assert "已增加2人" in text
    assert found.assessed.count() == 16


def test_raters_are_added_changed_and_taken_off_on_one_page(bureau: SmallUnit, client: Client) -> None:
    found = round_set_up(bureau)
    clerk = assessed_in(found, bureau.clerk)
    new = colleague(bureau)
    text = page(client, "raters_add", clerk.pk)
    assert new.name in text
    assert f'value="{bureau.clerk.pk}"' not in text
    post(client, "raters_add", clerk.pk, people=[new.pk], relation="partner")
    row = clerk.raters.get(person=new)
    assert row.level == "third"
    post(client, "raters_change", clerk.pk, chosen=[row.pk], act="change", level="first")
    row.refresh_from_db()
    assert row.level == "first"
    post(client, "raters_change", clerk.pk, chosen=[row.pk], act="remove")
    assert not clerk.raters.filter(person=new).exists()
    assert post(client, "raters_change", clerk.pk, chosen=["1"], act="remove")[0] == 422


def test_the_committee_sees_turnout_but_never_who(bureau: SmallUnit, client: Client) -> None:
    found = rounds.open_rating(found=round_set_up(bureau), by=secretary(bureau))
    text = page(client, "people", found.pk)
    number = assessed_in(found, bureau.clerk).raters.count()
    assert f"0/{number}" in text
    raters = page(client, "raters", assessed_in(found, bureau.clerk).pk)
    assert "提交" not in raters.split("<main", 1)[1].split("变动记录")[0]


def test_weights_that_do_not_add_up_are_said_above_the_form(bureau: SmallUnit, client: Client) -> None:
    row = settings.settings_of(bureau.unit.pk, "staff")
    fields = {name: str(getattr(row, name)) for name in settings.FIELDS}
    fields |= {"scale": str(row.scale_id), "indicator_set": str(row.indicator_set_id), "appeal_working": "1", "appraisal": "30"}
    status, text = post(client, "settings_group", "staff", **fields)
    assert status == 422
    assert "考核方式权重合计90%，还差10%" in text
    assert settings.settings_of(bureau.unit.pk, "staff").unit is None
    status, text = post(client, "settings_group", "staff", **fields | {"talks": "25"})
    assert status == 200
    assert settings.settings_of(bureau.unit.pk, "staff").unit == bureau.unit


def test_queries_of_the_lists(bureau: SmallUnit, count_queries: Any) -> None:
    by = secretary(bureau)
    years = iter(range(2000, 2026))

    def more(n: int) -> None:
        Round.objects.bulk_create(
            Round(
                unit=bureau.unit,
                year=2000,
                quarter=1,
                state="cancelled",
                cancelled_reason="重复",
                discipline_body=bureau.bodies["discipline_committee"],
                party_body=bureau.bodies["party_committee"],
                opened_by=by,
            )
            for _n in range(n)
        )

    count_queries("assessments:rounds", user=by, make_rows=more)
    found = round_set_up(bureau, year=next(years))

    def people(n: int) -> None:
        from assessments.services import raters

        raters.add_people(found=found, people=[colleague(bureau).pk for _n in range(n)], by=by)

    count_queries("assessments:people", user=by, make_rows=people, args=[found.pk])


def test_the_start_page_tells_the_committee_what_to_do_next(bureau: SmallUnit, client: Client) -> None:
    found = round_set_up(bureau)
    assert "完成筹备并开始测评" in client.get("/").content.decode()
    rounds.open_rating(found=found, by=secretary(bureau))
    assert "请结束测评" not in client.get("/").content.decode()
    rounds.plan(found=found, days=weeks(timezone.localdate() - timedelta(days=30)), by=secretary(bureau))
    assert "测评期限已过，请结束测评" in client.get("/").content.decode()
