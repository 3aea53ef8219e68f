"""Every page, export, notice list and search, as the person reported and as those below: the same with a lead as without one.

Nothing tells that there is a lead: no text, no number, no count, no time, no status.
"""

import io
import re
import zipfile
from urllib.parse import quote

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads.models import Lead, LeadLevel
from leads.services import judging, messages, public, reporting
from leads.services.judging import JudgementFacts
from leads.services.receiving import LeadFacts, SubjectFacts
from tests.leads.reports import upload
from tests.security.hostile import Attempt
from tests.security.stage import Stage
from tests.test_permission_matrix import LINES, address_of

TITLE, CONTENT = "饕餮纹样的礼盒", "魑魅魍魉四字为记的内容"
# What differs from one answer to the next without anybody having done anything.
PASSING = [
    (re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+'), rb"\1"),
    (re.compile(rb'(name="(?:once|token)" value=")[^"]+'), rb"\1"),
    (re.compile(rb"\b[0-9a-f]{32}\b"), b"id"),
    (re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), b"address"),  # what was asked for, repeated by the error page
    (re.compile(rb"\b[ac][0-9a-f]{8}(?=\b|-)"), b"id"),  # of a button's dialog or a chart
    (re.compile(rb"(?:T|\b)\d\d:\d\d(:\d\d)?\b"), b"time"),
]
WORDS = ("", TITLE, CONTENT[:4], "廉情", "科长", "CS行政审批科科长", "CS办公室科长", "2026")


def plain(response: HttpResponse) -> tuple[object, ...]:
    """The answer without what passes; a spreadsheet or document by what is in it."""
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = sorted(name for name in archive.namelist() if not name.startswith("docProps/"))
            body = b"".join(name.encode() + archive.read(name) for name in names)
    for pattern, kept in PASSING:
        body = pattern.sub(kept, body)
    return response.status_code, response.headers.get("Location"), response.headers.get("Content-Type"), body


def where(before: tuple[object, ...], after: tuple[object, ...]) -> str:
    """Around the first difference, for whoever must find the leak."""
    old, new = repr(before[:3]) + before[3].decode("utf-8", "replace"), repr(after[:3]) + after[3].decode("utf-8", "replace")  # type: ignore[attr-defined]
    at = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    return f"{old[max(0, at - 80) : at + 80]!r} → {new[max(0, at - 80) : at + 80]!r}"


def crawl(stage: Stage, relation: str) -> dict[str, tuple[object, ...]]:
    """Every line of the matrix that this person may read (the others answer 404 there, lead or not), and every search."""
    lines = [line for line in LINES if line.verb == "GET" and line.expected[relation] in ("ok", "in")]
    asked = [(address_of(stage.world, line), quote(line.data, safe="=&")) for line in lines]
    asked += [(reverse("web:search"), f"q={quote(word)}") for word in WORDS]
    found = {}
    for address, query in asked:
        with stage.undone():
            found[f"{address}?{query}"] = plain(stage.ask(relation, Attempt("GET", address, query=query)))
    return found


def make_leads(stage: Stage, about: str) -> list[Lead]:
    """One by the public, one by name, taken up, asked about, judged: everything that tells somebody something."""
    home = stage.world.home
    person = next(d.head for d in home.departments if d.head.name == about)
    code = public.send(report=public.Report(home.unit, about, TITLE, CONTENT), code=public.new_code(), files=[upload("a.pdf", b"%PDF-1.4")])
    first = public.find(code)
    assert first
    judging.take_up(lead=first, by=home.discipline_head)
    messages.ask(lead=first, by=home.discipline_head, text=CONTENT)
    messages.answer(lead=first, text=CONTENT)
    judging.propose_judgement(
        lead=first,
        facts=JudgementFacts(
            level=LeadLevel.objects.filter(unit=None).first(),
            effects=CONTENT,
            measures=CONTENT,
            outcome="watch",
            due_on=timezone.localdate(),
        ),
        by=home.discipline_head,
    )
    facts = LeadFacts(home.unit, "staff_report", TITLE, CONTENT, [SubjectFacts(person=person)], is_named=True)
    second = reporting.report(facts=facts, reporter=home.departments[2].staff[1])
    return [first, second]


@pytest.mark.parametrize(
    ("about", "readers"),
    [
        # The person reported, somebody below, and an administrator.
        (1, ["department_head", "own", "system_admin"]),
        # Below the person reported although a member of the discipline committee; another one below; a leader with no desk.
        (0, ["discipline_committee", "leading_group_office", "deputy_in_charge"]),
    ],
)
def test_no_page_tells_of_it(stage: Stage, about: int, readers: list[str]) -> None:
    reported = stage.world.home.departments[about].head
    before = {relation: crawl(stage, relation) for relation in readers}
    with stage.undone():
        leads = make_leads(stage, reported.name)
        seen_by_desk = Lead.objects.visible_to(stage.world.home.discipline_head)
        assert {lead.pk for lead in leads} <= set(seen_by_desk.values_list("pk", flat=True)), "else nobody sees anything anyway"
        for relation in readers:
            after = crawl(stage, relation)
            differing = {a: where(before[relation][a], after[a]) for a in after if after[a] != before[relation][a]}
            assert differing == {}, relation
            for lead in leads:
                for name in ("lead", "my_report"):
                    with stage.undone():
                        answer = stage.ask(relation, Attempt("GET", reverse(f"leads:{name}", args=[lead.public_id])))
                    nothing = stage.ask(relation, Attempt("GET", reverse(f"leads:{name}", args=["00000000-0000-4000-8000-000000000000"])))
                    assert plain(answer) == plain(nothing), "it answers like one that does not exist"
                    assert answer.status_code == 404


def test_the_audit_administrator_reads_only_that_something_confidential_happened(stage: Stage) -> None:
    with stage.undone():
        leads = make_leads(stage, stage.world.home.departments[1].head.name)
        client = Client()
        client.force_login(stage.world.people["audit_admin"])
        pages = "".join(client.get(f"{reverse('audit:index')}{query}").content.decode() for query in ("", "?q=lead", "?page=2"))
        for lead in leads:
            for secret in (lead.number, str(lead.public_id), TITLE, CONTENT, "lead.", "leads.lead"):
                assert secret not in pages, secret
