"""The notices of a run: one for each thing, or one for many where somebody would get a heap of them at once."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from deadlines import stages, words
from deadlines.registry import DeadlineKind, Due
from notifications.services import Message

SINGLE = 3  # so many of one kind and tone come one by one


@dataclass(frozen=True, slots=True)
class Telling:
    """One stage of one due, and who is to hear of it in which words."""

    due: Due
    stage: str
    people: tuple[int, ...]
    text: str = ""

    @property
    def url(self) -> str:
        """Where those who are told look."""
        return self.due.leader_url if self.due.leader_url and stages.is_up(self.stage) else self.due.url


def letters(kind: DeadlineKind, tellings: list[Telling], today: date) -> Iterator[Message]:
    """The notices that tell all this; nobody gets more than `SINGLE` of one tone. The unit's group chat hears of what is to be done, not of
    what leaders are told."""
    heaps: dict[tuple[int, str], list[Telling]] = defaultdict(list)
    for one in tellings:
        for person in one.people:
            heaps[person, words.tone(one.due, one.stage, today)].append(one)
    bundled = {key: heap for key, heap in heaps.items() if len(heap) > SINGLE}
    for one in tellings:
        tone = words.tone(one.due, one.stage, today)
        people = tuple(person for person in one.people if (person, tone) not in bundled)
        if people:
            yield _message(kind, one, people, one.text, one.url, _key(kind, one))
    for (person, tone), heap in bundled.items():
        text = words.many(kind.title, [(one.due, one.stage) for one in heap], today)
        url = heap[0].due.leader_url if tone == "up" else ""
        yield _message(kind, heap[0], (person,), text, url or str(kind.url), f"{_key(kind, heap[0])}:{len(heap)}")


def _message(kind: DeadlineKind, one: Telling, people: tuple[int, ...], text: str, url: str, key: str) -> Message:
    unit_id = None if stages.is_up(one.stage) or not kind.in_chat else one.due.unit_id
    return Message(people, kind.notice, text, url, key, kind.sensitive, unit_id=unit_id)


def _key(kind: DeadlineKind, one: Telling) -> str:
    return f"due:{kind.code}:{one.due.object_id}:{one.due.turn}:{one.due.due_on:%Y%m%d}:{one.stage}"
