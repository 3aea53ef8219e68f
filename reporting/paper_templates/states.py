"""The life of a template a unit has uploaded. What was refused is not kept at all."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.states import StateTable, Transition, register


class TemplateState(models.TextChoices):
    """At most one of a unit and kind is in use; without one the paper is made with the template of the product."""

    CHECKED = "checked", pgettext_lazy("paper template", "checked")
    IN_USE = "in_use", pgettext_lazy("paper template", "in use")
    REPLACED = "replaced", pgettext_lazy("paper template", "replaced")


S = TemplateState
_ADMINISTRATOR = _("system administrator")
TEMPLATE_TABLE = register(
    StateTable(
        "document_template",
        TemplateState,
        S.CHECKED,
        [
            Transition(
                "use",
                (S.CHECKED, S.REPLACED),
                S.IN_USE,
                pgettext_lazy("paper template", "put in use"),
                _ADMINISTRATOR,
                "document_template.used",
                requires=_("it passes the check of today"),
            ),
            Transition(
                "replace",
                (S.IN_USE,),
                S.REPLACED,
                pgettext_lazy("paper template", "replace"),
                _ADMINISTRATOR,
                "document_template.replaced",
                requires=_("another one is put in use, or that of the product again"),
            ),
        ],
    )
)
