"""Reminds: asks every kind what is due, tells what is to be told today, keeps it in the ledger (ADR 0017).

The ledger's row and the notice are written in one transaction, and a row that another run has written first is not told again: the
database decides, so that two runs at once, a run repeated or one after days missed tell nobody twice.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import islice

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import override

from accounts.models import User
from common import workdays
from deadlines import stages
from deadlines.models import Reminder
from deadlines.people import without
from deadlines.registry import DeadlineKind, Due, kinds
from deadlines.rules import Rules, rules_of
from deadlines.services.letters import Telling, letters
from deadlines.words import sentence
from notifications.services import notify_many

_LOG = logging.getLogger(__name__)
_AT_ONCE = 500  # dues in one transaction

Key = tuple[int, str, date]  # object, turn, due day


def remind(*, today: date, only: Iterable[str] | None = None) -> dict[str, int]:
    """Tell what is to be told on that day; on days off nothing. Returns how many things were looked at, reminders sent, kinds that failed.

    Quiet kinds are not counted among the first two: administrators read the numbers, and might count leads by them.

    A kind that fails is logged and does not hold up the others; the next run makes up for it. `only`: codes of kinds.
    """
    counts = {"checked": 0, "told": 0, "failed": 0}
    if not workdays.is_workday(today):
        return counts
    wanted = None if only is None else set(only)
    with override(settings.LANGUAGE_CODE):
        for kind, rules in rules_of(kind for kind in kinds() if wanted is None or kind.code in wanted):
            try:
                checked, told = _remind_of(kind, rules, today)
            except Exception:  # noqa: BLE001 -- whatever is wrong with one kind, the others are told
                _LOG.exception("deadlines of a kind could not be followed", extra={"kind": kind.code})
                counts["failed"] += 1
                continue
            if not kind.ledger_is_quiet:
                counts["checked"] += checked
                counts["told"] += told
    return counts


def _remind_of(kind: DeadlineKind, rules: Rules, today: date) -> tuple[int, int]:
    found = iter(kind.find(today, stages.look_ahead(today, rules.all())))
    checked = told = 0
    while chunk := list(islice(found, _AT_ONCE)):
        with transaction.atomic():
            told += _remind_chunk(kind, rules, chunk, today)
        checked += len(chunk)
    return checked, told


def _remind_chunk(kind: DeadlineKind, rules: Rules, chunk: list[Due], today: date) -> int:
    known = _active(chunk)
    wanted = [telling for due in chunk for telling in _tellings(_placed(due, known), rules, today)]
    told_before = _ledger(kind, wanted)
    fresh = [replace(one, people=_untold(one, told_before)) for one in wanted]
    fresh = [one for one in fresh if one.people]
    fresh = [replace(one, text=sentence(one.due, one.stage, today, _names(kind, one.due, known))) for one in fresh]
    written = _write(kind, fresh, today)
    fresh = [replace(one, people=tuple(p for p in one.people if (*_key(one.due), one.stage, p) in written)) for one in fresh]
    notify_many(letters(kind, [one for one in fresh if one.people], today))
    return len(written)


def _active(chunk: list[Due]) -> dict[int, User]:
    asked = {person for due in chunk for place in (due.people, *due.leaders) for person in place}
    return User.objects.filter(is_active=True).in_bulk(asked)


def _placed(due: Due, known: Mapping[int, User]) -> Due:
    """Without accounts that are closed; everybody at the nearest place only; a vacant place is passed over, so that somebody is told."""
    seen: set[int] = set()
    places = []
    for place in (due.people, *due.leaders):
        here = tuple(person for person in without(place, seen) if person in known)
        seen.update(here)
        if here:
            places.append(here)
    return replace(due, people=places[0] if places else (), leaders=tuple(places[1:]))


def _tellings(due: Due, rules: Rules, today: date) -> Iterator[Telling]:
    rule = rules.of(due.unit_id)
    stage = stages.reached(due.due_on, today, rule)
    if stage is not None and due.people:
        yield Telling(due, stage, due.people)
    for up in stages.places(due.due_on, today, rule)[: len(due.leaders)]:
        yield Telling(due, up, due.leaders[stages.place_of(up)])


def _key(due: Due) -> Key:
    return due.object_id, due.turn, due.due_on


def _ledger(kind: DeadlineKind, wanted: list[Telling]) -> dict[Key, dict[int, set[str]]]:
    """Who was told which stages of these things."""
    found: dict[Key, dict[int, set[str]]] = {}
    rows = Reminder.objects.filter(kind=kind.code, object_id__in={one.due.object_id for one in wanted})
    for object_id, turn, due_on, stage, person in rows.values_list("object_id", "turn", "due_on", "stage", "person_id"):
        found.setdefault((object_id, turn, due_on), {}).setdefault(person, set()).add(stage)
    return found


def _untold(telling: Telling, told: Mapping[Key, Mapping[int, set[str]]]) -> tuple[int, ...]:
    """Those who heard neither this nor something further; leaders who heard nothing of it at any place."""
    before = told.get(_key(telling.due), {})
    return tuple(person for person in telling.people if not _heard(telling.stage, before.get(person, set())))


def _heard(stage: str, told: set[str]) -> bool:
    if stages.is_up(stage):
        return any(stages.is_up(one) for one in told)
    return any(not stages.is_up(one) and stages.rank(one) >= stages.rank(stage) for one in told)


def _names(kind: DeadlineKind, due: Due, known: Mapping[int, User]) -> list[str]:
    """Who is to do it, for the leaders; of what is sensitive, nobody."""
    return [] if kind.ledger_is_quiet else [known[person].name for person in due.people]


_INSERT = """
INSERT INTO deadlines_reminder (kind, object_id, turn, unit_id, due_on, stage, person_id, told_on, at, text, url)
SELECT %s, t.object_id, t.turn, t.unit_id, t.due_on, t.stage, t.person_id, %s, now(), t.text, t.url
FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::date[], %s::text[], %s::bigint[], %s::text[], %s::text[])
    AS t (object_id, turn, unit_id, due_on, stage, person_id, text, url)
ORDER BY 2, 3, 5, 6, 7
ON CONFLICT DO NOTHING
RETURNING object_id, turn, due_on, stage, person_id
"""


def _write(kind: DeadlineKind, fresh: list[Telling], today: date) -> set[tuple[int, str, date, str, int]]:
    """Enter the reminders; returns those nobody had entered before. Always in one order, so that two runs do not wait for each other."""
    rows = [
        (
            one.due.object_id,
            one.due.turn,
            one.due.unit_id,
            one.due.due_on,
            one.stage,
            person,
            "" if kind.ledger_is_quiet else one.text,
            "" if kind.ledger_is_quiet else one.url,
        )
        for one in fresh
        for person in one.people
    ]
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [kind.code, today, *(list(column) for column in zip(*rows, strict=True))])
        return set(cursor.fetchall())
