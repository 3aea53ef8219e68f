"""Kinds of notices as a group chat may hear of them: what sort of thing happened, never which and to whom.

An app (or `web`, for apps that know nothing of robots) registers the kinds whose notices bear a unit. A notice's kind is looked up whole,
then by what stands before its first dot ("declaration.returned" → "declaration").
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

# What may not even be named: sensitive notices. A robot then says that something waits, and nothing else.
UNNAMED = "unnamed"
OTHER = "other"

_KINDS: dict[str, Any] = {}


def register(labels: dict[str, Any]) -> None:
    """Labels by kind, lazy and in the plural where the language has one (“reviews of forms”)."""
    _KINDS.update(labels)


def choices() -> list[tuple[str, Any]]:
    """Kinds a robot can be told to tell, as (code, label)."""
    return [*_KINDS.items(), (OTHER, _("other matters")), (UNNAMED, _("that something waits, without saying what"))]


def code_of(kind: str, *, sensitive: bool) -> str:
    """The registered kind that a notice counts as."""
    if sensitive:
        return UNNAMED
    return next((code for code in (kind, kind.split(".", maxsplit=1)[0]) if code in _KINDS), OTHER)


def label_of(code: str) -> Any:
    """What people read for a code of `code_of`."""
    return _KINDS.get(code, _("other matters"))
