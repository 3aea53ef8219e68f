"""What the current request is, for audit rows: an id and the visitor's address."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """Empty outside a request (commands and jobs)."""

    request_id: str = ""
    address: str = ""


current: ContextVar[RequestFacts] = ContextVar("request_facts", default=RequestFacts())
