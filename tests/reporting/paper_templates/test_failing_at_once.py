"""A template that fails for many at the same time: nobody waits for anybody else's paper."""

import io
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from common.files import store_result
from reporting.documents.parts import DOCX
from reporting.models import DocumentTemplate
from reporting.paper_templates.kinds import KINDS
from reporting.paper_templates.rendering import paper
from reporting.paper_templates.schema import sample_values
from tests.factories.organisation import administrators, small_unit

ADVICE = "disciplinary_advice"


@pytest.mark.django_db(transaction=True)
def test_a_paper_does_not_wait_for_a_pack_that_failed_before() -> None:
    unit, admin = small_unit().unit, administrators()["system"]
    file = store_result(content=io.BytesIO(b"no document at all"), name="模板.docx", content_type=DOCX, by=admin)
    DocumentTemplate.objects.create(
        unit=unit, kind=ADVICE, number=1, file=file, uploaded_by=admin, state="in_use", used_by=admin, used_at=timezone.now()
    )
    failed, done = threading.Event(), threading.Event()
    values = sample_values(KINDS[ADVICE].fields)

    def pack() -> None:
        try:
            with transaction.atomic():  # as a job: everything in one transaction
                paper(ADVICE, unit_id=unit.pk, values=values)
                failed.set()
                done.wait(timeout=20)
        finally:
            connection.close()

    thread = threading.Thread(target=pack)
    thread.start()
    assert failed.wait(timeout=20)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            assert paper(ADVICE, unit_id=unit.pk, values=values).fell_back
    finally:
        done.set()
        thread.join(timeout=20)
    assert DocumentTemplate.objects.get().failed_at is not None
