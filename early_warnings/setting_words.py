"""Schemes and dispositions as their pages show them."""

from typing import Any

from early_warnings.models import DispositionKind, Effect, SubjectKind, Tier, WarningScheme
from early_warnings.services.catalogue import is_used
from talks.models import TalkKind


def scheme_row(scheme: WarningScheme, *, is_current: bool) -> dict[str, Any]:
    """A scheme with its levels from the gravest down, each with what it stands for in other schemes."""
    levels = [
        {
            "level": level,
            "tier": level.get_tier_display(),
            "stands_for": [f"{mapping.to_level} ({mapping.to_level.scheme})" for mapping in level.mapped_to.all()],
        }
        for level in sorted(scheme.levels.all(), key=lambda level: -level.severity)
    ]
    own_open = scheme.unit_id is not None and scheme.closed_on is None
    may_edit = own_open and not is_used(scheme)
    return {"scheme": scheme, "levels": levels, "is_current": is_current, "may_edit": may_edit, "may_close": own_open and not is_current}


def kind_row(kind: DispositionKind) -> dict[str, Any]:
    """A kind of disposition in words."""
    tiers = [Tier(tier).label for tier in Tier.values if tier in kind.tiers]
    subjects = [SubjectKind(subject).label for subject in SubjectKind.values if subject in kind.subject_kinds]
    return {
        "kind": kind,
        "tiers": tiers,
        "subjects": subjects,
        "is_protected": kind.effect != Effect.NONE,
        "talk": TalkKind(kind.talk_kind).label if kind.talk_kind else "",
    }
