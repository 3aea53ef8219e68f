"""Buttons that change something: they say what will happen and to whom, ask once, and post."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import template
from django.utils.translation import gettext as _

from common.templatetags.ui_status import read

register = template.Library()


def _button_class(primary: bool, danger: bool, small: bool) -> str:
    kind = "btn-danger" if danger else "btn-primary" if primary else "btn-outline"
    return f"btn {kind}{' btn-sm' if small else ''}"


@register.inclusion_tag("components/action_button.html", takes_context=True)
def action_button(context: template.Context, action: Any, small: bool = False) -> dict[str, Any]:
    """One possible step. ``action`` (object or dict) has

    label, url, allowed (default True), reason (why not), primary, danger, confirm (what exactly will happen;
    asks once), method ("post", or "get" for a link), icon, ask_reason (True or the label of the reason field),
    reason_required, fields (hidden values by name). A step that is not allowed shows disabled with its reason.
    """
    allowed = read(action, "allowed", True)
    ask = read(action, "ask_reason")
    return {
        "uid": f"a{uuid4().hex[:8]}",
        "label": read(action, "label"),
        "url": read(action, "url"),
        "allowed": allowed,
        "reason": read(action, "reason") if not allowed else "",
        "confirm": read(action, "confirm"),
        "confirm_title": read(action, "confirm_title") or read(action, "label"),
        "method": read(action, "method") or "post",
        "icon": read(action, "icon"),
        "danger": read(action, "danger"),
        "css": _button_class(bool(read(action, "primary")), bool(read(action, "danger")), small),
        "ask_reason": _("Reason") if ask is True else ask,
        "reason_required": read(action, "reason_required", True),
        "fields": read(action, "fields") or {},
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/actions.html", takes_context=True)
def actions(context: template.Context, items: Iterable[Any], small: bool = False) -> dict[str, Any]:
    """The next possible steps in a row, the primary one last as in the rest of the page."""
    return {"items": items, "small": small, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("components/action_button.html", takes_context=True)
def confirm_button(
    context: template.Context,
    label: str,
    url: str,
    text: str,
    title: str = "",
    primary: bool = False,
    danger: bool = False,
    small: bool = False,
    icon: str = "",
    ask_reason: str = "",
    reason_required: bool = True,
    **fields: Any,
) -> dict[str, Any]:
    """A button that posts to ``url`` after showing ``text``; further keywords are sent as hidden fields."""
    action = {
        "label": label,
        "url": url,
        "confirm": text,
        "confirm_title": title,
        "primary": primary,
        "danger": danger,
        "icon": icon,
        "ask_reason": ask_reason,
        "reason_required": reason_required,
        "fields": fields,
    }
    values: dict[str, Any] = action_button(context, action, small)
    return values
