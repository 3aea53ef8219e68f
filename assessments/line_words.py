"""How the lines of a calculation read: one section a method, then the sum; sources only for who may see them (domain §6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Factor, ItemKind, Method, RaterLevel
from assessments.scoring.appraisal import NOBODY, TOO_FEW
from assessments.scoring.values import Line
from early_warnings.models import PointEntry, Warning
from risks.models import Measure
from talks.models import Talk

Source = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One line on the page: what, how it is reckoned, what comes of it."""

    label: str
    formula: str
    value: str
    note: str = ""
    url: str = ""
    is_sum: bool = False


@dataclass(slots=True)
class Section:
    """One method with its rows; `value` is its score, `share` what it adds to the total."""

    title: str
    rows: list[Row] = field(default_factory=list)
    value: str = ""
    formula: str = ""
    share: str = ""
    absent: str = ""

    @property
    def ends_in_sum(self) -> bool:
        """Its last row says the score already."""
        return bool(self.rows) and self.rows[-1].is_sum


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole calculation."""

    sections: list[Section]
    sums: list[Row]


def read(user: User, kept: Iterable[Mapping[str, Any]]) -> Reading:
    """The stored lines of a result, for this reader."""
    lines = [Line.from_json(line) for line in kept]
    links = links_of(user, lines)
    sections: list[Section] = []
    sums: list[Row] = []
    rows: list[Row] = []
    for line in lines:
        if line.kind in ("method", "method.absent"):
            sections.append(_section(line, rows))
            rows = []
        elif line.kind in ("weights.spread", "total", "grade"):
            sums.append(row(line))
        else:
            rows.append(row(line, links))
    return Reading(sections, sums)


def _section(line: Line, rows: list[Row]) -> Section:
    names = line.names
    title = _("%(method)s (weight %(weight)s %%)") % {"method": Method(names["method"]).label, "weight": names["weight"]}
    if line.kind == "method.absent":
        return Section(title, rows, absent=absent(names))
    return Section(title, rows, value=names["score"], formula=line.formula, share=line.value)


def absent(names: Mapping[str, Any]) -> str:
    """Why a method has no score, and what becomes of its weight."""
    why = {
        TOO_FEW: _("too few ballots were given"),
        NOBODY: _("there was no appraisal"),
        "not_applicable": _("the method does not apply: %(grounds)s") % {"grounds": names.get("grounds", "")},
    }.get(names["reason"], _("no score was entered"))
    return _("Not counted, because %(why)s. Its weight is shared out among the other methods in proportion.") % {"why": why}


def row(line: Line, links: Mapping[Source, str] | None = None) -> Row:
    """One line in words."""
    names = line.names
    if line.kind == "score.item":
        return _item(line, links or {})
    if line.kind == "appraisal.pool":
        words = {"levels": _("、").join(str(RaterLevel(level).label) for level in names["levels"]), "n": names["ballots"]}
        label = _("%(levels)s: mean of %(n)s ballots (weight %(weight)s %%)") % {**words, "weight": names["weight"]}
        hidden = _("Not told apart, because a weight has fewer than %(hidden)s ballots. It counts with its weight.") % {
            "hidden": names.get("hidden")
        }
        return Row(label, "", line.value, hidden if "hidden" in names else "")
    if line.kind == "appraisal.indicator":
        return Row(f"{Factor(names['factor']).label} · {names['name']}", line.formula, line.value)
    label, note = _label(line)
    return Row(label, line.formula, line.value, note, is_sum=line.kind in ("total", "grade", "appraisal.score"))


def _label(line: Line) -> tuple[str, str]:
    names = line.names
    words = {
        "appraisal.turnout": lambda: (_("Ballots given, of %(invited)s people asked") % names, ""),
        "appraisal.too_few": lambda: (_("Fewer than the %(minimum)s ballots that are needed: not counted, and not kept") % names, ""),
        "appraisal.score": lambda: (_("Score of the appraisal: pools by their weights"), ""),
        "score.base": lambda: (_("Full score"), ""),
        "score.nothing": lambda: (_("No deduction on record in this quarter"), ""),
        "score.limited": lambda: (_("Never below 0 or above 100"), ""),
        "score.entered": lambda: (_("Score entered"), names["grounds"]),
        "score.overruled": lambda: (
            _("Score set by hand instead of %(derived)s") % names,
            names["grounds"],
        ),
        "weights.spread": lambda: (_("Weights that are left, instead of 100"), ""),
        "total": lambda: (_("Total: scores by their weights, rounded half up to two places"), ""),
        "grade": lambda: (_("Grade “%(label)s”: from %(from)s points on") % names, ""),
    }
    return words[line.kind]()


def _item(line: Line, links: Mapping[Source, str]) -> Row:
    names = line.names
    kind = names["kind"]
    url = links.get((kind, names["id"]), "")
    label = item_label(kind, names["what"], names["label"], is_seen=bool(url) or kind == ItemKind.FINDING)
    note = names["grounds"]
    if "derived" in names:
        note = _("By the rule %(derived)s; counted differently: %(grounds)s") % {"derived": names["derived"], "grounds": names["grounds"]}
    return Row(label, "", line.value, note, url)


def item_label(kind: str, what: str, label: str, *, is_seen: bool) -> str:
    """An entry in words. Whoever may not see its source learns only of what kind it is."""
    words = {
        ItemKind.POINTS: _("Points confirmed in the quarter (fault of %(label)s)"),
        ItemKind.WARNING: _("Warning %(label)s in force in the quarter"),
        ItemKind.MEASURE: _("Measure of risk %(label)s not done in time"),
    }
    if kind in words:
        return words[ItemKind(kind)] % {"label": label} if is_seen else str(ItemKind(kind).label)
    return (
        _("%(what)s (source: %(label)s)") % {"what": what, "label": label}
        if is_seen or kind == ItemKind.TALK
        else str(ItemKind(kind).label)
    )


def links_of(user: User, lines: Iterable[Line]) -> dict[Source, str]:
    """Addresses of the sources the reader may open."""
    return source_links(user, [(line.names["kind"], line.names["id"]) for line in lines if line.kind == "score.item" and line.names["id"]])


def source_links(user: User, sources: Iterable[Source]) -> dict[Source, str]:
    """The same from kinds and keys; one query a kind."""
    wanted: dict[str, set[int]] = {}
    for kind, pk in sources:
        wanted.setdefault(kind, set()).add(pk)
    rows: dict[str, QuerySet[Any]] = {
        ItemKind.POINTS: PointEntry.objects.visible_to(user),
        ItemKind.WARNING: Warning.objects.visible_to(user),
        ItemKind.TALK: Talk.objects.visible_to(user),
    }
    found: dict[Source, str] = {}
    for kind, queryset in rows.items():
        if kind in wanted:
            found |= {(kind, row.pk): row.get_absolute_url() for row in queryset.filter(pk__in=wanted[kind])}
    if ItemKind.MEASURE in wanted:
        measures = Measure.objects.visible_to(user).filter(pk__in=wanted[ItemKind.MEASURE])
        found |= {(ItemKind.MEASURE.value, pk): reverse("risks:risk", args=[risk]) for pk, risk in measures.values_list("pk", "risk_id")}
    return found
