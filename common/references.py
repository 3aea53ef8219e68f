"""Foreign keys that PostgreSQL holds true once for each statement instead of once for each row.

Its own check takes four microseconds for each key: a register of 50,000 points with eight keys each waits two seconds for it. A field
that is checked here says `db_constraint=False`; its model takes `held_true(...)` among its triggers, and a migration runs
`guard_against_removal(...)` for the tables referred to. Unlike Django's constraints the check does not wait for the commit.
"""

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from typing import Any

import pgtrigger
from django.db.models import Model

References = Mapping[str, Sequence[str]]
"""Table referred to → columns of ours that hold its key."""


def unchecked(model: type[Model], name: str) -> Any:
    """The key of an abstract model once more, without a constraint: for a model that has it `held_true`."""
    key = deepcopy(model._meta.get_field(name))  # as Django takes fields over from an abstract model
    key.db_constraint = False  # type: ignore[union-attr]
    return key


def held_true(references: References, lasting: Collection[str] = ()) -> list[pgtrigger.Trigger]:
    """Triggers that refuse rows with a key that does not exist, and keep those that do from being removed meanwhile.

    `lasting` tables lose rows so seldom that these are not locked one by one: who removes one waits for all who write rows that may refer
    to it (`guard_against_removal` of the same tables).
    """
    columns = ", ".join(column for own in references.values() for column in own)
    repeated = ", ".join(column for table, own in references.items() if table not in lasting for column in own)
    return [
        pgtrigger.Trigger(
            name="references_of_new",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="new_rows"),
            declare=[("missing", "text")],
            func=_check(references, lasting, _NEW.format(columns=repeated), "SELECT {column} FROM {rows}"),
        ),
        pgtrigger.Trigger(
            name="references_of_changed",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Update,
            referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
            declare=[("missing", "text")],
            func=_check(references, lasting, _CHANGED.format(columns=columns), _KEYS_OF_CHANGED),
        ),
    ]


def _check(references: References, lasting: Collection[str], given: str, keys: str) -> str:
    """The rows of the statement are gone through once, whatever they refer to; `missing` is the table that lacks a key."""
    steps, lacking = [given], []
    for n, (table, columns) in enumerate(references.items(), start=1):
        # Keys of lasting tables are mostly as many as rows: nothing is won by going through them with the others first.
        rows = "new_rows" if table in lasting else "given"
        wanted = " UNION ".join(keys.format(column=column, rows=rows) for column in columns)
        steps.append(_WANTED.format(n=n, table=table, wanted=wanted, lock="" if table in lasting else " FOR KEY SHARE"))
        lacking.append(_LACKING.format(n=n, table=table))
    return _CHECK.format(steps=",\n".join(steps), lacking="\n    UNION ALL ".join(lacking))


_NEW = "given AS MATERIALIZED (SELECT DISTINCT {columns} FROM new_rows)"
_CHANGED = """given AS MATERIALIZED (SELECT {columns} FROM new_rows EXCEPT SELECT {columns} FROM old_rows),
before AS MATERIALIZED (SELECT {columns} FROM old_rows EXCEPT SELECT {columns} FROM new_rows)"""
_KEYS_OF_CHANGED = "(SELECT {column} FROM given EXCEPT SELECT {column} FROM before)"

# Keys as an array: PostgreSQL then looks them up in the index, few or many, and plans no walk through a whole register that it would keep.
_WANTED = """wanted_{n} (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM ({wanted}) k (id) WHERE k.id IS NOT NULL),
held_{n} AS MATERIALIZED (SELECT p.id FROM {table} p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_{n})){lock})"""

_LACKING = "SELECT '{table}' WHERE (SELECT count(*) FROM wanted_{n}) <> (SELECT count(*) FROM held_{n})"

_CHECK = """
WITH {steps}
SELECT lacking.name INTO missing FROM (
    {lacking}
) lacking (name) LIMIT 1;
IF missing IS NOT NULL THEN
    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that %s does not have', TG_TABLE_NAME, missing);
END IF;
RETURN NULL;"""


def guard_against_removal(table: str, references: References, lasting: Collection[str] = ()) -> tuple[str, str]:
    """SQL for a migration, and its reverse: rows that `table` refers to can be removed by nobody.

    Who removes rows of `lasting` tables (see `held_true`) first waits for all who write to `table`, and has them wait until the end.
    """
    forward, backward = [], []
    for other, columns in references.items():
        name = f"{table}_keeps_{other}"
        referred = " OR ".join(f"EXISTS (SELECT FROM {table} r JOIN old_rows o ON r.{column} = o.id)" for column in columns)
        lock = f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE;\n    " if other in lasting else ""
        forward.append(_GUARD.format(name=name, table=table, other=other, referred=referred, lock=lock))
        backward.append(f"DROP TRIGGER {name} ON {other}; DROP FUNCTION {name}();")
    return "".join(forward), "".join(backward)


_GUARD = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {lock}IF {referred} THEN
        RAISE foreign_key_violation USING MESSAGE = '{table} still refers to a row of {other}';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {name} AFTER DELETE ON {other} REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
