"""How a person left a list, and the views of it that they named."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import Timed
from web.querysets import SavedViewQuerySet

LONGEST_NAME = 40


class SavedView(Timed):
    """A filter, an order and a choice of columns of one list, under a name of the person's own.

    The row without a name holds the columns as the person left them; it has no filter. `list_key` is the route of the list
    (`web.lists.LISTS`), `columns` says of each column ever chosen or taken away whether it is shown.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    list_key = models.CharField(_("list"), max_length=80)
    name = models.CharField(_("name"), max_length=LONGEST_NAME, blank=True)
    query = models.CharField(_("filter and order"), max_length=2000, blank=True)
    columns = models.JSONField(_("columns"), default=dict, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        ordering = ["list_key", "name"]
        constraints = [
            models.UniqueConstraint(fields=["person", "list_key", "name"], name="web_savedview_once"),
            models.CheckConstraint(condition=~Q(name="") | Q(query=""), name="web_savedview_unnamed_has_no_filter"),
        ]

    def __str__(self) -> str:
        return self.name
