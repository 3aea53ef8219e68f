"""The database's own guard of published catalogues: what they hold is not added to, changed or removed, by whatever way (domain §2)."""

import pgtrigger

_CATALOGUE_OF = {
    "catalogue_id": "SELECT {row}.catalogue_id",
    "item_id": "SELECT catalogue_id FROM positions_poweritem WHERE id = {row}.item_id",
}
# FOR SHARE: whoever publishes holds the catalogue's row, so an edit waits for them and then sees the new state.
_CHECK = """
IF (SELECT c.state IN ('published', 'superseded') FROM positions_catalogue c WHERE c.id = ({catalogue}) FOR SHARE OF c) THEN
    RAISE EXCEPTION 'catalogue is published: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
"""


def fixed_with_catalogue(column: str) -> list[pgtrigger.Trigger]:
    """Triggers for a table whose rows belong to a catalogue through `column`: "catalogue_id" or "item_id"."""

    def check(*rows: str) -> str:
        return "".join(_CHECK.format(catalogue=_CATALOGUE_OF[column].format(row=row)) for row in rows)

    return [
        pgtrigger.Trigger(name="fixed_insert", when=pgtrigger.Before, operation=pgtrigger.Insert, func=check("NEW") + "RETURN NEW;"),
        pgtrigger.Trigger(name="fixed_update", when=pgtrigger.Before, operation=pgtrigger.Update, func=check("OLD", "NEW") + "RETURN NEW;"),
        pgtrigger.Trigger(name="fixed_delete", when=pgtrigger.Before, operation=pgtrigger.Delete, func=check("OLD") + "RETURN OLD;"),
    ]
