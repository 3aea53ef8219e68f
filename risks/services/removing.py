"""Taking an imported register back, as long as nobody has worked with it (issue A, real input)."""

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit import services as audit
from common.errors import NotPossible
from positions.models import Unit
from risks.models import ImportedPoints, Measure, RiskEntry, RiskPoint
from risks.services import points
from risks.services.responsibility import hold_organisation
from risks.services.trace import copy_history
from risks.states import MeasureState, RiskState


def changed_since(*, unit: Unit, batch: int) -> int:
    """How many points of the batch are no longer as they were imported: themselves, their measures, or a form that took them up."""
    touched = Measure.objects.filter(risk=OuterRef("pk")).filter(
        Q(version__gt=1) | ~Q(state=MeasureState.PLANNED) | Q(created_at__gt=OuterRef("created_at"))
    )
    return (
        RiskPoint.objects.of_import(batch)
        .filter(unit=unit)
        .filter(
            Q(version__gt=1)
            | ~Q(state=RiskState.REGISTERED)
            | Q(current_level__gt=F("initial_level"))
            | Q(current_level__lt=F("initial_level"))
            | Exists(touched)
            | Exists(RiskEntry.objects.filter(risk_point=OuterRef("pk")))
        )
        .count()
    )


@transaction.atomic
def remove_imported(*, unit: Unit, batch: int, by: User, reason: str = "") -> int:
    """Remove the points and measures of an import from the register; returns how many points.

    Their history stays and ends with the removal; their numbers are not given again. Raises NotPossible when one of them was changed since.
    """
    hold_organisation([unit.pk])
    batched = RiskPoint.objects.of_import(batch).filter(unit=unit)
    known = f"FROM risks_importedpoints WHERE batch = {int(batch)}"
    where = (
        f"unit_id = {int(unit.pk)} AND import_batch = {int(batch)} "
        f"AND risks_riskpoint.id BETWEEN (SELECT first {known}) AND (SELECT last {known})"
    )
    # Locked before they are looked at: whoever changes one of them now waits, and then finds it gone. The measures as a whole come first,
    # as the removal of points takes that lock anyhow (common.references), and somebody with a new measure may be waiting for its point.
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Measure._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(
            f"SELECT count(*) FROM (SELECT id FROM risks_riskpoint WHERE {where} ORDER BY id FOR UPDATE) p",  # noqa: S608
        )
        count = int(cursor.fetchone()[0])
    if changed := changed_since(unit=unit, batch=batch):
        raise NotPossible(
            ngettext(
                "%(n)d imported risk point was changed since. What somebody has worked with is not removed; take single points off.",
                "%(n)d imported risk points were changed since. What somebody has worked with is not removed; take single points off.",
                changed,
            )
            % {"n": changed}
        )
    words = reason or _("The import was undone.")
    copy_history(
        Measure,
        None,
        by=by,
        reason=words,
        kind="-",
        where=f"risk_id IN (SELECT id FROM risks_riskpoint WHERE {where})",  # noqa: S608
    )
    copy_history(RiskPoint, None, by=by, reason=words, kind="-", where=where)
    Measure.objects.filter(risk__in=batched.values("pk"))._raw_delete("default")
    batched._raw_delete("default")
    ImportedPoints.objects.filter(pk=batch).delete()
    audit.record("risk.import_removed", by=by, obj=unit, unit_id=unit.pk, reason=reason, detail={"batch": batch, "points": count})
    points.changed()
    return count
