"""Points of a small unit with scores written as rows: what follows from a score is asked here, not how it came to be."""

from datetime import date

from django.utils import timezone

from accounts.models import User
from regrading.models import Proposal, RuleSet, Score
from regrading.services.proposing import Counts, propose
from risks.models import RiskPoint
from tests.factories.organisation import SmallUnit
from tests.factories.risks import level
from tests.risks.register_helpers import imported

LABELS = {1: "三级", 2: "二级", 3: "一级"}
TODAY = date(2026, 11, 22)


def common_rules() -> RuleSet:
    """Bands 0, 40 and 70; a fall 3 below; asked again after 5 points or 6 months."""
    return RuleSet.objects.get(unit=None)


def point(bureau: SmallUnit, severity: int = 1, title: str = "审批时违规放宽条件", **place: object) -> RiskPoint:
    """A point of the clerk's position (department 1) at a level of this severity."""
    return imported(bureau, title, label=LABELS[severity], **place)


def scored(risk: RiskPoint, score: int | None, severity: int | None, on: date = TODAY) -> Score:
    """What last night found of the point."""
    facts = {
        "unit_id": risk.unit_id,
        "score": score,
        "level": level(severity) if severity else None,
        "anchor": risk.current_level,
        "rule_set": common_rules(),
        "changed_on": on,
        "contributions": [["base", score or 0, {"floor": 0, "factors": 0}]],
    }
    found, _made = Score.objects.update_or_create(risk=risk, defaults=facts)
    return found


def night(bureau: SmallUnit, on: date = TODAY) -> Counts:
    """Propose by the common rules."""
    return propose(unit_id=bureau.unit.pk, as_of=on, rule_set=common_rules())


def proposed(bureau: SmallUnit, from_severity: int = 1, to_severity: int = 2, score: int = 45, **place: object) -> Proposal:
    """An open proposal by score."""
    risk = point(bureau, from_severity, **place)
    scored(risk, score, to_severity)
    night(bureau)
    return Proposal.objects.get(risk=risk)


def put_forward(risk: RiskPoint, by: User, severity: int = 2) -> Proposal:
    """An open proposal of the discipline committee."""
    return Proposal.objects.create(
        risk=risk, unit_id=risk.unit_id, direction="rise", origin="committee", from_level=risk.current_level, to_level=level(severity),
        grounds="近期审批量大,岗位长期未轮换", proposed_by=by, opened_on=timezone.localdate(),
    )  # fmt: skip
