"""One at a time: the night's run, decisions on proposals and what the committee forwards, of one unit."""

from django.db import connection

_LOCK_SPACE = 732105  # first key of our advisory locks; the second is the unit


def hold(unit_id: int) -> None:
    """Keep other writes of the unit's re-grading out until the transaction ends.

    Taken before any row lock of re-grading, and after `risks.services.responsibility.hold_organisation` where both are taken; so a
    decision and the night's run never wait for each other's rows.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, unit_id])
