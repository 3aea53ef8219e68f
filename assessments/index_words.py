"""The words of the position risk index: its parts, the lines of its calculation, why something cannot be computed."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from assessments.index import Figure, IndexRules, Part
from assessments.index.rules import Band, Problem
from assessments.models import Factor, SurveyKind
from assessments.quarters import Quarter
from positions.models import PowerCategory

PARTS = {
    "moral": gettext_lazy("moral risk"),
    "power": gettext_lazy("power risk"),
    "control": gettext_lazy("control risk"),
    "environment": gettext_lazy("environment risk"),
}
MEASURED_BY = {
    "moral": gettext_lazy("the democratic appraisal of the holder: 100 less its score"),
    "power": gettext_lazy("the power items held, by number, kind and discretion"),
    "control": gettext_lazy("the risk points on its flowcharts and in the register, and whether measures hold them in check"),
    "environment": gettext_lazy("the contact rate where the position works, at least"),
}
HOLDINGS = {
    "own": pgettext_lazy("held", "the position itself"),
    "step": pgettext_lazy("held", "a step of the flowchart"),
    "unit": pgettext_lazy("held", "the unit, as its head"),
    "member": pgettext_lazy("held", "the unit, as a member of the leadership"),
    "charge": pgettext_lazy("held", "a department in charge"),
}
SETTINGS = {
    "categories": gettext_lazy("points of a power item by category"),
    "business": gettext_lazy("categories with people outside"),
    "holdings": gettext_lazy("share by how it is held"),
    "major": gettext_lazy("more for a major matter"),
    "alone": gettext_lazy("more for a decision by one person"),
    "power_full": gettext_lazy("power points that make 100"),
    "grades": gettext_lazy("grades of control risk"),
    "control_full": gettext_lazy("risk points that make 100"),
    "contact_full": gettext_lazy("contact rate that makes 100 (per cent)"),
    "levels": gettext_lazy("levels of the index"),
    "valid_months": gettext_lazy("months for which appraisals and surveys are used"),
}


def part(key: str) -> str:
    """Its name."""
    return str(PARTS[key])


def number(value: str | Decimal | int) -> str:
    """As people write it, without zeros at the end."""
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def reason(found: Part) -> str:
    """“cannot be computed, because …”, as a sentence; empty for a part that is there."""
    if found.score is not None:
        return ""
    names = dict(found.names)
    if "quarter" in names:
        names["quarter"] = str(Quarter(names.pop("year"), names["quarter"]))
    if "kind" in names:
        names["kind"] = str(SurveyKind(names["kind"]).label)
    return _("Cannot be computed, because %(why)s.") % {"why": str(_REASONS[found.reason]) % names}


_REASONS: dict[str, Any] = {
    "no_holder": gettext_lazy("nobody holds the position"),
    "no_result": gettext_lazy("no assessment of the holder has been published"),
    "old_result": gettext_lazy("the last published assessment of the holder (%(quarter)s) is more than %(months)s months old"),
    "too_few": gettext_lazy("the appraisal of %(quarter)s had fewer than %(minimum)s ballots or was not held"),
    "no_catalogue": gettext_lazy("the unit has published no power catalogue"),
    "no_power": gettext_lazy("the power catalogue in force names no power of this position or of departments in its charge"),
    "no_points": gettext_lazy("the register has no risk point of this position, its powers or departments in its charge"),
    "kind_unknown": gettext_lazy("there are no powers to tell whether it works with people outside; choose the survey in the settings"),
    "no_survey": gettext_lazy("no contact-rate survey (%(kind)s) has ended with enough answers"),
    "old_survey": gettext_lazy("the last contact-rate survey (%(kind)s) is more than %(months)s months old"),
}


def figure(one: Figure, *, is_open: bool = True) -> tuple[str, str]:
    """What a line is and how it counts. Not `is_open`: its source is not for this reader, and neither is its name."""
    return _FIGURES[one.kind](one, is_open)


def _factor(one: Figure, _is_open: bool) -> tuple[str, str]:
    words = _("score, %(weight)s%% of the indicators") % {"weight": number(one.names["weight"])}
    return str(Factor(one.names["factor"]).label), words


def _appraisal(one: Figure, _is_open: bool) -> tuple[str, str]:
    quarter = Quarter(one.names["year"], one.names["quarter"])
    words = _("by weight of raters and indicators, %(n)s ballots; the risk is 100 less this score") % {"n": one.names["ballots"]}
    return _("Democratic appraisal, %(quarter)s") % {"quarter": quarter}, words


def _power(one: Figure, is_open: bool) -> tuple[str, str]:
    names = one.names
    parts = [str(PowerCategory(names["category"]).label)]
    if names["major"]:
        parts.append(pgettext("index", "major matter"))
    if names["alone"]:
        parts.append(_("decided alone"))
    parts.append(_held(one))
    return (f"{names['number']} {names['name']}" if is_open else _("power item")), " · ".join(parts)


def _held(one: Figure) -> str:
    return _("%(holding)s (× %(share)s)") % {"holding": HOLDINGS[one.names["holding"]], "share": number(one.names["share"])}


def _power_sum(one: Figure, _is_open: bool) -> tuple[str, str]:
    return _("All power items"), _("%(full)s points make 100") % {"full": number(one.names["full"])}


def _point(one: Figure, is_open: bool) -> tuple[str, str]:
    names = one.names
    if names["number"]:
        label = f"{names['number']} {names['title']}" if is_open else _("risk point")
    elif names["title"]:
        label = _("Points of %(place)s: %(n)s") % {"place": names["title"], "n": names["count"]}
    else:
        label = _("Points of the unit: %(n)s") % {"n": names["count"]}
    state = _("no measure, or one overdue: one grade graver") if names["loose"] else _("measures on time")
    return label, " · ".join([f"{names['level']} → {names['grade']}", state, _held(one)])


def _control_floor(_one: Figure, _is_open: bool) -> tuple[str, str]:
    return _("Floor"), _("lower end of the gravest grade among its own points")


def _control_sum(one: Figure, _is_open: bool) -> tuple[str, str]:
    words = _("fill what is left above the floor; %(full)s points make 100") % {"full": number(one.names["full"])}
    return _("All risk points"), words


def _contact(one: Figure, _is_open: bool) -> tuple[str, str]:
    names = one.names
    place = names["place"] or _("whole unit")
    label = _("Contact rate (%(kind)s), %(place)s") % {"kind": SurveyKind(names["kind"]).label, "place": place}
    return label, _("at least, in per cent; at most %(high)s, n=%(n)s") % {"high": number(names["high"]), "n": names["n"]}


def _contact_worst(one: Figure, _is_open: bool) -> tuple[str, str]:
    return _("Highest contact rate"), _("%(full)s%% make 100") % {"full": number(one.names["full"])}


_FIGURES: dict[str, Callable[[Figure, bool], tuple[str, str]]] = {
    "factor": _factor,
    "appraisal": _appraisal,
    "power": _power,
    "power_sum": _power_sum,
    "point": _point,
    "control_floor": _control_floor,
    "control_sum": _control_sum,
    "contact": _contact,
    "contact_worst": _contact_worst,
}


def problem(found: Problem) -> str:
    """Why settings make no sense, and by how much."""
    if found.code == "weights":
        names = {"total": number(found.names["total"]), "missing": number(found.names["missing"].lstrip("-"))}
        if found.names["missing"].startswith("-"):
            return _("The weights of the four parts add up to %(total)s%%: %(missing)s%% too much.") % names
        return _("The weights of the four parts add up to %(total)s%%: %(missing)s%% are missing.") % names
    return str(_PROBLEMS[found.code])


_PROBLEMS: dict[str, Any] = {
    "points": gettext_lazy("Points cannot be less than 0."),
    "holdings": gettext_lazy("Shares lie between 0 and 1, and what the position holds itself counts most."),
    "full": gettext_lazy("What makes 100 must be more than 0."),
    "grades": gettext_lazy(
        "The four grades of control risk go from the gravest to the lightest: thresholds fall to 0, points do not rise, names differ."
    ),
    "levels": gettext_lazy("The levels go from the highest to the lowest: thresholds fall to 0, names differ."),
}


def setting(key: str, rules: IndexRules) -> str:
    """A setting as text, for what is kept of its changes."""
    value = getattr(rules, key)
    if key == "categories":
        return "、".join(f"{PowerCategory(name).label} {number(points)}" for name, points in value.items())
    if key == "business":
        return "、".join(str(PowerCategory(name).label) for name in PowerCategory.values if name in value)
    if key == "holdings":
        return "、".join(f"{HOLDINGS[name]} {number(share)}" for name, share in value.items())
    if key in ("grades", "levels"):
        return "、".join(_band(band) for band in value)
    return number(str(value))


def _band(band: Band) -> str:
    return f"{band.label} ≥ {number(band.low)}" + (f" ({number(band.points)})" if band.points else "")
