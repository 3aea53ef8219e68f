"""The life of an import."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.states import StateTable, Transition, register


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("uploaded")
    CHECKED = "checked", _("checked")
    IMPORTED = "imported", _("imported")
    UNDONE = "undone", _("undone")
    DISCARDED = "discarded", _("discarded")


S = ImportState
IMPORT_TABLE = register(
    StateTable(
        "register_import",
        ImportState,
        S.UPLOADED,
        [
            Transition(
                "check",
                (S.UPLOADED,),
                S.CHECKED,
                _("try"),
                _("who uploaded it"),
                "import.checked",
                requires=_("a confirmed mapping"),
            ),
            Transition("remap", (S.CHECKED,), S.UPLOADED, _("change the mapping"), _("who uploaded it"), "import.remapped"),
            Transition(
                "import",
                (S.CHECKED,),
                S.IMPORTED,
                _("import"),
                _("who uploaded it"),
                "import.done",
                requires=_("no fault in any row"),
            ),
            Transition(
                "undo",
                (S.IMPORTED,),
                S.UNDONE,
                _("undo"),
                _("who uploaded it"),
                "import.undone",
                requires=_("nothing imported was changed since"),
            ),
            Transition("discard", (S.UPLOADED, S.CHECKED), S.DISCARDED, _("discard"), _("who uploaded it"), "import.discarded"),
        ],
    )
)
