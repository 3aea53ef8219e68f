"""Badges, people, deadlines, progress, timelines: the state of a thing at a glance, always in words too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common import workdays
from common.markup import markup

register = template.Library()

LEVEL_COLOURS = frozenset({"red", "orange", "yellow", "blue", "green", "grey"})
TONES = frozenset({"neutral", "info", "success", "warning", "danger", "accent"})


def read(thing: Any, name: str, default: Any = "") -> Any:
    """``thing.name`` or ``thing["name"]``, called if it is a method; ``default`` if absent or None."""
    value = thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)
    if callable(value):
        value = value()
    return default if value is None else value


@register.simple_tag
def level_badge(level: Any, full: bool = False, prefix: str = "") -> SafeString:
    """The level of a risk or warning as a word in its colour; ``full`` adds the level's name.

    ``level`` has label, name, colour and severity; None says "not graded". The order of levels is their
    severity, never the label (domain §3): nothing here reads a number out of a label.
    """
    if not level:
        return markup('<span class="level level-none">{}{}</span>', prefix, _("not graded"))
    return _level(str(read(level, "colour")), str(read(level, "label")), str(read(level, "name")), full, str(prefix))


# A page has dozens of them and a unit a handful of levels.
@lru_cache(maxsize=256)
def _level(colour: str, label: str, name: str, full: bool, prefix: str) -> SafeString:
    colour = colour if colour in LEVEL_COLOURS else "grey"
    text = f"{label} {name}" if full and name and name != label else label or name
    title = name if name != text else ""
    return markup('<span class="level level-{}" title="{}">{}{}</span>', colour, title, prefix, text)


@register.simple_tag
def badge(text: Any, tone: str = "neutral") -> SafeString:
    """A word in a soft colour: neutral, info, success, warning, danger, accent."""
    return markup('<span class="state state-{}">{}</span>', tone if tone in TONES else "neutral", text)


@register.simple_tag
def state_badge(obj: Any) -> SafeString:
    """The state of a thing: label and tone from ``obj`` itself, else from its ``state_label``/``state_tone``."""
    label = read(obj, "state_label") or read(obj, "label") or read(obj, "get_state_display") or str(obj)
    tone = read(obj, "state_tone") or read(obj, "tone") or "neutral"
    return badge(label, tone)


@register.simple_tag
def person(who: Any, post: str = "", url: str = "") -> SafeString:
    """Name and post of a person: people are never shown by name alone where they act in a post."""
    if not who:
        return markup('<span class="text-secondary">{}</span>', _("nobody"))
    name = read(who, "name") or read(who, "get_full_name") or str(who)
    post = post or read(who, "post")
    if url and post:  # in one go: there are many of them in a table
        return markup('<span class="person"><a href="{}">{}</a> <span class="person-post">{}</span></span>', url, name, post)
    shown = markup('<a href="{}">{}</a>', url, name) if url else name
    if not post:
        return markup('<span class="person">{}</span>', shown)
    return markup('<span class="person">{} <span class="person-post">{}</span></span>', shown, post)


@register.simple_tag
def deadline(due: Any, today: dt.date | None = None, done: bool = False) -> SafeString:
    """A due date with what is left of it in working days.

    ``due`` is a date or a ``workdays.Deadline``. A thing that is ``done`` shows only its date. None shows a dash.
    """
    if not due:
        return markup('<span class="text-secondary">{}</span>', "—")
    if isinstance(due, dt.datetime):
        due = timezone.localdate(due)
    if isinstance(due, dt.date):
        due = workdays.describe(due, today or timezone.localdate())
    iso = due.due.isoformat()
    if done:
        return markup('<time class="deadline" datetime="{}">{}</time>', iso, iso)
    return markup(
        '<span class="deadline deadline-{}"><time datetime="{}">{}</time> <span class="deadline-left">{}</span></span>',
        due.tone,
        iso,
        iso,
        due.text,
    )


@register.inclusion_tag("components/progress.html")
def progress(value: float, maximum: float = 100, label: str = "", tone: str = "", text: str = "") -> dict[str, Any]:
    """A bar with its figures in words. An unknown total (0) shows an empty bar, not a full one."""
    share = round(100 * value / maximum) if maximum else 0
    share = max(0, min(100, share))
    return {
        "value": value,
        "maximum": maximum or 1,
        "label": label,
        "tone": tone,
        "text": text or f"{share}%",
    }


@register.simple_tag
def timeline(events: Iterable[Any], empty: str = "") -> SafeString:
    """What happened, newest first as given: events with sentence, at, and maybe actor, reason, tone, url."""
    lines = [_event(event) for event in events or ()]
    if not lines:
        return markup('<p class="text-secondary mb-0">{}</p>', empty or _("Nothing has happened yet."))
    return SafeString(f'<ol class="history">{"".join(lines)}</ol>')


def _event(event: Any) -> str:
    sentence, url, reason, tone, actor = (read(event, name) for name in ("sentence", "url", "reason", "tone", "actor"))
    at = timezone.localtime(read(event, "at"))
    return markup(
        '<li class="history-item{}"><p class="history-sentence">{}</p>{}<p class="history-meta"><time datetime="{}">{}</time>{}</p></li>',
        f" history-{tone}" if tone else "",
        markup('<a href="{}">{}</a>', url, sentence) if url else sentence,
        markup('<p class="history-reason"><span class="text-secondary">{}</span> {}</p>', _("Reason:"), reason) if reason else "",
        at.isoformat(),
        f"{at:%Y-%m-%d %H:%M}",
        markup("<span>{}</span>", actor) if actor else "",
    )


@register.inclusion_tag("components/steps.html")
def steps(items: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Progress through a wizard or a review path: items with label, state (done, current, todo, returned), and
    maybe url and note (who, when)."""
    return {"items": items, "label": label or _("Progress")}
