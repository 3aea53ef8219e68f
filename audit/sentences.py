"""How an audit event reads as a sentence. Apps register theirs; an unknown action falls back to what changed."""

from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from audit.models import AuditEvent

_SENTENCES: dict[str, Any] = {}
_TONES: dict[str, str] = {}


def register(sentences: dict[str, Any], tones: dict[str, str] | None = None) -> None:
    """Sentences by action, lazy translations with {actor}, {object}, {changes}, {old}, {new} and the keys of `detail`.

    {old} and {new} are those of the first change. Tones (danger, success, warning) colour the dot of the timeline.
    """
    _SENTENCES.update(sentences)
    _TONES.update(tones or {})


def registered() -> dict[str, Any]:
    """Every action that has a sentence."""
    return dict(_SENTENCES)


class _Gaps(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"


def sentence(event: AuditEvent) -> str:
    """The event as a sentence in the reader's language."""
    pairs = list(event.changes.values())
    old, new = pairs[0] if pairs else ("", "")
    words = _Gaps(
        event.detail,
        actor=event.actor_label.split(" (")[0] or _("The system"),
        object=event.object_label,
        changes=changes_in_words(event),
        old=_shown(old),
        new=_shown(new),
    )
    template = _SENTENCES.get(event.action)
    if template is None:
        return _("{actor} changed {object}: {changes}").format_map(words) if pairs else f"{words['actor']} · {event.action}"
    return str(template).format_map(words)


def tone(event: AuditEvent) -> str:
    """Colour of the event's dot; empty for the usual one."""
    return "danger" if event.outcome != "done" else _TONES.get(event.action, "")


def changes_in_words(event: AuditEvent) -> str:
    """“level from “二级” to “一级”; …”, with the names fields bear on pages."""
    parts = [
        _("{field} from “{old}” to “{new}”").format(field=_label(event.object_type, field), old=_shown(old), new=_shown(new))
        for field, (old, new) in event.changes.items()
    ]
    return _("; ").join(parts)


def _label(object_type: str, field: str) -> str:
    try:
        return str(apps.get_model(object_type)._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
    except (LookupError, ValueError, FieldDoesNotExist, AttributeError):
        return field


def _shown(value: Any) -> str:
    if value is None or value == "":
        return _("empty")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"
