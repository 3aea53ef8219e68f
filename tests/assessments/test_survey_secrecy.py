"""Who has the whole database, its system columns, the audit trail, the histories and the log finds no answer of anybody (domain §6)."""

import logging
import re

import pytest
from django.db import connection
from django.test import Client

from assessments.models import SurveyCode
from assessments.services import surveys
from tests.factories.organisation import small_unit
from tests.factories.surveys import with_codes
from tests.security.changes import touched, written

ADDRESS, BROWSER = "203.0.113.77", "PLANTEDBROWSER"


def dump() -> dict[str, list[str]]:
    """Every row of every table with its system columns."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT xmin::text, ctid::text, row_to_json(t)::text FROM {connection.ops.quote_name(table)} t")
            found[table] = [" ".join(row) for row in cursor.fetchall()]
    return found


def send(survey, code, *yes):
    client = Client(REMOTE_ADDR=ADDRESS, HTTP_USER_AGENT=BROWSER)
    page = client.get(survey.get_answer_url()).content.decode()
    [once] = re.findall(r'name="once" value="([^"]+)"', page)
    answers = {f"q{n}": "yes" if n in yes else "no" for n in range(1, len(survey.questions) + 1)}
    assert client.post(survey.get_answer_url(), {"once": once, "code": code, **answers}).status_code == 200
    return once


@pytest.mark.django_db(transaction=True)
def test_nothing_ties_an_answer_to_a_code_or_a_person(caplog):
    unit = small_unit()
    survey, codes = with_codes(unit, 6)
    before = dump()
    with caplog.at_level(logging.DEBUG):
        tokens = [send(survey, code, at + 1) for at, code in enumerate(codes[:5])]
    after = dump()

    # Five answers with different contents changed the one row of counts and five marks of use. There is no row, key, time or
    # transaction an answer could be found by: the counts bear the transaction of the last one only, whatever it said.
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"assessments_surveytally", "assessments_surveycode"}
    [counts] = after["assessments_surveytally"]
    assert '"n":5' in counts
    assert len(after["assessments_surveycode"]) == 6
    columns = {field.column for field in SurveyCode._meta.fields}
    assert columns == {"id", "survey_id", "code_hash", "is_used"}

    # What identifies a sender, the codes and the marks of the forms stand nowhere, in the log neither.
    everything = "\n".join(row for rows in after.values() for row in rows) + caplog.text
    for planted in (ADDRESS, BROWSER, *codes, *(code.replace("-", "") for code in codes), *tokens):
        assert planted not in everything, planted

    # Once it has ended, not even which codes were used is left.
    surveys.close(survey=survey, by=unit.discipline_head)
    assert dump()["assessments_surveycode"] == []


@pytest.mark.django_db
def test_an_answer_writes_two_rows_and_no_more():
    survey, codes = with_codes(small_unit())
    before = touched()
    send(survey, codes[0], 2)
    assert written(before) == {"assessments_surveytally", "assessments_surveycode"}
