"""What surveys say: the result of one, the rate of a unit for others to use, and comparisons. Nothing here leaves out the minimum."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from assessments import quarters
from assessments.models.survey import Contact, Survey, SurveyKind
from assessments.states_surveys import SurveyState
from assessments.survey_rules import Rate, rate, shown_places
from positions.models import Department, Unit


@dataclass(frozen=True, slots=True)
class ContactRate:
    """A contact rate with the survey it comes from; `low` and `high` bound `share`, all as parts of one."""

    share: float
    low: float
    high: float
    n: int
    survey: Survey


def contact_rate(unit: Unit, kind: str, as_of: date, department: Department | None = None) -> ContactRate | None:
    """The rate of the latest survey of this kind that was closed by that day and reached its minimum; None without one.

    With a department: the answers about it, from the latest survey in which they may be shown.
    """
    surveys = Survey.objects.closed().filter(unit=unit, kind=kind, closed_at__date__lte=as_of).select_related("tally")
    for survey in surveys.order_by("-period_end", "-closed_at", "-pk"):
        found = rate_of(survey) if department is None else places_of(survey).get(department.pk)
        if found is not None:
            return ContactRate(found.share, found.low, found.high, found.n, survey)
    return None


def rate_of(survey: Survey) -> Rate | None:
    """The rate of a closed survey; None below its minimum."""
    if survey.state != SurveyState.CLOSED or survey.tally.n < survey.minimum:
        return None
    return rate(survey.tally.contacts, survey.tally.n, survey.z)


def places_of(survey: Survey) -> dict[int, Rate]:
    """Department → rate, as far as it may be shown."""
    if rate_of(survey) is None:
        return {}
    counts = {int(place): pair for place, pair in survey.tally.places.items()}
    shown = shown_places({place: n for place, (n, _met) in counts.items()}, survey.minimum)
    return {place: rate(counts[place][1], counts[place][0], survey.z) for place in shown}


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question with its rate."""

    number: int
    category: str
    text: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One department; no rate where it is not shown."""

    name: str
    rate: Rate | None


@dataclass(frozen=True, slots=True)
class Result:
    """What is shown of a closed survey. `rate` None: too few answers."""

    n: int
    rate: Rate | None
    questions: list[QuestionRow]
    places: list[PlaceRow]

    @property
    def hidden(self) -> int:
        """Departments that are not shown."""
        return sum(row.rate is None for row in self.places)


def result_of(survey: Survey) -> Result:
    """The result of a closed survey; questions by how often they met with yes, departments from the highest rate."""
    whole = rate_of(survey)
    if whole is None:
        return Result(survey.tally.n, None, [], [])
    labels = dict(Contact.choices)
    questions = [
        QuestionRow(number, str(labels.get(asked["category"], "")), asked["text"], rate(count, whole.n, survey.z))
        for number, (asked, count) in enumerate(zip(survey.questions, survey.tally.yes, strict=True), start=1)
    ]
    shown = places_of(survey)
    places = [PlaceRow(place.name, shown.get(place.pk)) for place in survey.places.all()]
    places.sort(key=lambda row: (row.rate is None, -row.rate.low if row.rate else 0))
    return Result(whole.n, whole, questions, places)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The surveys of one kind over time: periods with their rates, and departments by period."""

    kind: str
    label: str
    surveys: list[tuple[Survey, str, Rate | None]]  # from the oldest; with the period in words
    departments: list[tuple[str, list[Rate | None]]]

    @property
    def chart(self) -> dict[str, Any] | None:
        """Lower bounds of the periods with a result, for the chart; None without any."""
        known = [(survey, words, found) for survey, words, found in self.surveys if found is not None]
        if not known:
            return None
        series = {"label": _("at least (%)"), "values": [found.at_least for _s, _w, found in known], "colour": "blue"}
        series["urls"] = [survey.get_absolute_url() for survey, _w, _f in known]
        return {
            "title": self._message([found for _s, _w, found in known], known[-1][1]),
            "categories": [_("%(period)s (n=%(n)d)") % {"period": words, "n": found.n} for _s, words, found in known],
            "series": [series],
        }

    def _message(self, rates: list[Rate], period: str) -> str:
        last = rates[-1]
        words = {"kind": self.label, "period": period, "low": last.at_least}
        if len(rates) == 1:
            return _("%(kind)s contact rate, %(period)s: at least %(low)s%%") % words
        before = rates[-2]
        if last.high < before.low:
            return _("%(kind)s contact rate, %(period)s: at least %(low)s%%, clearly lower than before") % words
        if last.low > before.high:
            return _("%(kind)s contact rate, %(period)s: at least %(low)s%%, clearly higher than before") % words
        return _("%(kind)s contact rate, %(period)s: at least %(low)s%%, no clear change against the one before") % words


def comparisons(surveys: Iterable[Survey]) -> list[Comparison]:
    """By kind, from closed surveys (with `tally` and `places`) of one unit; each kind that has any."""
    by_kind: dict[str, list[Survey]] = {}
    for survey in sorted(surveys, key=lambda one: (one.period_end, one.closed_at, one.pk)):
        by_kind.setdefault(survey.kind, []).append(survey)
    found = []
    for kind in SurveyKind.values:
        rows = by_kind.get(kind, [])
        if not rows:
            continue
        names: dict[int, str] = {}
        for survey in rows:
            names |= {place.pk: place.name for place in survey.places.all()}
        places = [places_of(survey) for survey in rows]
        departments = [(name, [shown.get(pk) for shown in places]) for pk, name in names.items() if any(pk in shown for shown in places)]
        periods = [(survey, quarters.in_words(survey.period_start, survey.period_end), rate_of(survey)) for survey in rows]
        found.append(Comparison(kind, str(SurveyKind(kind).label), periods, departments))
    return found
