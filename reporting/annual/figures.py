"""The figures of an annual report as plain values: the year beside the one before. They survive JSON unchanged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from talks.models import TalkKind

# What a row says where it has no name of its own (levels, grades, departments and kinds have one, kept as it was).
LABELS: dict[str, Any] = {
    "standing": _("In the register at the end of the year"),
    "entered": _("Entered in the year"),
    "retired": _("Taken off in the year"),
    "raised": _("Levels raised"),
    "lowered": _("Levels lowered"),
    "forms": _("Forms to hand in"),
    "handed_in": _("Forms handed in"),
    "coverage": _("Share handed in"),
    "department": pgettext_lazy("annual report", "Leadership"),  # those of departments bear their names
    "due": _("Measures due in the year"),
    "kept": _("Done in time"),
    "late": _("Done late"),
    "overdue": _("Overdue at the end of the year"),
    "kept_share": _("Share done in time"),
    "issued": _("Warnings issued"),
    "rectified": _("Rectified and closed in the year"),
    "open": _("Not closed at the end of the year"),
    "late_open": _("Of these past their time limit"),
    "dispositions": _("Dispositions carried out"),
    "worked": _("Of these with effect"),
    "entries": _("Point entries confirmed"),
    "points": _("Points entered"),
    "people": _("People with points"),
    "assessed": _("Results of final assessments"),
    "talks": _("Talks held"),
    "checks": _("Eligibility checks"),
    "checked": _("People asked about"),
    "rules_made": _("Rules that came into force"),
    "rules_repealed": _("Rules repealed"),
}
TITLES: dict[str, Any] = {
    "register": pgettext_lazy("annual report", "Risk points"),
    "campaign": pgettext_lazy("annual report", "Finding of risks"),
    "departments": pgettext_lazy("annual report", "Forms handed in, by department"),
    "measures": pgettext_lazy("annual report", "Prevention measures"),
    "warnings": pgettext_lazy("annual report", "Warnings and rectification"),
    "dispositions": pgettext_lazy("annual report", "Dispositions"),
    "points": pgettext_lazy("annual report", "Integrity points"),
    "grades": pgettext_lazy("annual report", "Quarterly assessments"),
    "daily": pgettext_lazy("annual report", "Talks, checks and rules"),
}
PERCENT = frozenset({"coverage", "kept_share", "department"})
# Groups with a picture, and the code of the rows it shows.
PICTURES = {"register": "level", "departments": "department", "warnings": "tier", "grades": "grade"}
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of both years; None where there was nothing to count. Shares are percentages with one decimal."""

    code: str
    now: float | None
    before: float | None
    name: str = ""

    @property
    def label(self) -> str:
        """What it counts, in the reader's language."""
        if self.code == "talk":
            return str(TalkKind(self.name).label)
        return self.name or str(LABELS[self.code])

    @property
    def is_percent(self) -> bool:
        """A share and not a number."""
        return self.code in PERCENT

    @property
    def shown(self) -> tuple[str, str, str]:
        """This year, the year before, the change."""
        return self._text(self.now), self._text(self.before), self._change()

    def _text(self, value: float | None) -> str:
        if value is None:
            return NOTHING
        return f"{value:.1f}%" if self.is_percent else f"{value:g}"

    def _change(self) -> str:
        if self.now is None or self.before is None:
            return NOTHING
        difference = round(self.now - self.before, 1)
        if not difference:
            return "0"
        return f"{difference:+.1f}" if self.is_percent else f"{difference:+g}"


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    code: str
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        """Its heading."""
        return str(TITLES[self.code])

    @property
    def pictured(self) -> tuple[Row, ...]:
        """The rows of its picture, those that both years know; empty where there is nothing to see."""
        wanted = PICTURES.get(self.code)
        rows = tuple(row for row in self.rows if row.code == wanted and None not in (row.now, row.before))
        return rows if any(row.now or row.before for row in rows) else ()


@dataclass(frozen=True, slots=True)
class Figures:
    """All of them, for `year` as of the day `on` (its end, or the day they were counted) and the end of the year before."""

    year: int
    on: date
    groups: tuple[Group, ...]

    def value(self, group: str, code: str, name: str = "") -> tuple[float | None, float | None]:
        """This year's and last year's value of a row. Raises StopIteration when there is none."""
        rows = next(one.rows for one in self.groups if one.code == group)
        row = next(row for row in rows if row.code == code and (not name or row.name == name))
        return row.now, row.before

    def to_json(self) -> dict[str, Any]:
        """To be kept."""
        groups = [{"code": g.code, "rows": [[r.code, r.name, r.now, r.before] for r in g.rows]} for g in self.groups]
        return {"year": self.year, "on": self.on.isoformat(), "groups": groups}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Figures":
        """What `to_json` kept."""
        groups = tuple(
            Group(group["code"], tuple(Row(code, now, before, name) for code, name, now, before in group["rows"]))
            for group in kept["groups"]
        )
        return cls(kept["year"], date.fromisoformat(kept["on"]), groups)


def share(part: float, whole: float) -> float | None:
    """Percentage with one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def beside(code: str, now: Mapping[str, float | None], before: Mapping[str, float | None], order: Sequence[str] = ()) -> tuple[Row, ...]:
    """Rows by name of both years: first those of `order`, then what else occurs in either year. What one year lacks counts as 0 there."""
    names = list(dict.fromkeys([*order, *now, *before]))
    return tuple(Row(code, now.get(name, 0), before.get(name, 0), name) for name in names)
