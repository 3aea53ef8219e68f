"""The database's own guard of what was handed in: the risks of a signed form and their measures stay as they were declared (domain §3).

What reviewers and the leading group add (reviewed, computed and final level, reason, the point made of a risk) may be written; place
and category of a risk follow its power item into a new version of the catalogue, and only there.
"""

from functools import reduce
from operator import or_

import pgtrigger

_WORDS = (
    "declaration", "unit", "order", "change", "self_level", "level_of", "title", "content", "manifestation", "aspect", "found_by",
    "method", "probability", "harm", "influence", "answers", "involved_positions", "cooperating",
)  # fmt: skip
_PLACE = ("power_item", "flow_step", "power_category", "major_matter")
_MEASURE = ("entry", "order", "kind", "line", "text", "who", "due_on")
_FORM_OF = {
    "declaration_id": "{row}.declaration_id",
    "entry_id": "SELECT declaration_id FROM risks_riskentry WHERE id = {row}.entry_id",
}
_HANDED_IN = "SELECT d.state NOT IN ('draft', 'returned') FROM risks_declaration d WHERE d.id = ({form})"
# FOR SHARE: whoever signs holds the form's row, so an edit waits for them and then sees the new state.
_CHECK = f"""
IF ({_HANDED_IN} FOR SHARE OF d) THEN
    RAISE EXCEPTION 'the form was handed in: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
"""
_PLACE_CHECK = f"""
IF NOT ({_HANDED_IN.format(form="NEW.declaration_id")}) THEN
    RETURN NEW;
END IF;
IF NEW.power_item_id IS NOT DISTINCT FROM OLD.power_item_id THEN
    -- A step that is removed from its flowchart takes the reference with it.
    IF NEW.flow_step_id IS NULL AND NEW.power_category = OLD.power_category AND NEW.major_matter = OLD.major_matter THEN
        RETURN NEW;
    END IF;
ELSIF EXISTS (
    SELECT FROM positions_poweritem o, positions_poweritem n
    WHERE o.id = OLD.power_item_id AND n.id = NEW.power_item_id AND (n.lineage = o.lineage OR o.lineage = ANY(n.absorbed))
        AND NEW.power_category = n.category AND NEW.major_matter = n.major_matter
) THEN
    RETURN NEW;
END IF;
RAISE EXCEPTION 'the form was handed in: another place of a risk is refused' USING ERRCODE = 'check_violation';
"""


def _check(column: str, *rows: str) -> str:
    return "".join(_CHECK.format(form=_FORM_OF[column].format(row=row)) for row in rows)


def _fixed(column: str, changed: pgtrigger.Q) -> list[pgtrigger.Trigger]:
    return [
        pgtrigger.Trigger(
            name="declared_insert", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_check(column, "NEW") + "RETURN NEW;"
        ),
        pgtrigger.Trigger(
            name="declared_update",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=changed,
            func=_check(column, "OLD", "NEW") + "RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name="declared_delete", when=pgtrigger.Before, operation=pgtrigger.Delete, func=_check(column, "OLD") + "RETURN OLD;"
        ),
    ]


def _changed(*fields: str) -> pgtrigger.Q:
    return reduce(or_, (pgtrigger.Q(**{f"old__{field}__df": pgtrigger.F(f"new__{field}")}) for field in fields))


def fixed_risks() -> list[pgtrigger.Trigger]:
    """Triggers of the risks a form declares."""
    # A new risk gets its point when it is graded; afterwards it stays with it.
    other_point = pgtrigger.Q(old__risk_point__isnull=False) & _changed("risk_point")
    place = pgtrigger.Trigger(
        name="declared_place",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=_changed(*_PLACE),
        func=_PLACE_CHECK,
    )
    return [*_fixed("declaration_id", _changed(*_WORDS) | other_point), place]


def fixed_measures() -> list[pgtrigger.Trigger]:
    """Triggers of the measures a form declares. A rule that is removed from the library takes the reference with it."""
    return _fixed("entry_id", _changed(*_MEASURE) | (pgtrigger.Q(new__rule__isnull=False) & _changed("rule")))
