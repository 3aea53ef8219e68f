"""How a reason reads: kind, number and date of its source."""

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from assessments.eligibility.rules import Reason, ReasonKind


def in_words(reason: Reason, day: Callable[[date], str] = date.isoformat) -> str:
    """One sentence without full stop, in the language now active; `day` writes the dates."""
    words = {"on": day(reason.on), "until": day(reason.until) if reason.until else "", "label": reason.label}
    if reason.kind == ReasonKind.WARNING:
        return _("%(label)s %(number)s, issued on %(on)s, is not closed") % {**words, "number": reason.source}
    if reason.kind == ReasonKind.POINTS:
        text = _("Integrity points have come to %(points)s and reach “%(label)s” (last fault on %(on)s)")
        return text % {**words, "points": reason.source}
    year, quarter = reason.source.split("-")
    words |= {"year": year, "quarter": quarter}
    return {
        ReasonKind.GRADE: _(
            "Graded “%(label)s” in the integrity assessment of quarter %(quarter)s of %(year)s, final on %(on)s; restricted until %(until)s"
        ),
        ReasonKind.ROUND: _("The result of the integrity assessment of quarter %(quarter)s of %(year)s is not decided yet"),
        ReasonKind.RESULT: _(
            "The result of the integrity assessment of quarter %(quarter)s of %(year)s, shown on %(on)s, is not final yet"
        ),
        ReasonKind.APPEAL: _(
            "An appeal of %(on)s against the result of the integrity assessment of quarter %(quarter)s of %(year)s is not answered yet"
        ),
    }[reason.kind] % words
