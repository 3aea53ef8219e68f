"""A small line in a table cell: how a number came to be what it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from common.markup import markup

register = template.Library()

_WIDTH, _HEIGHT, _EDGE = 64, 20, 3  # SVG units; the edge keeps the last dot inside


@register.simple_tag
def sparkline(values: Sequence[int | None] | None, highest: int = 100) -> SafeString:
    """The values from the oldest to the newest as a line from 0 to ``highest``, said in words for screen readers and as tooltip.

    None among the values is a gap in what is known and left out; no value at all is a dash.
    """
    known = tuple(value for value in values or () if value is not None)
    return _drawn(known, highest, get_language()) if known else markup('<span class="text-secondary">{}</span>', "—")


@lru_cache(maxsize=8192)  # a list shows fifty, and few points have scores that no other has
def _drawn(known: tuple[int, ...], highest: int, _language: str | None) -> SafeString:
    text = spark_text(known)
    step = (_WIDTH - 2 * _EDGE) / max(len(known) - 1, 1)
    places = [(_EDGE + n * step, _place(value, highest)) for n, value in enumerate(known)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    return markup(
        '<svg class="spark" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}"><title>{}</title>'
        '<polyline points="{}"/><circle cx="{}" cy="{}" r="2"/></svg>',
        _WIDTH, _HEIGHT, _WIDTH, _HEIGHT, text, text, line, f"{x:.1f}", f"{y:.1f}",
    )  # fmt: skip


def spark_text(known: Sequence[int]) -> str:
    """“12 evaluations: 42 → 61”."""
    if len(known) == 1:
        return _("1 evaluation: %(score)d") % {"score": known[0]}
    text = ngettext("%(n)d evaluation: %(first)d → %(last)d", "%(n)d evaluations: %(first)d → %(last)d", len(known))
    return text % {"n": len(known), "first": known[0], "last": known[-1]}


def _place(value: int, highest: int) -> float:
    share = min(max(value / highest, 0), 1) if highest else 0
    return _EDGE + (1 - share) * (_HEIGHT - 2 * _EDGE)
