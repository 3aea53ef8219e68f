"""Base models, stored files and number series."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Timed(models.Model):
    """When the row was made and last changed."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A counter that every save raises; `common.writes.lock` compares it with what a form was opened with."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        if not self._state.adding:
            self.version += 1
            fields = kwargs.get("update_fields")
            if fields is not None:
                kwargs["update_fields"] = {*fields, "version"}  # type: ignore[misc]
        super().save(*args, **kwargs)  # type: ignore[arg-type]


def _stored_path(instance: "StoredFile", filename: str) -> str:
    # Our own name: what the visitor called the file never reaches the file system.
    return f"{instance.key.hex[:2]}/{instance.key.hex}"


class StoredFile(Timed):
    """An upload or a finished file, outside the web root; downloaded only through a view that checks permission."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    content = models.FileField(upload_to=_stored_path, max_length=120)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("file")

    def __str__(self) -> str:
        return self.name


class NumberSeries(models.Model):
    """The last number given in a series such as (unit 3, "FX", 2026); taken under a row lock, so no number is given twice."""

    key = models.CharField(max_length=80, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key}: {self.last}"
