"""Page furniture: icons, cards, facts, tabs, breadcrumbs, texts for our scripts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.markup import markup

register = template.Library()

SPRITE = "vendor/icons.svg"


@register.filter
def layout(request: HttpRequest | None) -> str:
    """The parent template of a page: the whole page, or only its ``part`` block for an htmx request.

    Use as ``{% extends request|layout %}``. A boosted link and a restored history entry want the page.
    """
    htmx = getattr(request, "htmx", None)
    if htmx and not htmx.boosted and not htmx.history_restore_request:
        return "partials/part.html"
    return "base.html"


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """One icon of the sprite (names in ``web/icons.txt``); with ``label`` it is read aloud, else hidden."""
    if not label:
        return _silent_icon(name, css, settings.STATIC_URL)
    href = f"{static(SPRITE)}#{name}"
    return markup('<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', f"icon {css}".strip(), label, href)


@lru_cache(maxsize=1000)
def _silent_icon(name: str, css: str, _static_url: str) -> SafeString:
    """Pages have dozens, and the address of the sprite is the same while the process lives."""
    href = f"{static(SPRITE)}#{name}"
    return markup('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', f"icon {css}".strip(), href)


@register.simple_block_tag
def card(
    content: str,
    title: str = "",
    subtitle: str = "",
    uid: str = "",
    count: int | None = None,
    more_url: str = "",
    more_label: str = "",
    flush: bool = False,
    css: str = "",
) -> str:
    """A section with a heading. ``flush`` takes the padding away (tables, lists)."""
    inside = markup('<div class="{}">{}</div>', "card-flush" if flush else "card-body", content)
    start = markup('<section class="card {}"', css)
    if uid:
        start += markup(' id="{}"', uid)
    if not title:
        return markup("{}>{}</section>", start, inside)
    head = markup('<h2 class="card-title">{}{}</h2>', title, "" if count is None else markup(' <span class="count">{}</span>', count))
    if subtitle:
        head += markup('<p class="card-subtitle">{}</p>', subtitle)
    if more_url:
        head += markup('<a class="card-more" href="{}">{}</a>', more_url, more_label or _("Show all"))
    return markup('{} aria-label="{}"><header class="card-header">{}</header>{}</section>', start, title, head, inside)


@register.simple_block_tag
def facts(content: str, label: str = "") -> str:
    """A description list for the side column; holds ``fact`` and ``factblock`` tags."""
    return markup('<dl class="facts" aria-label="{}">{}</dl>', label or _("Facts"), content)


@register.simple_tag
def fact(label: str, value: Any, url: str = "") -> SafeString:
    """One fact; an empty value shows a dash that is read as "not given"."""
    if value is None or value == "":
        return markup(
            '<div><dt>{}</dt><dd class="text-secondary"><span aria-hidden="true">—</span>'
            '<span class="visually-hidden">{}</span></dd></div>',
            label,
            _("not given"),
        )
    if url:
        return markup('<div><dt>{}</dt><dd><a href="{}">{}</a></dd></div>', label, url, value)
    return markup("<div><dt>{}</dt><dd>{}</dd></div>", label, value)


@register.simple_block_tag
def factblock(content: str, label: str = "") -> str:
    """A fact whose value is markup (badges, links)."""
    return markup("<div><dt>{}</dt><dd>{}</dd></div>", label, content)


@register.simple_tag
def stat(label: str, value: Any, hint: str = "", url: str = "", tone: str = "", unit: str = "") -> str:
    """A figure with its name. ``tone``: danger, warning, success or empty."""
    inside = markup(
        '<span class="stat-label">{}</span><span class="stat-value">{}{}</span>{}',
        label,
        value,
        markup("<small>{}</small>", unit) if unit else "",
        markup('<span class="stat-hint">{}</span>', hint) if hint else "",
    )
    css = f"stat stat-{tone}" if tone else "stat"
    return markup('<a class="{}" href="{}">{}</a>', css, url, inside) if url else markup('<div class="{}">{}</div>', css, inside)


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Links to the sibling pages of one thing: items with label, url, active and maybe count."""
    return {"items": items, "label": label or _("Views")}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(items: Iterable[Any]) -> dict[str, Any]:
    """The way up: items with label and url; the last one, the page itself, needs no url."""
    return {"items": items}


@register.inclusion_tag("components/breadcrumbs.html")
def crumbs(*steps: Any) -> dict[str, Any]:
    """The same from arguments: label, url, label, url, …, and the label of the page itself."""
    pairs = [{"label": label, "url": url} for label, url in zip(steps[::2], [*steps[1::2], ""], strict=False)]
    return {"items": pairs}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, text: str = "", icon: str = "inbox", url: str = "", action: str = "", compact: bool = False) -> dict[str, Any]:
    """What to say, and what to do next, where there is nothing yet."""
    return {"title": title, "text": text, "icon": icon, "url": url, "action": action, "compact": compact}


@register.simple_block_tag
def alert(content: str, tone: str = "info", title: str = "") -> str:
    """A message within the page. ``tone``: info, success, warning or danger."""
    return render_to_string("components/alert.html", {"content": content, "tone": tone, "title": title})


@register.simple_tag
def hint(text: str, label: str = "") -> SafeString:
    """A question mark whose explanation shows on focus and hover, and is read aloud."""
    return markup(
        '<button type="button" class="hint" data-tip="{}" aria-label="{}: {}">?</button>',
        text,
        label or _("Explanation"),
        text,
    )


@register.simple_tag
def ui_texts() -> dict[str, str]:
    """What our scripts say, in the language of the page; base.html hands it over as JSON."""
    return {
        "saving": _("Saving…"),
        "saved": _("Saved {time}"),
        "unsaved": _("Not saved yet"),
        "saveFailed": _("Could not be saved. Your entries are kept in this browser; it will be tried again."),
        "leave": _("There are entries that are not saved yet. Leave all the same?"),
        "restoreTitle": _("Entries that were not saved"),
        "restoreText": _("This browser holds entries of {time} that did not reach the server. Take them back?"),
        "restoreYes": _("Take them back"),
        "restoreNo": _("Throw them away"),
        "conflictTitle": _("Somebody else changed this in the meantime"),
        "conflictText": _(
            "Your entries were not written over theirs. Look at the current state in a new window, "
            "then load this page again and enter your changes."
        ),
        "conflictReload": _("Load the current state"),
        "conflictStay": _("Stay and copy my entries"),
        "cancel": _("Cancel"),
        "close": _("Close"),
        "charsLeft": _("{count} characters left"),
        "charsOver": _("{count} characters too many"),
        "busy": _("One moment…"),
        "failed": _("That did not work (error {status}). Please try again; nothing was changed."),
        "offline": _("The server cannot be reached. Please check the network and try again."),
        "signedOut": _("You have been signed out. Please sign in again in another window, then repeat."),
        "rowRemoved": _("Row removed"),
        "rowAdded": _("Row added"),
        "rowMoved": _("Row moved to place {place}"),
        "undo": _("Undo"),
        "noMatch": _("Nothing matches"),
        "chosen": _("{count} chosen"),
        "columns": _("Columns"),
        "searchList": _("Type to search the list"),
    }
