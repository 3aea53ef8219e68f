"""What pages of the register show of re-grading without importing it; `config.bindings` says who answers. Unbound, the answer is empty."""

from typing import Any

from django.db.models import QuerySet

from positions.providers import Provider
from risks.models import RiskPoint

# What rows of the register are annotated with, so that the list asks nothing more: name → expression over RiskPoint. No facts.
row_annotations: Provider[dict[str, Any]] = Provider("row_annotations", dict)

# What the list shows of these rows. Facts: user, rows (annotated). Answer: point → {"spark": [scores], "level": key of the level
# proposed, "direction": "rise" or "fall"}; each may be missing.
row_lines: Provider[dict[int, dict[str, Any]]] = Provider("row_lines", dict)

# What waits to be decided for any point, as far as the person may know of it, for files. Facts: user. Answer: point → (key of the level
# proposed, "rise" or "fall").
proposed_levels: Provider[dict[int, tuple[int, str]]] = Provider("proposed_levels", dict)

# Those of the points for which another level waits to be decided. Facts: user, points, direction ("" for both).
proposed_points: Provider[QuerySet[RiskPoint]] = Provider("proposed_points", RiskPoint.objects.none)

# Why the point has its level, as far as the person may see. Facts: user, risk, levels (all, by key). Answer: context of
# templates/regrading/point.html; empty for a point that was never evaluated. "events": lines for its timeline.
explanation: Provider[dict[str, Any]] = Provider("explanation", dict)

# Where registers are brought in from files. Facts: user. Answer: the page's address; empty for who may not.
import_url: Provider[str] = Provider("import_url", str)
