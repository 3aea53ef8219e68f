"""The levels a unit uses, what a level text of a file may mean among them, and how a rating becomes a number (domain §3)."""

import re
import unicodedata
from collections.abc import Mapping
from types import SimpleNamespace

from positions.models import Unit
from risks.grading import level_for
from risks.models import GradingScheme, Level

_WHOLE = re.compile(r"\d{1,2}")


class UnitLevels:
    """Levels and ratings of the scheme that the unit grades with."""

    def __init__(self, unit: Unit) -> None:
        schemes = GradingScheme.objects.filter(is_default=True, closed_on=None).select_related("scale").prefetch_related("scale__levels")
        scheme = schemes.filter(unit=unit).first() or schemes.filter(unit=None).first()
        self.scheme = scheme
        found = scheme.scale.levels.all() if scheme else Level.objects.filter(scale__code="three-levels")
        self.by_severity: dict[int, Level] = {level.severity: level for level in sorted(found, key=lambda level: -level.severity)}
        # The reader's proposals count 3, 2, 1; on another scale, or one that names its levels the other way round, they mean nothing.
        self._usual = {s: level.label for s, level in self.by_severity.items()} == {3: "一级", 2: "二级", 1: "三级"}
        self._computed: dict[tuple[int, int], Level | None] = {}
        self._labels = self._factor_labels()

    def proposed(self, texts: Mapping[str, int | None]) -> dict[str, int]:
        """The severities to propose for level texts; texts that nobody can be sure of are left out."""
        if self._usual:
            return {text: severity for text, severity in texts.items() if severity in self.by_severity}
        exact = {level.label: severity for severity, level in self.by_severity.items()}
        return {text: exact[text] for text in texts if text in exact}

    def rating(self, factor: str, text: str) -> int | None:
        """A probability or harm as the scheme counts it: a whole number within its range, or one of its own words; None for all else."""
        labels = self._labels.get(factor, [])
        plain = unicodedata.normalize("NFKC", text).strip().removesuffix("分")
        if _WHOLE.fullmatch(plain):
            return int(plain) if 1 <= int(plain) <= (len(labels) or 5) else None
        return labels.index(plain) + 1 if plain in labels else None

    def computed(self, probability: int, harm: int) -> Level | None:
        """The level that the scheme computes from the two; None when it cannot."""
        key = (probability, harm)
        if key not in self._computed:
            answers = SimpleNamespace(probability=probability, harm=harm, influence=None, answers={})
            self._computed[key] = level_for(self.scheme, answers)[0] if self.scheme else None
        return self._computed[key]

    def _factor_labels(self) -> dict[str, list[str]]:
        if self.scheme is None or self.scheme.kind != "matrix":
            return {}
        return {factor["code"]: list(factor["labels"]) for factor in self.scheme.rules.get("factors", [])}
