"""A unit's template from the upload to the paper: what comes out of the real routes, versions, and what happens when one fails."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from common.files import store_result
from notifications.models import Notice
from reporting.documents.parts import DOCX
from reporting.models import DocumentTemplate
from reporting.paper_templates import services
from reporting.paper_templates.kinds import KINDS
from reporting.paper_templates.rendering import paper
from reporting.paper_templates.schema import sample_values
from tests.matrix_world import build_world
from tests.reporting.paper_templates.making import HEADER, shown, with_header, with_line
from tests.test_permission_matrix import Line, Stage, address_of

ADVICE = "disciplinary_advice"
# Route, its object in the world, who asks, which template. What is not here is made by the same routes (forms, talks).
ROUTES = [
    ("reporting:form_document", "signed_form", "unit_head", "form_position"),
    ("reporting:talk_document", "held_talk", "own", "talk_record"),
    ("reporting:warning_notice", "paper_warning", "own", "warning_notice"),
    ("reporting:warning_advice", "paper_advice", "own", "disciplinary_advice"),
    ("reporting:rectification_report", "paper_report", "own", "rectification_report"),
    ("reporting:eligibility_certificate", "eligibility_line", "discipline_committee", "eligibility_certificate"),
    ("reporting:result_sheet", "final_result", "own", "result_sheet"),
    ("reporting:own_file_document", "", "own", "integrity_file"),
    ("reporting:annual_document", "annual_approved", "unit_head", "annual_report"),
]


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        DocumentTemplate.objects.all().delete()
        yield Stage(world, world.sign_in())
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def undone(stage: Stage, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def in_use(stage: Stage, kind: str, data: bytes) -> DocumentTemplate:
    admin = stage.world.people["system_admin"]
    file = store_result(content=io.BytesIO(data), name="模板.docx", content_type=DOCX, by=admin)
    return DocumentTemplate.objects.create(
        unit=stage.world.home.unit, kind=kind, number=1, file=file, uploaded_by=admin, state="in_use", used_by=admin, used_at=timezone.now()
    )


def upload(stage: Stage, data: bytes, kind: str = ADVICE) -> DocumentTemplate:
    admin = stage.world.people["system_admin"]
    return services.upload(unit=stage.world.home.unit, kind=kind, content=io.BytesIO(data), name="模板.docx", note="加页眉", by=admin)


@pytest.mark.parametrize(("route", "thing", "relation", "kind"), ROUTES)
def test_the_route_gives_the_same_content_on_the_unit_s_template(stage: Stage, route: str, thing: str, relation: str, kind: str) -> None:
    address = address_of(stage.world, Line(0, route, "GET", thing, "", {}))
    plain = shown(stage.ask(relation, "GET", address).content)
    assert len(plain) > 5
    in_use(stage, kind, with_header(kind))
    assert shown(stage.ask(relation, "GET", address).content) == [HEADER, *plain]


def test_a_template_belongs_to_one_unit_and_one_kind(stage: Stage) -> None:
    used = in_use(stage, ADVICE, with_header(ADVICE))
    values = sample_values(KINDS[ADVICE].fields)
    assert HEADER in shown(paper(ADVICE, unit_id=used.unit_id, values=values).getvalue())
    assert HEADER not in shown(paper(ADVICE, unit_id=stage.world.elsewhere.unit.pk, values=values).getvalue())
    other = sample_values(KINDS["warning_notice"].fields)
    assert HEADER not in shown(paper("warning_notice", unit_id=used.unit_id, values=other).getvalue())
    with pytest.raises(KeyError, match="主送"):
        paper(ADVICE, unit_id=used.unit_id, values={name: text for name, text in values.items() if name != "主送"})


def test_versions_are_put_in_use_one_at_a_time_and_come_back(stage: Stage) -> None:
    admin = stage.world.people["system_admin"]
    first, second = upload(stage, with_header(ADVICE)), upload(stage, with_line(ADVICE, "第二版"))
    assert [(one.number, one.state, one.note) for one in (first, second)] == [(1, "checked", "加页眉"), (2, "checked", "加页眉")]

    def states() -> list[str]:
        return list(DocumentTemplate.objects.order_by("number").values_list("state", flat=True))

    services.put_in_use(template=first, by=admin)
    services.put_in_use(template=second, by=admin)
    assert states() == ["replaced", "in_use"]
    services.put_in_use(template=first, by=admin)
    assert states() == ["in_use", "replaced"]
    used = DocumentTemplate.objects.in_use().get()
    services.back_to_default(template=used, by=admin, version=used.version)
    assert states() == ["replaced", "replaced"]
    told = list(AuditEvent.objects.filter(action__startswith="document_template.").order_by("pk").values_list("action", flat=True))
    assert [action.rpartition(".")[2] for action in told] == [
        "uploaded", "uploaded", "used", "replaced", "used", "replaced", "used", "replaced",
    ]  # fmt: skip
    assert first.history.count() == 5


def test_the_database_keeps_one_in_use_and_the_file_of_a_version(stage: Stage) -> None:
    used = in_use(stage, ADVICE, with_header(ADVICE))
    other = upload(stage, with_header(ADVICE))
    with pytest.raises(IntegrityError, match="one_in_use"), transaction.atomic():
        DocumentTemplate.objects.filter(pk=other.pk).update(state="in_use", used_by=used.used_by, used_at=timezone.now())
    with pytest.raises(Exception, match="Cannot update rows"), transaction.atomic():
        DocumentTemplate.objects.filter(pk=used.pk).update(file_id=other.file_id)


def test_a_template_that_fails_loses_no_paper(stage: Stage) -> None:
    address = address_of(stage.world, Line(0, "reporting:warning_advice", "GET", "paper_advice", "", {}))
    plain = shown(stage.ask("own", "GET", address).content)
    broken = in_use(stage, ADVICE, b"no document at all")
    assert shown(stage.ask("own", "GET", address).content) == plain
    made = [paper(ADVICE, unit_id=broken.unit_id, values=sample_values(KINDS[ADVICE].fields)) for _n in range(3)]
    assert all(one.fell_back for one in made)
    broken.refresh_from_db()
    assert broken.failed_at is not None
    [notice] = Notice.objects.filter(kind="document_template")
    assert (notice.person, "模板" in notice.text) == (stage.world.people["system_admin"], True)
    assert AuditEvent.objects.filter(action="document_template.failed").count() == 1


def test_the_pages_from_the_download_to_the_use_and_back(stage: Stage, client: Any) -> None:
    world = stage.world
    client.force_login(world.people["system_admin"])
    unit = world.home.unit
    page = reverse("reporting:paper", args=[unit.pk, ADVICE])
    listed = client.get(reverse("reporting:papers"), {"unit": unit.pk}).content.decode()
    assert all(kind.title in listed for kind in KINDS.values())
    assert "{{ 存在的问题 }}" in client.get(page).content.decode()

    def send(data: bytes) -> Any:
        return client.post(page, {"file": SimpleUploadedFile("新模板.docx", data, DOCX), "note": "加页眉"})

    refused = send(with_line(ADVICE, "{{ 主送方 }}"))
    assert (refused.status_code, DocumentTemplate.objects.count()) == (422, 0)
    assert "没有“主送方”这个占位符" in refused.content.decode()
    good = with_header(ADVICE)
    assert send(good).status_code == 302
    one = DocumentTemplate.objects.get()
    trial = client.get(reverse("reporting:paper_trial_file", args=[one.pk]))
    assert {HEADER, "财务科："} <= set(shown(trial.content))
    assert client.get(reverse("reporting:paper_version_file", args=[one.pk])).getvalue() == good
    use = reverse("reporting:paper_use", args=[one.pk])
    assert client.post(use, {"version": one.version + 1}).status_code == 409
    assert client.post(use, {"version": one.version}).status_code == 302
    shown_page = client.get(page).content.decode()
    assert "本单位第1版" in shown_page
    assert "恢复内置模板" in shown_page
    one.refresh_from_db()
    assert client.post(reverse("reporting:paper_withdraw", args=[one.pk]), {"version": one.version}).status_code == 302
    assert not DocumentTemplate.objects.in_use().exists()


def test_who_downloads_is_told_that_the_template_failed(stage: Stage, client: Any) -> None:
    in_use(stage, ADVICE, b"no document at all")
    client.force_login(stage.world.people["own"])
    assert client.get(address_of(stage.world, Line(0, "reporting:warning_advice", "GET", "paper_advice", "", {}))).status_code == 200
    assert "本单位的模板出错" in client.get(reverse("web:start")).content.decode()
