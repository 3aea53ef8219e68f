"""Departments and positions that an imported register names and the unit does not have yet, made together (issue A, real input)."""

from collections.abc import Sequence

from django.db.models import Max
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from audit.services import record_many
from positions.models import Department, Position, Unit


def create_places(
    *, unit: Unit, departments: Sequence[str], positions: Sequence[tuple[int | str, str]], by: User | None, reason: str
) -> tuple[dict[str, int], dict[tuple[int | str, str], int]]:
    """Make the departments, and staff positions given as (key or new name of the department, name); returns keys by what was given.

    Call inside the transaction of the act that needs them; whether `by` may is that act's to decide. Each new row has its history and its
    audit event, so that the system administrator sees where it came from. The names must be free in the unit.
    """
    last = Department.objects.filter(unit=unit).aggregate(last=Max("order"))["last"] or 0
    made = [Department(unit=unit, name=name, order=min(last + n, 32000)) for n, name in enumerate(departments, start=1)]
    if made:
        made = bulk_create_with_history(made, Department, default_user=by, default_change_reason=reason)
        record_many("organisation.department_created", [(row, {}) for row in made], by=by, reason=reason)
    department_ids = {row.name: row.pk for row in made}
    posts = [
        Position(unit=unit, department_id=department_ids[place] if isinstance(place, str) else place, name=name, order=900)
        for place, name in positions
    ]
    if posts:
        posts = bulk_create_with_history(posts, Position, default_user=by, default_change_reason=reason)
        record_many("organisation.position_created", [(row, {}) for row in posts], by=by, reason=reason)
    return department_ids, {key: row.pk for key, row in zip(positions, posts, strict=True)}
