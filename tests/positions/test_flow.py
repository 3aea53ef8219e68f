"""Writing a flowchart: the service, and the editor's pages with good and bad input."""

import uuid

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from common.errors import Conflict, DomainError, NotAllowed
from positions.flow_templates import TEMPLATES, rows_of
from positions.flowcharts import findings_of
from positions.models import FlowLink, FlowStep, PowerItem
from positions.services.flow import MAX_STEPS, StepRow, save_flow
from tests.factories.organisation import small_unit
from tests.factories.powers import CatalogueFactory, PowerItemFactory, publish, simple_flow

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_unit()


@pytest.fixture
def item(world):
    return PowerItemFactory(catalogue=CatalogueFactory(unit=world.unit), position=world.departments[1].positions["s0"])


def row(key, name="环节", **more):
    return StepRow(**({"key": key, "kind": "action", "name": name, "role": "经办人", "days": 1} | more))


A, B, C = (uuid.uuid4() for _ in range(3))
MANY = [uuid.uuid4() for _ in range(9)]


def test_rows_become_steps_and_links_and_keep_their_keys(world, item):
    position = world.departments[1].positions["s0"]
    rows = [
        row(A, "受理", kind="start", position_id=position.pk, role="", exits=((B, ""),)),
        row(B, "决定", kind="decision", exits=((C, "同意"), (A, "退回补正"))),
        row(C, "办结", kind="end", role="", days=None),
    ]
    saved = save_flow(item=item, by=world.clerk, rows=rows, version=item.version)
    assert saved.version == item.version + 1
    assert [(s.order, s.key, s.name) for s in saved.steps.all()] == [(1, A, "受理"), (2, B, "决定"), (3, C, "办结")]
    assert {(x.source.name, x.target.name, x.condition) for x in saved.links.all()} == {
        ("受理", "决定", ""),
        ("决定", "办结", "同意"),
        ("决定", "受理", "退回补正"),
    }
    ids = {s.key: s.pk for s in saved.steps.all()}
    again = [rows[1], row(A, "受理申请", kind="start", exits=((B, ""),)), rows[2]]
    saved = save_flow(item=saved, by=world.clerk, rows=again)
    assert [(s.order, s.name, ids[s.key] == s.pk) for s in saved.steps.all()] == [
        (1, "决定", True),
        (2, "受理申请", True),
        (3, "办结", True),
    ]
    assert AuditEvent.objects.filter(action="power.flow_changed").count() == 2


def test_saving_what_is_there_already_changes_nothing(world, item):
    simple_flow(item)
    rows = [
        StepRow(
            key=s.key,
            kind=s.kind,
            name=s.name,
            role=s.role,
            days=s.days,
            exits=tuple((x.target.key, x.condition) for x in s.outgoing.all()),
        )
        for s in item.steps.all()
    ]
    assert save_flow(item=item, by=world.clerk, rows=rows).version == item.version
    assert not AuditEvent.objects.filter(action="power.flow_changed").exists()


def test_a_step_that_goes_takes_its_links(world, item):
    steps = simple_flow(item)
    save_flow(item=item, by=world.clerk, rows=[row(steps[0].key, kind="start", exits=((steps[2].key, ""),)), row(steps[2].key, kind="end")])
    assert FlowStep.objects.count() == 2
    assert FlowLink.objects.count() == 1
    assert FlowStep.history.filter(history_type="-").count() == 1


@pytest.mark.parametrize("case", ["itself", "elsewhere", "twice", "doubled", "many", "exits", "position", "department"])
def test_rows_that_are_no_chart_of_this_item_are_refused_whole(world, item, case):
    simple_flow(item)
    before = list(FlowStep.objects.values())
    stranger = simple_flow(PowerItemFactory(catalogue=item.catalogue, department=world.departments[1].department))[0]
    other = small_unit(code="OT", name="另一局").departments[0]
    rows = {
        "itself": [row(A, exits=((A, ""),))],
        "elsewhere": [row(A, exits=((stranger.key, ""),))],
        "twice": [row(A, exits=((B, "同意"), (B, "不同意"))), row(B)],
        "doubled": [row(A), row(A)],
        "many": [row(uuid.uuid4()) for _ in range(500)],
        "exits": [row(A, exits=tuple((key, "") for key in MANY)), *(row(key) for key in MANY)],
        "position": [row(A, position_id=other.positions["s0"].pk)],
        "department": [row(A, department_id=other.department.pk)],
    }[case]
    with pytest.raises(DomainError):
        save_flow(item=item, by=world.clerk, rows=rows)
    assert list(FlowStep.objects.filter(item=item).values()) == before


def test_stale_and_foreign_writers(world, item):
    with pytest.raises(Conflict):
        save_flow(item=item, by=world.clerk, rows=[row(A)], version=item.version + 3)
    with pytest.raises(NotAllowed):
        save_flow(item=item, by=world.departments[2].staff[0], rows=[row(A)])


@pytest.mark.parametrize("code", list(TEMPLATES))
def test_each_template_obeys_the_rule_it_is_for(world, item, code):
    item.requires = {
        "approval": ["separation"],
        "five_hands": ["five_hands", "separation"],
        "panel": ["panel"],
        "collective": ["collective"],
    }[code]
    item.time_limit_days = 60
    item.save()
    rows = [
        StepRow(
            key=uuid.UUID(r["key"]),
            kind=r["kind"],
            name=r["name"],
            role=r["role"],
            days=r["days"],
            hand=r.get("hand", ""),
            function=r.get("function", ""),
            mode=r["mode"],
            panel=tuple(r.get("panel", ())),
            head_last=r.get("head_last", False),
            exits=tuple((uuid.UUID(r[f"to{n}"]), r[f"if{n}"]) for n in range(1, 6) if r.get(f"to{n}")),
        )
        for r in rows_of(code)
    ]
    item = save_flow(item=item, by=world.clerk, rows=rows)
    assert findings_of(item) == []


# ---- pages


def form(item, rows, **more):
    """What the browser sends for these rows."""
    data = {
        "steps-TOTAL_FORMS": len(rows),
        "steps-INITIAL_FORMS": 0,
        "steps-MIN_NUM_FORMS": 0,
        "steps-MAX_NUM_FORMS": 60,
        "version": item.version,
    }
    for n, values in enumerate(rows):
        data |= {f"steps-{n}-{name}": value for name, value in ({"kind": "action", "mode": "individual", "ORDER": n + 1} | values).items()}
    return data | more


def rows_for(world):
    holder = f"p{world.departments[1].positions['s0'].pk}"
    return [
        {"key": A, "kind": "start", "name": "受理", "holder": holder, "days": 1, "to1": B},
        {"key": B, "kind": "decision", "name": "决定", "role": "分管领导", "days": 2, "to1": C, "if1": "同意", "to2": A, "if2": "退回补正"},
        {"key": C, "kind": "end", "name": "办结"},
    ]


def test_the_editor_without_scripts(client, world, item):
    client.force_login(world.clerk)
    page = client.get(reverse("powers:flow", args=[item.pk]))
    assert page.content.decode().count("data-formset-row>") == 3 + 1  # three spare rows and the pattern
    answer = client.post(reverse("powers:flow", args=[item.pk]), form(item, rows_for(world)))
    assert answer.status_code == 302
    assert [s.name for s in item.steps.all()] == ["受理", "决定", "办结"]
    assert item.links.count() == 3
    page = client.get(reverse("powers:flow", args=[item.pk])).content.decode()
    assert page.count("data-formset-row>") == 3 + 3 + 1
    assert f'<option value="{B}" selected>2. 决定</option>' in page


def test_a_template_fills_the_rows_and_saves_nothing(client, world, item):
    client.force_login(world.clerk)
    page = client.get(reverse("powers:flow", args=[item.pk]) + "?template=five_hands").content.decode()
    assert "主要领导审批" in page
    assert not FlowStep.objects.exists()


def test_a_removed_row_takes_the_links_to_it_along(client, world, item):
    client.force_login(world.clerk)
    rows = rows_for(world)
    rows[2]["DELETE"] = "on"
    assert client.post(reverse("powers:flow", args=[item.pk]), form(item, rows)).status_code == 302
    assert [s.name for s in item.steps.all()] == ["受理", "决定"]
    assert item.links.count() == 2


def test_order_comes_from_the_numbers(client, world, item):
    client.force_login(world.clerk)
    rows = rows_for(world)
    rows[0]["ORDER"], rows[1]["ORDER"] = 2, 1
    client.post(reverse("powers:flow", args=[item.pk]), form(item, rows))
    assert [s.name for s in item.steps.order_by("order")] == ["决定", "受理", "办结"]


def test_autosave_and_its_conflict(client, world, item):
    client.force_login(world.clerk)
    url = reverse("powers:flow-autosave", args=[item.pk])
    answer = client.post(url, form(item, rows_for(world)))
    assert answer.status_code == 200
    assert answer.json()["version"] == item.version + 1
    stale = client.post(url, form(item, rows_for(world)[:1]))
    assert stale.status_code == 409
    assert item.steps.count() == 3


def test_the_live_check_answers_and_changes_nothing(client, world, item):
    client.force_login(world.clerk)
    url = reverse("powers:flow-check", args=[item.pk])
    rows = rows_for(world)
    assert "检查未发现问题" in client.post(url, form(item, rows)).content.decode()
    rows[1]["role"] = ""
    part = client.post(url, form(item, rows)).content.decode()
    assert "“决定”没有责任人" in part
    assert f'data-step="{B}"' in part
    assert not FlowStep.objects.exists()


BAD = {
    "itself": (0, {"to1": A}),
    "unknown step": (0, {"to1": uuid.uuid4()}),
    "no key": (0, {"key": "nonsense"}),
    "next is no key": (0, {"to1": "<script>"}),
    "kind": (0, {"kind": "explode"}),
    "huge days": (0, {"days": "99999999999999999999"}),
    "negative days": (0, {"days": "-1"}),
    "holder": (0, {"holder": "p99999999"}),
    "holder text": (0, {"holder": "x1"}),
    "holder huge": (0, {"holder": "p" + "9" * 60}),
    "NUL": (0, {"name": "受\0理"}),
    "long name": (0, {"name": "长" * 81}),
    "hand": (0, {"hand": "sixth"}),
    "panel": (0, {"panel": "everybody"}),
    "nameless": (0, {"name": ""}),
    "order": (0, {"ORDER": "first"}),
}


@pytest.mark.parametrize("case", list(BAD))
def test_bad_input_gets_a_message_and_changes_nothing(client, world, item, case):
    client.force_login(world.clerk)
    simple_flow(item)
    before = list(FlowStep.objects.values())
    rows = rows_for(world)
    n, change = BAD[case]
    rows[n] |= change
    answer = client.post(reverse("powers:flow", args=[item.pk]), form(item, rows))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "error-summary" in page or "alert" in page
    assert client.post(reverse("powers:flow-autosave", args=[item.pk]), form(item, rows)).status_code == 422
    assert list(FlowStep.objects.values()) == before


def test_too_many_rows(client, world, item):
    client.force_login(world.clerk)
    rows = [{"key": uuid.uuid4(), "name": f"环节{n}"} for n in range(MAX_STEPS + 1)]
    answer = client.post(reverse("powers:flow", args=[item.pk]), form(item, rows))
    assert answer.status_code == 422
    many = [{"key": uuid.uuid4(), "name": f"环节{n}"} for n in range(500)]
    assert client.post(reverse("powers:flow", args=[item.pk]), form(item, many)).status_code == 422
    answer = client.post(reverse("powers:flow", args=[item.pk]), {"version": item.version})
    assert answer.status_code == 422
    assert not FlowStep.objects.exists()


def test_markup_in_a_name_is_text(client, world, item):
    client.force_login(world.clerk)
    rows = rows_for(world)
    rows[0]["name"] = "<script>alert(1)</script>"
    client.post(reverse("powers:flow", args=[item.pk]), form(item, rows))
    for name in ("powers:item", "powers:flow", "powers:flow-print"):
        page = client.get(reverse(name, args=[item.pk])).content.decode()
        assert "<script>alert(1)" not in page


def test_who_may_open_the_editor(client, world, item):
    url = reverse("powers:flow", args=[item.pk])
    client.force_login(world.departments[2].staff[0])
    assert client.get(url).status_code == 404
    client.force_login(world.deputies[0])  # sees it, but does not write it
    assert client.get(url).status_code == 403
    publish(item.catalogue)
    client.force_login(world.clerk)
    assert client.get(url).status_code == 403
    assert client.post(url, form(item, rows_for(world))).status_code == 403
    assert not PowerItem.objects.get().steps.exists()
