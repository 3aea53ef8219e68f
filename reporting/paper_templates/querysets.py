"""Templates of units. Every page starts here."""

from typing import Any, Self

from django.db import models

from accounts.models import AdminRole, User
from reporting.paper_templates.states import TemplateState


class DocumentTemplateQuerySet(models.QuerySet[Any]):
    """Templates hold no content of anybody's: who looks after them sees those of every unit."""

    def visible_to(self, user: Any) -> Self:
        """For the system administrator; for nobody else there are none."""
        keeps = isinstance(user, User) and user.is_active and user.admin_role == AdminRole.SYSTEM
        return self if keeps else self.none()

    def in_use(self) -> Self:
        """What papers are made with now."""
        return self.filter(state=TemplateState.IN_USE)
