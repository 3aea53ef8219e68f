"""Flowcharts to start from (domain §2). Roles stand in words until posts are chosen."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_PANEL = ["deputy_in_charge", "line_department", "legal", "discipline"]


@dataclass(frozen=True, slots=True)
class Template:
    """`rows`: (kind, name, role, days, further fields); `links`: (from, to, condition) by place, counted from 0."""

    label: Promise
    text: Promise
    rows: tuple[tuple[str, Promise, Promise | str, int | None, dict[str, Any]], ...]
    links: tuple[tuple[int, int, Promise | str], ...]


_AGREED, _BACK, _REFUSED = _("agreed"), _("returned for correction"), _("not agreed")

TEMPLATES: Mapping[str, Template] = {
    "approval": Template(
        _("usual approval"),
        _("accept, review, decide, deliver"),
        (
            ("start", _("Accept the application"), _("handler"), 1, {"function": "execution"}),
            ("action", _("Review the documents"), _("department head"), 3, {}),
            ("decision", _("Decide"), _("deputy in charge"), 3, {"function": "decision"}),
            ("action", _("Check afterwards"), _("discipline committee"), 2, {"function": "supervision"}),
            ("end", _("Deliver and file"), "", None, {}),
        ),
        ((0, 1, ""), (1, 2, ""), (2, 3, _AGREED), (2, 0, _BACK), (3, 4, "")),
    ),
    "five_hands": Template(
        _("five-hand approval of finance"),
        _("handler, department, finance, deputy in charge, unit head"),
        (
            ("start", _("Apply for the payment"), _("handler"), 1, {"hand": "handler", "function": "execution"}),
            (
                "decision",
                _("Check that the business is real"),
                _("head of the department that uses the money"),
                2,
                {"hand": "user_department"},
            ),
            ("decision", _("Check budget and papers"), _("head of the finance department"), 2, {"hand": "finance_department"}),
            (
                "decision",
                _("Approval by the deputy in charge"),
                _("deputy in charge"),
                2,
                {"hand": "deputy_in_charge", "function": "decision"},
            ),
            ("decision", _("Approval by the unit head"), _("unit head"), 2, {"hand": "unit_head", "function": "decision"}),
            ("action", _("Reconcile and report"), _("discipline committee"), 1, {"function": "supervision"}),
            ("end", _("Paid and filed"), "", None, {}),
        ),
        (
            (0, 1, ""),
            (1, 2, _AGREED),
            (1, 0, _BACK),
            (2, 3, _AGREED),
            (2, 0, _BACK),
            (3, 4, _AGREED),
            (3, 0, _BACK),
            (4, 5, _AGREED),
            (4, 0, _BACK),
            (5, 6, ""),
        ),
    ),
    "panel": Template(
        _("panel"),
        _("deputy in charge, line and legal department decide, the discipline committee takes part"),
        (
            ("start", _("Put the matter forward"), _("handler"), 2, {"function": "execution"}),
            ("action", _("Opinion of the department"), _("department head"), 3, {}),
            ("action", _("Review by the legal department"), _("legal department"), 3, {}),
            ("decision", _("The panel decides"), _("panel"), 3, {"mode": "panel", "panel": _PANEL, "function": "decision"}),
            ("action", _("Check how it is carried out"), _("discipline committee"), 2, {"function": "supervision"}),
            ("end", _("Carried out and filed"), "", None, {}),
        ),
        ((0, 1, ""), (1, 2, ""), (2, 3, ""), (3, 4, _AGREED), (3, 1, _BACK), (4, 5, "")),
    ),
    "collective": Template(
        _("collective decision"),
        _("prepare, deliberate, the head speaks last, carry out, supervise"),
        (
            ("start", _("Propose the subject"), _("department in charge"), 2, {}),
            ("action", _("Examine and hear opinions"), _("deputy in charge"), 5, {}),
            (
                "decision",
                _("Deliberation by the party committee"),
                _("party committee"),
                3,
                {"mode": "collective", "head_last": True, "function": "decision"},
            ),
            ("action", _("Carry out the decision"), _("department in charge"), 10, {"function": "execution"}),
            ("action", _("Supervise the execution"), _("discipline committee"), 5, {"function": "supervision"}),
            ("end", _("Report and file"), "", None, {}),
            ("end", _("Not agreed, closed"), "", None, {}),
        ),
        ((0, 1, ""), (1, 2, ""), (2, 3, _AGREED), (2, 1, _BACK), (2, 6, _REFUSED), (3, 4, ""), (4, 5, "")),
    ),
}


def rows_of(code: str) -> list[dict[str, Any]]:
    """The template as initial rows of the editor, with new keys; empty for a code that does not exist."""
    template = TEMPLATES.get(code)
    if template is None:
        return []
    keys = [str(uuid.uuid4()) for _row in template.rows]
    rows: list[dict[str, Any]] = [
        {"key": key, "kind": kind, "name": str(name), "role": str(role), "days": days, "mode": "individual", **more}
        for key, (kind, name, role, days, more) in zip(keys, template.rows, strict=True)
    ]
    for source, target, condition in template.links:
        row = rows[source]
        n = 1 + sum(1 for name in row if name.startswith("to"))
        row |= {f"to{n}": keys[target], f"if{n}": str(condition)}
    return rows
