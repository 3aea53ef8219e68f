"""A refusal of a service as a sentence above the form that was sent."""

from collections.abc import Callable
from typing import Any

from common.errors import DomainError


def refusal(act: Callable[[], Any]) -> str:
    """Why the service refused, to stand above the form; conflicts and refusals have pages of their own."""
    try:
        act()
    except DomainError as error:
        if error.status != DomainError.status:
            raise
        return str(error)
    return ""
