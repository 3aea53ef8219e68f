"""How the trail of imported lists reads."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "list_import.uploaded": _("{actor} uploaded {object} for import"),
        "list_import.checked": _("{actor} made a dry run of {object}: {rows} rows, {errors} faults, {hints} hints"),
        "list_import.remapped": _("{actor} went back to the mapping of {object}"),
        "list_import.done": _("{actor} imported {object}: {rows} rows, {new} new"),
        "list_import.undo_refused": _("{actor} wanted to undo the import of {object}; {blocks} rows stood in the way"),
        "list_import.undone": _("{actor} undid the import of {object}: {removed} entries removed"),
        "list_import.discarded": _("{actor} discarded {object}"),
    },
    tones={"list_import.done": "success", "list_import.undone": "warning", "list_import.discarded": "warning"},
)
