"""Every file that goes out: an attachment under a name of ours, never shown in the page, and only to those who may (quality.md: files)."""

from urllib.parse import quote, unquote

import pytest
from django.urls import reverse

from common.models import StoredFile
from tests.security.hostile import Attempt
from tests.security.stage import Stage
from tests.test_permission_matrix import LINES, Line, address_of

WHOLE_UNIT = {"deputy_in_charge", "unit_head", "leading_group_office", "discipline_committee"}
UNIT = {"own", "same_department", "other_department", "department_head"} | WHOLE_UNIT
OFFICE = {"unit_head", "leading_group_office"}
# Written by hand: route, object of the matrix → who gets the file. Everybody else gets 404, or the sign-in page.
FILES = {
    ("jobs:download", "finished_job"): {"own"},
    ("risks:measure_proof", "done_measure"): {"own", "department_head"} | WHOLE_UNIT,
    ("powers:rule-file", "rule_in_force"): UNIT,
    ("powers:export", ""): UNIT | {"other_unit_head"},
    ("risks:register_export", ""): UNIT | {"other_unit_head"},
    ("risks:position_levels_export", ""): UNIT | {"other_unit_head"},
    ("risks:measures_export", ""): UNIT | {"other_unit_head"},
    ("reporting:import_template", ""): OFFICE | {"other_unit_head"},
    ("reporting:import_findings", "checked_import"): OFFICE,
    ("reporting:form_document", "form"): {"own"},
    ("reporting:form_document", "signed_form"): {"own", "department_head"} | WHOLE_UNIT,
    ("reporting:list_template", "kind=the_rules"): UNIT | {"other_unit_head"},
    ("reporting:list_template", "kind=the_signs"): {"discipline_committee"},
    ("reporting:list_template", "kind=the_organisation"): {"system_admin"},
    ("reporting:list_findings", "checked_list"): OFFICE,
    ("leads:ledger_export", ""): {"deputy_in_charge", "unit_head", "discipline_committee", "other_unit_head"},
    ("warnings:export", ""): UNIT | {"other_unit_head"},
    ("warnings:rectification_export", ""): UNIT | {"other_unit_head"},
    ("warnings:points_export", ""): UNIT | {"other_unit_head"},
    ("reporting:talk_document", "held_talk"): {"own", "department_head", "discipline_committee"},
    ("reporting:warning_notice", "paper_warning"): {"own", "deputy_in_charge", "discipline_committee"},
    ("reporting:warning_advice", "paper_advice"): {"own", "deputy_in_charge", "discipline_committee"},
    ("reporting:rectification_report", "paper_report"): {"own", "deputy_in_charge", "discipline_committee"},
    ("assessments:summary_export", ""): UNIT | {"other_unit_head"},
    ("assessments:survey_export", "survey_closed"): {"deputy_in_charge", "unit_head", "discipline_committee"},
    ("assessments:eligibility_template", ""): {"discipline_committee"},
    ("assessments:eligibility_export", "eligibility"): {"discipline_committee"},
    ("reporting:eligibility_opinion", "eligibility"): {"discipline_committee"},
    ("reporting:eligibility_certificate", "eligibility_line"): {"discipline_committee"},
    ("reporting:result_sheet", "final_result"): {"own", "deputy_in_charge", "unit_head", "discipline_committee"},
    ("reporting:own_file_document", ""): UNIT | {"other_unit_head"},
    ("reporting:file_document", "open_file"): {"discipline_committee"},
    ("reporting:annual_document", "annual_draft"): {"discipline_committee"},
    ("reporting:annual_document", "annual_submitted"): {"unit_head", "discipline_committee"},
    ("reporting:annual_document", "annual_approved"): WHOLE_UNIT,
    ("reporting:paper_default_file", "kind=template_kind"): {"system_admin"},
    ("reporting:paper_version_file", "template_checked"): {"system_admin"},
    ("reporting:paper_trial_file", "template_checked"): {"system_admin"},
    ("leads:attachment", "public_id=reported_lead;pk=lead_file"): {"discipline_committee"},
}
SHOWN = ("text/html", "application/json")
SUFFIXES = (".xlsx", ".csv", ".docx", ".pdf")


@pytest.mark.parametrize(("route", "thing"), sorted(FILES))
def test_only_those_who_may_get_it_and_as_an_attachment(stage: Stage, route: str, thing: str) -> None:
    address = address_of(stage.world, Line(0, route, "GET", thing, "", {}))
    for relation in ["anonymous", *stage.world.people]:
        with stage.undone():
            answer = stage.ask(relation, Attempt("GET", address))
        disposition = answer.headers.get("Content-Disposition", "")
        if relation not in FILES[route, thing]:
            assert answer.status_code == (302 if relation == "anonymous" else 404), relation
            assert not disposition, relation
            continue
        assert answer.status_code == 200, relation
        assert disposition.startswith("attachment; filename"), (relation, disposition)
        assert unquote(disposition).strip('"').endswith(SUFFIXES), disposition
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert not answer.headers["Content-Type"].startswith("text/html")


def test_no_other_route_sends_a_file(stage: Stage) -> None:
    """Every readable line of the matrix answers a page, or stands in the list above."""
    sent = set()
    for line in (line for line in LINES if line.verb == "GET"):
        reader = next((r for r, value in line.expected.items() if value == "ok" and r in stage.cookies), None)
        if reader is None:
            continue
        with stage.undone():
            answer = stage.ask(reader, Attempt("GET", address_of(stage.world, line), query=quote(line.data, safe="=&")))
        if answer.status_code == 200 and not answer.headers["Content-Type"].startswith(SHOWN):
            sent.add((line.route, line.object))
    assert sent == set(FILES)


@pytest.mark.parametrize(
    "name",
    ['x".pdf', "a\r\nSet-Cookie: b=c.pdf", "../../etc/passwd.pdf", "\u202efdp.exe.pdf", "<script>.pdf", "=1+1.pdf", "x" * 400 + ".pdf"],
)
def test_a_strange_name_stays_a_name(stage: Stage, name: str) -> None:
    """Whatever the row says (old rows, other programs), the header stays one header."""
    file = stage.world.objects["finished_job"].file
    with stage.undone():
        StoredFile.objects.filter(pk=file.pk).update(name=name[:120])
        answer = stage.ask("own", Attempt("GET", reverse("jobs:download", args=[stage.world.address_value("finished_job")])))
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment; filename")
        assert not set(answer.headers["Content-Disposition"]) & set("\r\n\u202e")
        assert "Set-Cookie" not in answer.headers
