"""Warnings for tests, made through the services: a row in a state is one that really came there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from early_warnings.models import Tier, Warning, WarningLevel
from early_warnings.services import drafting
from tests.factories.organisation import SmallUnit


def tier_level(tier: str) -> WarningLevel:
    """The level of the common three-tier scheme."""
    return WarningLevel.objects.get(scheme__code="three-tiers", tier=tier)


def starter(bureau: SmallUnit) -> User:
    """A member of the discipline committee who is neither its head nor in the party committee."""
    return bureau.departments[0].staff[1]


def fresh(user: User) -> User:
    """The user as the next request finds them: nothing computed is kept."""
    return User.objects.get(pk=user.pk)


def drafted(bureau: SmallUnit, tier: str = Tier.GENERAL, *, by: User | None = None, **more: Any) -> Warning:
    """A complete draft about the clerk of the second department, unless `person=`, `department=` or `unit_wide=True` says otherwise."""
    if more.pop("unit_wide", False):
        more |= {"person": None, "department": None}
    elif "department" not in more:
        more.setdefault("person", bureau.clerk)
    more.setdefault("due_on", timezone.localdate() + timedelta(days=60))
    return drafting.draft(
        unit=bureau.unit,
        level=tier_level(tier),
        by=by or starter(bureau),
        grounds="多次超时限办理审批事项，群众反映强烈。",
        basis="《廉政风险预警办法》第八条",
        requirements="十五日内查明原因，制定整改措施并书面回告。",
        **more,
    )


Act = Callable[[], object]
