"""An entry drawn from a lead gives the lead away to nobody who may not see it (ADR 0009)."""

from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from common.errors import DomainError, NotAllowed
from early_warnings.models import PointEntry, PointSource, Warning, WarningRecusal
from early_warnings.services import points
from early_warnings.services.points import Facts
from leads.models import Lead
from leads.services import desks
from notifications.models import Notice
from tests.early_warnings.points import behaviour, committee
from tests.factories.leads import lead_about
from tests.factories.organisation import small_unit
from tests.factories.positions import MembershipFactory

LEAD_WORDS = ("廉情", "反映采购询价走过场", "信访")


@pytest.fixture
def unit(db):
    """With a third member of the committee, so that one can be recused."""
    made = small_unit()
    MembershipFactory(body=made.bodies["discipline_committee"], person=made.departments[0].deputy_head)
    return made


@pytest.fixture
def holder(unit):
    """A department head: leads about them go to the discipline committee."""
    return unit.departments[1].head


@pytest.fixture
def lead(unit, holder):
    return lead_about(unit, holder, by=unit.discipline_head)


def from_lead(lead, code="LJ-03") -> Facts:
    return Facts(behaviour(code), timezone.localdate(), "经核实,收受礼品", "第七条", source_kind=PointSource.LEAD, lead=lead)


def pages(person) -> str:
    """What the pages of points say to somebody, without navigation and head of the page."""
    client = Client()
    client.force_login(person)
    found = []
    for name in ("points_mine", "points", "points_ledger"):
        text = client.get(reverse(f"warnings:{name}"), follow=True).content.decode()
        found.append(text[text.index('id="results"') :])
    for entry in PointEntry.objects.visible_to(person):
        text = client.get(entry.get_absolute_url()).content.decode()
        found.append(text[text.index('id="results"') :])
    book = openpyxl.load_workbook(BytesIO(client.get(reverse("warnings:points_export")).content))
    found += [str(cell) for row in book.active.iter_rows(values_only=True) for cell in row]
    return "\n".join(found)


def test_who_may_not_see_the_lead_does_not_see_the_proposal(unit, holder, lead):
    first, second = committee(unit)
    third = unit.departments[0].deputy_head
    desks.recuse(lead=lead, person=second, reason="亲属关系", by=first)
    assert not Lead.objects.visible_to(second).exists()
    entry = points.propose(unit=unit.unit, holder=holder, facts=from_lead(lead), by=first)
    assert set(PointEntry.objects.visible_to(third)) == {entry}
    for person in (second, unit.head, holder, unit.deputies[0]):
        assert not PointEntry.objects.visible_to(person).exists(), person
    assert list(Notice.objects.filter(kind="points").values_list("person", flat=True)) == [third.pk]
    with pytest.raises(NotAllowed):
        points.confirm(entry=entry, by=second)
    with pytest.raises(DomainError):
        points.propose(unit=unit.unit, holder=unit.departments[2].head, facts=from_lead(lead), by=second)
    points.confirm(entry=entry, by=third)
    assert WarningRecusal.objects.filter(warning=Warning.objects.get(), person=second).exists(), "recused there too"


def test_confirmed_it_says_nothing_of_where_it_comes_from(unit, holder, lead):
    first, second = committee(unit)
    entry = points.confirm(entry=points.propose(unit=unit.unit, holder=holder, facts=from_lead(lead), by=first), by=second)
    for person in (holder, unit.deputies[0], unit.head):
        text = pages(person)
        assert entry.behaviour.text in text
        for word in (*LEAD_WORDS, lead.number, str(lead.public_id)):
            assert word not in text, f"{person}: {word}"
    assert "廉情" in pages(first)
    told = "".join(Notice.objects.filter(person__in=[holder, unit.head, *unit.deputies]).values_list("text", flat=True))
    assert not any(word in told for word in LEAD_WORDS)
    kept = "".join(str(row.__dict__) for row in AuditEvent.objects.filter(object_type="warnings.pointentry"))
    assert str(lead.public_id) not in kept
    assert lead.number not in kept
    assert holder.name not in kept
    draft = Warning.objects.get()
    assert not any(word in draft.grounds + draft.basis + draft.source_text for word in (*LEAD_WORDS, lead.number))


def test_the_form_offers_leads_to_who_sees_some(unit, lead):
    first, second = committee(unit)
    desks.recuse(lead=lead, person=second, reason="亲属关系", by=first)
    answers = {}
    for person in (first, second):
        client = Client()
        client.force_login(person)
        answers[person.pk] = client.get(reverse("warnings:point_new")).content.decode()
    assert 'name="lead"' in answers[first.pk]
    assert 'name="lead"' not in answers[second.pk]
    assert f'value="{PointSource.LEAD}"' not in answers[second.pk]
