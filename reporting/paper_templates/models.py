"""A version of a template that a unit has put in the place of the product's."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import StoredFile, Timed, Versioned
from positions.models import Unit
from reporting.paper_templates.kinds import KINDS
from reporting.paper_templates.querysets import DocumentTemplateQuerySet
from reporting.paper_templates.states import TEMPLATE_TABLE, TemplateState

_USER = settings.AUTH_USER_MODEL
TONES = {TemplateState.CHECKED: "info", TemplateState.IN_USE: "success", TemplateState.REPLACED: "neutral"}


class DocumentTemplate(Timed, Versioned):
    """One uploaded file that passed the check. `kind` is a code of `reporting.paper_templates.kinds.KINDS`; the file never changes."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=40)
    number = models.PositiveSmallIntegerField(_("version"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=TemplateState, default=TemplateState.CHECKED)
    note = models.CharField(_("note"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    used_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("put in use by"))
    used_at = models.DateTimeField(_("in use since"), null=True, blank=True)
    # The last paper that could not be made with it; that paper was made with the template of the product.
    failed_at = models.DateTimeField(_("last failed"), null=True, blank=True)

    history = History()
    objects = DocumentTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("document template")
        ordering = ["-number", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "number"], name="reporting_documenttemplate_number"),
            models.UniqueConstraint(fields=["unit", "kind"], condition=Q(state="in_use"), name="reporting_documenttemplate_one_in_use"),
            models.CheckConstraint(
                condition=Q(state="checked", used_by=None, used_at=None)
                | Q(state__in=["in_use", "replaced"], used_by__isnull=False, used_at__isnull=False),
                name="reporting_documenttemplate_used_by_whom",
            ),
        ]
        triggers = [
            TEMPLATE_TABLE.guard(),
            pgtrigger.Protect(
                name="file_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "((OLD.unit_id, OLD.kind, OLD.number, OLD.file_id, OLD.uploaded_by_id) IS DISTINCT FROM "
                    "(NEW.unit_id, NEW.kind, NEW.number, NEW.file_id, NEW.uploaded_by_id))"
                ),
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(kind)s, version %(number)d") % {"kind": self.title, "number": self.number}

    def get_absolute_url(self) -> str:
        """The page of its kind in its unit."""
        return reverse("reporting:paper", args=[self.unit_id, self.kind])

    @property
    def title(self) -> str:
        """What the paper is called."""
        return KINDS[self.kind].title if self.kind in KINDS else self.kind

    @property
    def state_tone(self) -> str:
        """Colour of the badge."""
        return TONES[TemplateState(self.state)]

    @property
    def is_in_use(self) -> bool:
        """Whether papers are made with it."""
        return self.state == TemplateState.IN_USE
