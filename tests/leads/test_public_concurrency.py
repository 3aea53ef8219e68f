"""The same form sent twice at the same moment: one report, one receipt, in real threads."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from leads.models import Lead, LeadReceipt
from leads.services import public
from tests.factories.organisation import small_unit


@pytest.mark.django_db(transaction=True)
def test_one_report_and_one_receipt():
    unit = small_unit().unit
    for n in range(5):
        code, start = public.new_code(), Barrier(2)
        codes: list[str] = []

        def send(code: str = code, start: Barrier = start, codes: list[str] = codes, n: int = n) -> None:
            try:
                start.wait(timeout=10)
                codes.append(public.send(report=public.Report(unit, "某人", f"第{n}件", "内容"), code=code))
            finally:
                connection.close()

        threads = [Thread(target=send) for _n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert codes == [code, code]
        assert Lead.objects.count() == LeadReceipt.objects.count() == n + 1
