"""Reads of saved views. Only their person sees them."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User


class SavedViewQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The person's own."""
        return self.filter(person_id=user.pk)

    def named(self) -> Self:
        """Without the rows that only hold columns."""
        return self.exclude(name="")
