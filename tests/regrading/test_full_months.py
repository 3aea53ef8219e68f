"""Months between two days as PostgreSQL's own `age` counts them, for every pair of days around a leap year."""

import pytest
from django.db import connection

from regrading.evidence.statement import full_months


@pytest.mark.django_db
def test_full_months_are_those_of_age() -> None:
    statement = f"""
        WITH pair AS (
            SELECT a::date AS since, b::date AS until
            FROM generate_series('2023-12-01'::date, '2025-03-15', '1 day') a, generate_series('2023-12-01'::date, '2025-03-15', '1 day') b
        ), counted AS (
            SELECT since, until, {full_months("since", "until")} AS ours,
                CASE WHEN until < since THEN 0
                    ELSE extract(year FROM age(until, since)) * 12 + extract(month FROM age(until, since)) END AS theirs
            FROM pair
        )
        SELECT count(*), count(*) FILTER (WHERE ours <> theirs), max(ours), min(ours) FROM counted"""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.fetchone() == (471 * 471, 0, 15, 0)
