"""What the register does when the organisation or the power catalogue changes: it follows at once and leaves a trace."""

from django.db import connection, transaction

from accounts.models import User
from audit import services as audit
from positions.models import Catalogue
from risks.models import Examination, RiskEntry, RiskPoint
from risks.services import campaigns, points, responsibility, review
from risks.services.trace import copy_history
from risks.states import CampaignState, FormState


@transaction.atomic
def follow_organisation(*, unit_ids: set[int], by: User | None, reason: str) -> None:
    """Move responsibility, waiting review steps and forms to whom they now belong (domain §3: follows when appointments or 分工 change)."""
    responsibility.refresh(unit_ids=unit_ids, by=by, reason=reason)
    review.reassign(unit_ids=unit_ids, by=by, reason=reason)
    campaigns.follow_organisation(unit_ids=unit_ids, by=by, reason=reason)
    points.changed()


# Rows named by {table} that sit on another version of an item of the catalogue now in force, with item and step of the new one.
_MOVED = """
    SELECT t.id, n.id AS item, s2.id AS step, n.category, n.major_matter
    FROM {table} t
    JOIN positions_poweritem o ON o.id = t.power_item_id AND o.catalogue_id <> %(catalogue)s
    JOIN (
        SELECT id, category, major_matter, lineage FROM positions_poweritem WHERE catalogue_id = %(catalogue)s
        UNION ALL  -- powers that were merged into an item: what hung on them follows to it
        SELECT id, category, major_matter, unnest(absorbed) FROM positions_poweritem WHERE catalogue_id = %(catalogue)s
    ) n ON n.lineage = o.lineage
    LEFT JOIN positions_flowstep s1 ON s1.id = t.flow_step_id
    LEFT JOIN positions_flowstep s2 ON s2.item_id = n.id AND s2.key = s1.key
    {where}
"""
_CATEGORY = ", power_category = m.category, major_matter = m.major_matter"
_OPEN_FORMS = "JOIN risks_declaration d ON d.id = t.declaration_id WHERE t.unit_id = %(unit)s AND d.state <> ALL(%(over)s)"
_OPEN_CAMPAIGNS = "JOIN risks_campaign c ON c.id = t.campaign_id WHERE c.unit_id = %(unit)s AND c.state <> %(closed)s"


@transaction.atomic
def follow_catalogue(*, catalogue: Catalogue, by: User) -> None:
    """Point risks, open forms and examinations at the items and steps of the version now in force (same lineage and step key).

    A step the new version no longer has leaves the risk on its item; an item it no longer has leaves the risk where it is.
    """
    moved = {
        "points": _repoint(
            RiskPoint, "WHERE t.unit_id = %(unit)s", f"{_CATEGORY}, version = t.version + 1, updated_at = now()", catalogue, by
        ),
        "entries": _repoint(RiskEntry, _OPEN_FORMS, _CATEGORY, catalogue, by),
        "examinations": _repoint(Examination, _OPEN_CAMPAIGNS, "", catalogue, by),
    }
    audit.record("catalogue.followed", by=by, obj=catalogue, unit_id=catalogue.unit_id, detail=moved)
    points.changed()


def _repoint(model: type[RiskPoint] | type[RiskEntry] | type[Examination], where: str, extra: str, catalogue: Catalogue, by: User) -> int:
    table = model._meta.db_table
    moved = _MOVED.format(table=table, where=where)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} t SET power_item_id = m.item, flow_step_id = m.step{extra} FROM ({moved}) m WHERE t.id = m.id RETURNING t.id",  # noqa: S608
            {
                "catalogue": catalogue.pk,
                "unit": catalogue.unit_id,
                "over": [FormState.GRADED, FormState.CANCELLED],
                "closed": CampaignState.CLOSED,
            },
        )
        ids = [row[0] for row in cursor.fetchall()]
    if ids:
        copy_history(model, ids, by=by, reason=str(catalogue))
    return len(ids)
