"""How the trail of imports reads."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "import.uploaded": _("{actor} uploaded the register “{file}”"),
        "import.checked": _("{actor} made a dry run of {object}: {rows} rows, {errors} faults, {hints} hints"),
        "import.remapped": _("{actor} went back to the mapping of {object}"),
        "import.done": _("{actor} imported {object}: {rows} rows, {points} risk points"),
        "import.undone": _("{actor} undid the import of {object}: {points} risk points removed"),
        "import.discarded": _("{actor} discarded {object}"),
        "risk.import_removed": _("{actor} removed {points} imported risk points from the register"),
    },
    tones={"import.done": "success", "import.undone": "warning", "import.discarded": "warning"},
)
