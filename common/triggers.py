"""How guards of the database ask whether they are set aside (`pgtrigger.ignore`).

The library's own function catches the error of a setting that was never made, which opens and rolls back a subtransaction for each row
that meets a guard, and each rollback looks through all checks the transaction has put off: to change many rows took time by their square.
The same question without an error costs nothing. It is put in place of the library's after each `migrate`, as every guard that is made or
changed brings the library's again.
"""

from typing import Any

from django.db import connections

SHOULD_IGNORE = """
CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN LANGUAGE plpgsql STABLE AS $$
    BEGIN
        RETURN coalesce(trigger_name = ANY(nullif(current_setting('pgtrigger.ignore', true), '')::text[]), false);
    END;
$$
"""


def ask_without_errors(*, using: str, **_more: Any) -> None:
    """Receiver of `post_migrate`."""
    with connections[using].cursor() as cursor:
        cursor.execute(SHOULD_IGNORE)
