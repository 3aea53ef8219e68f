"""Measures: reported with proof, confirmed by somebody else."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import AuditEvent
from common.errors import Conflict, DomainError, NotAllowed, NotPossible
from notifications.models import Notice
from risks.models import Measure
from risks.services import measures
from risks.services.measures import MeasureFacts
from risks.states import MeasureState
from tests.factories.organisation import small_unit
from tests.risks.register_helpers import imported


@pytest.fixture
def unit(db):
    return small_unit()


@pytest.fixture
def place(unit):
    return unit.departments[1]


@pytest.fixture
def measure(unit):
    return imported(unit).measures.get()


def facts(text="双人复核并留痕", **fields) -> MeasureFacts:
    return MeasureFacts("process", "during", text, **fields)


def test_given_reported_confirmed(unit, place, measure):
    due = date.today() + timedelta(days=30)
    made = measures.add(risk=measure.risk, facts=facts(who=place.staff[1], due_on=due), by=place.head)
    assert (made.order, made.state, made.due_on) == (2, MeasureState.PLANNED, due)
    assert Notice.objects.filter(person=place.staff[1], kind="measure").exists()
    done = measures.report(measure=made, note="台账见附件", by=place.staff[1], version=made.version)
    assert (done.state, done.done_by) == (MeasureState.DONE, place.staff[1])
    confirmed = measures.confirm(measure=done, by=place.head)
    assert (confirmed.state, confirmed.confirmed_by) == (MeasureState.CONFIRMED, place.head)
    actions = AuditEvent.objects.filter(object_id=str(made.pk), object_type="risks.measure").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["measure.added", "measure.reported", "measure.confirmed"]
    assert made.history.count() == 3


def test_proof_is_a_note_or_a_file(place, measure):
    with pytest.raises(DomainError):
        measures.report(measure=measure, note="  ", by=place.staff[0])
    file = SimpleUploadedFile("台账.pdf", b"%PDF-1.4 x")
    done = measures.report(measure=measure, note="", file=file, by=place.staff[0])
    assert done.proof.name == "台账.pdf"


def test_a_file_of_the_wrong_kind_changes_nothing(place, measure):
    with pytest.raises(DomainError):
        measures.report(measure=measure, note="", file=SimpleUploadedFile("台账.pdf", b"MZ not a pdf"), by=place.staff[0])
    measure.refresh_from_db()
    assert measure.state == MeasureState.PLANNED


def test_nobody_confirms_what_they_reported(unit, place, measure):
    done = measures.report(measure=measure, note="已完成", by=place.head)
    with pytest.raises(NotAllowed):
        measures.confirm(measure=done, by=place.head)
    assert measures.confirm(measure=done, by=place.leader).state == MeasureState.CONFIRMED


def test_not_accepted_is_open_again(place, measure):
    done = measures.report(measure=measure, note="已完成", by=place.staff[0])
    with pytest.raises(DomainError):
        measures.reject(measure=done, reason="", by=place.head)
    again = measures.reject(measure=done, reason="没有台账", by=place.head)
    assert (again.state, again.done_by, again.done_at) == (MeasureState.PLANNED, None, None)
    assert Notice.objects.filter(person=place.staff[0], text__contains="没有台账").exists()


def test_who_may(unit, place, measure):
    stranger, colleague = unit.departments[2].head, place.staff[1]
    for refused in (
        lambda: measures.add(risk=measure.risk, facts=facts(), by=stranger),
        lambda: measures.report(measure=measure, note="完成", by=colleague),
        lambda: measures.drop(measure=measure, reason="无", by=place.staff[0]),
        lambda: measures.edit(measure=measure, facts=facts(), by=colleague),
        lambda: measures.confirm(measure=measure, by=stranger),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_steps_only_where_the_table_has_them(place, measure):
    with pytest.raises((NotAllowed, NotPossible)):
        measures.confirm(measure=measure, by=place.head)
    dropped = measures.drop(measure=measure, reason="并入流程", by=place.head)
    assert dropped.state == MeasureState.DROPPED
    with pytest.raises((NotAllowed, NotPossible)):
        measures.report(measure=dropped, note="完成", by=place.staff[0])


def test_edit_and_conflict(place, measure):
    changed = measures.edit(measure=measure, facts=facts("三人复核"), by=place.head, version=measure.version)
    assert changed.text == "三人复核"
    with pytest.raises(Conflict):
        measures.edit(measure=measure, facts=facts("四人复核"), by=place.head, version=measure.version)
    with pytest.raises(DomainError):
        measures.edit(measure=changed, facts=facts(""), by=place.head)
    with pytest.raises(DomainError):
        measures.edit(measure=changed, facts=facts(due_on=date(2020, 1, 1)), by=place.head)


def test_overdue_is_open_and_past(unit, measure):
    Measure.objects.filter(pk=measure.pk).update(due_on=date(2026, 11, 20))
    assert Measure.objects.overdue(date(2026, 11, 21)).get() == measure
    assert not Measure.objects.overdue(date(2026, 11, 20)).exists()
