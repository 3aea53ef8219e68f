"""The life of an import of a list; like that of a register, but with its own undo."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.states import StateTable, Transition, register


class ListState(models.TextChoices):
    UPLOADED = "uploaded", _("uploaded")
    CHECKED = "checked", _("checked")
    IMPORTED = "imported", _("imported")
    UNDONE = "undone", _("undone")
    DISCARDED = "dropped", _("discarded")


S = ListState
LIST_IMPORT_TABLE = register(
    StateTable(
        "list_import",
        ListState,
        S.UPLOADED,
        [
            Transition(
                "check",
                (S.UPLOADED,),
                S.CHECKED,
                _("try"),
                _("who uploaded it"),
                "list_import.checked",
                requires=_("a confirmed mapping"),
            ),
            Transition("remap", (S.CHECKED,), S.UPLOADED, _("change the mapping"), _("who uploaded it"), "list_import.remapped"),
            Transition(
                "import",
                (S.CHECKED,),
                S.IMPORTED,
                _("import"),
                _("who uploaded it"),
                "list_import.done",
                requires=_("no fault in any row"),
            ),
            Transition(
                "undo",
                (S.IMPORTED,),
                S.UNDONE,
                _("undo"),
                _("who uploaded it or keeps the list"),
                "list_import.undone",
                requires=_("nothing imported was changed since, and nothing refers to it"),
            ),
            Transition("discard", (S.UPLOADED, S.CHECKED), S.DISCARDED, _("discard"), _("who uploaded it"), "list_import.discarded"),
        ],
    )
)
