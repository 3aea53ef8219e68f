"""What the page of a survey shows beside its facts: the possible steps and the picture of its codes."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import qrcode
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from assessments.models.survey import Survey
from assessments.permissions import surveys as permissions
from assessments.states_surveys import SurveyState
from common.markup import markup
from common.verdicts import Verdict

QUIET_ZONE = 2


def answer_address(request: HttpRequest, survey: Survey, code: str = "") -> str:
    """The whole address of the public page. A code stands behind the #: browsers keep that part to themselves, no log gets it."""
    address = request.build_absolute_uri(survey.get_answer_url())
    return f"{address}#{code}" if code else address


def qr_svg(text: str, label: str) -> SafeString:
    """A QR code as a drawing of ours: one path, no style, no script."""
    # One mask instead of the best of eight: readers do not mind, and hundreds of slips take a second instead of ten.
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET_ZONE, mask_pattern=2)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h{width}v1h-{width}z" for y, row in enumerate(rows) for x, width in _runs(row))
    return markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
        '<rect width="{0}" height="{0}" fill="#fff"/><path d="{2}" fill="#000"/></svg>',
        len(rows),
        label,
        path,
    )


def _runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    """(first, width) of each dark stretch of a row."""
    x = 0
    for dark, cells in groupby(row):
        width = len(list(cells))
        if dark:
            yield x, width
        x += width


def steps(user: User, survey: Survey) -> list[dict[str, Any]]:
    """The next possible steps, for `{% actions %}`; none for who only reads."""
    if not permissions.may_make(user, survey.unit_id):
        return []
    fields = {"version": survey.version}
    found = []
    if survey.state in (SurveyState.DRAFT, SurveyState.OPEN):
        found.append(
            _step(
                "cancel",
                survey,
                pgettext("survey", "Give up"),
                permissions.may_cancel(user, survey),
                danger=True,
                fields=fields,
                confirm=_("The counts and the codes are deleted; no result is ever shown."),
                ask_reason=_("Reason"),
            )
        )
    if survey.state == SurveyState.DRAFT:
        edit = {"label": _("Change"), "url": reverse("assessments:survey_edit", args=[survey.pk]), "method": "get", "icon": "pencil"}
        found.append(edit)
    if survey.by_code and survey.state in (SurveyState.DRAFT, SurveyState.OPEN):
        codes = reverse("assessments:survey_codes", args=[survey.pk])
        found.append({"label": _("Make codes"), "url": codes, "method": "get", "icon": "qrcode"})
    if survey.state == SurveyState.DRAFT:
        found.append(
            _step(
                "open",
                survey,
                _("Open the survey"),
                permissions.may_open(user, survey),
                primary=True,
                fields=fields,
                confirm=_("Answers are taken from %(start)s until %(end)s. Questions, minimum and departments no longer change.")
                % {"start": survey.open_from, "end": survey.open_until},
            )
        )
    if survey.state == SurveyState.OPEN:
        found.append(
            _step(
                "close",
                survey,
                _("End the survey"),
                permissions.may_close(user, survey),
                primary=True,
                fields=fields,
                confirm=_("No more answers are taken; the result is shown to the committee, the unit head and the party committee."),
            )
        )
    return found


def _step(name: str, survey: Survey, label: str, verdict: Verdict, **more: Any) -> dict[str, Any]:
    url = reverse(f"assessments:survey_{name}", args=[survey.pk])
    return {"label": label, "url": url, "allowed": bool(verdict), "reason": verdict.reason, **more}
