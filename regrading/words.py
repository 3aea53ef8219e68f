"""Contributions to a score in words: which rule, from what, how many points (domain §3: anyone who may see the risk reads why)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from early_warnings.models import Tier
from regrading.evidence.evaluation import NOT_IN_RULES

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One contribution: the rule's code, what it rests on, and its points, with their sign but for the start."""

    rule: str
    text: str
    points: int
    amount: str

    def __str__(self) -> str:
        return _("%(what)s: %(points)s") % {"what": self.text, "points": self.amount}


def tell(contributions: Iterable[Iterable[Any]], level: str = "") -> list[Told]:
    """Every contribution of a score, in its order. `level`: label of the anchor, for the start."""
    found = []
    for rule, points, facts in contributions:
        text = _base(points, facts, level) if rule == "base" else _PHRASES[rule](facts)
        if facts.get("most"):
            text = _("%(what)s (counted up to the limit)") % {"what": text}
        found.append(Told(rule, text, points, _amount(points, signed=rule != "base")))
    return found


def cannot(code: str) -> str:
    """Why there is no score; empty for a point that has one."""
    told = {NOT_IN_RULES: _("Cannot be computed, because the rules of re-grading lack a level of the scale of this risk point.")}
    return told.get(code, code)


def _amount(points: int, *, signed: bool) -> str:
    number = f"{points:+d}".replace("-", "−") if signed else str(points)
    return ngettext("%(number)s point", "%(number)s points", abs(points)) % {"number": number}


def _base(points: int, facts: Facts, level: str) -> str:
    named = {"level": level, "floor": facts["floor"], "more": points - facts["floor"]}
    if not facts["factors"]:
        return _("start: the band of “%(level)s” begins at %(floor)d; probability and harm are not given") % named
    return _("start: the band of “%(level)s” begins at %(floor)d, %(more)d more by probability and harm") % named


def _leads(facts: Facts) -> str:
    judged, unjudged = facts.get("judged", 0), facts.get("unjudged", 0)
    text = ngettext("%(n)d lead on holder or power", "%(n)d leads on holder or power", judged + unjudged) % {"n": judged + unjudged}
    return _("%(what)s, of these %(n)d not yet judged") % {"what": text, "n": unjudged} if unjudged else text


def _warnings(facts: Facts) -> str:
    tiers = [(Tier(tier).label, facts[tier]) for tier in reversed(Tier.values) if facts.get(tier)]
    counted = [_("%(tier)s %(n)d") % {"tier": label, "n": number} for label, number in tiers]
    text = _("warnings on holder, department or power: %(list)s") % {"list": _(", ").join(counted)}
    return _("%(what)s, of these %(n)d closed") % {"what": text, "n": facts["closed"]} if facts.get("closed") else text


def _measures(facts: Facts) -> str:
    if confirmed := facts.get("confirmed"):
        return ngettext("%(n)d prevention measure completed", "%(n)d prevention measures completed", confirmed) % {"n": confirmed}
    text = ngettext("%(n)d measure overdue", "%(n)d measures overdue", facts["overdue"]) % {"n": facts["overdue"]}
    if months := facts.get("months"):
        return ngettext("%(what)s, %(n)d full month together", "%(what)s, %(n)d full months together", months) % {"what": text, "n": months}
    return text


def _grades(facts: Facts) -> str:
    return _("grade of the holder in quarter %(quarter)d of %(year)d: “%(grade)s”") % dict(facts)


def _surveys(facts: Facts) -> str:
    low = {"low": facts["low"]}
    kinds = {
        ("external", True): _("external contact rate of the unit: at least %(low)d%%"),
        ("external", False): _("external contact rate of the department: at least %(low)d%%"),
        ("internal", True): _("internal contact rate of the unit: at least %(low)d%%"),
        ("internal", False): _("internal contact rate of the department: at least %(low)d%%"),
    }
    return kinds[facts["kind"], facts["whole_unit"]] % low


def _review(facts: Facts) -> str:
    return ngettext("no review for %(n)d month or more", "no review for %(n)d months or more", facts["months"]) % {"n": facts["months"]}


_PHRASES = {"leads": _leads, "warnings": _warnings, "measures": _measures, "grades": _grades, "surveys": _surveys, "review": _review}
