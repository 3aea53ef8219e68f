"""Guards ask whether they are set aside without an error caught for each row (common.triggers)."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction

pytestmark = pytest.mark.django_db
ANOTHER = """
CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN AS $$
    BEGIN
        BEGIN PERFORM current_setting('pgtrigger.ignore'); EXCEPTION WHEN OTHERS THEN RETURN FALSE; END;
        RETURN FALSE;
    END;
$$ LANGUAGE plpgsql
"""


def _asked(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        [(found,)] = cursor.fetchall()
    return str(found)


def test_each_migrate_puts_it_in_place_of_the_librarys() -> None:
    source = "SELECT prosrc FROM pg_proc WHERE proname = '_pgtrigger_should_ignore'"
    assert "EXCEPTION" not in _asked(source)
    with connection.cursor() as cursor:
        cursor.execute(ANOTHER)
    assert "EXCEPTION" in _asked(source)
    call_command("migrate", verbosity=0)
    assert "EXCEPTION" not in _asked(source)


@pytest.mark.parametrize(("setting", "answer"), [(None, "False"), ("", "False"), ("{other}", "False"), ("{other,guard}", "True")])
def test_a_guard_is_set_aside_only_by_name(setting: str | None, answer: str) -> None:
    with transaction.atomic():
        if setting is not None:
            _asked(f"SELECT set_config('pgtrigger.ignore', '{setting}', true)")
        assert _asked("SELECT _pgtrigger_should_ignore('guard')") == answer
