"""What the current request is, for audit rows: an id and the visitor's address."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """Empty outside a request (commands and jobs)."""

    request_id: str = ""
    address: str = ""


current: ContextVar[RequestFacts] = ContextVar("request_facts", default=RequestFacts())


@contextmanager
def unnamed() -> Iterator[None]:
    """What is recorded in the block tells neither address nor request: a reporter acts (ADR 0010)."""
    token = current.set(RequestFacts())
    try:
        yield
    finally:
        current.reset(token)
