"""Result and codes of a survey as table files."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments import quarters
from assessments.models.survey import Survey
from assessments.survey_rules import Rate
from assessments.survey_selectors import result_of
from common.xlsx.writing import Column, Sheet, write_workbook


def _cells(found: Rate | None) -> list[Any]:
    if found is None:
        return [None, None, _("too few answers, not shown"), None, None]
    return [found.n, found.contacts, f"{found.at_least}%", f"{found.percent}%", f"{found.at_most}%"]


def _columns(first: Sequence[Column]) -> list[Column]:
    rates = [_("at least"), pgettext("survey", "share"), _("at most")]
    numbers = [Column(_("valid answers"), 10, "int"), Column(_("with contact"), 10, "int")]
    return [Column(_("No."), 6, "int"), *first, *numbers, *(Column(name, 14, align="right") for name in rates)]


def write_result(target: Any, survey: Survey) -> int:
    """Whole, questions and departments, as the page shows them; returns the number of rows."""
    result = result_of(survey)
    period = quarters.in_words(survey.period_start, survey.period_end)
    notes = [
        _("Experience of %(period)s; Wilson's interval at %(confidence)d%%; shown from %(minimum)d valid answers.")
        % {"period": period, "confidence": survey.confidence, "minimum": survey.minimum},
        _("Made on %(date)s") % {"date": timezone.localdate().isoformat()},
    ]
    whole = Sheet(_("Contact rate"), _columns([Column(_("survey"), 44)]), [[1, survey.title, *_cells(result.rate)]], survey.title, notes)
    questions = [[row.number, row.category, row.text, *_cells(row.rate)] for row in result.questions]
    places = [[number, row.name, *_cells(row.rate)] for number, row in enumerate(result.places, start=1)]
    sheets = [whole]
    if questions:
        sheets.append(
            Sheet(_("By question"), _columns([Column(_("category"), 16), Column(_("question"), 60)]), questions, survey.title, notes)
        )
    if places:
        sheets.append(Sheet(pgettext("survey", "By department"), _columns([Column(_("department"), 24)]), places, survey.title, notes))
    return write_workbook(target, sheets)


def write_codes(target: Any, survey: Survey, rows: Iterable[tuple[str, str]]) -> int:
    """The codes with their addresses; returns how many."""
    columns = [Column(_("No."), 6, "int"), Column(_("code"), 16, align="center"), Column(_("address"), 70)]
    listed = [[number, code, address] for number, (code, address) in enumerate(rows, start=1)]
    note = _("Hand these out without noting who gets which. They cannot be told again.")
    return write_workbook(target, [Sheet(_("Codes"), columns, listed, survey.title, [note])])
