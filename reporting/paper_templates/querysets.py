"""Templates of units. Every page starts here."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from accounts.models import AdminRole, User
from reporting.paper_templates.states import TemplateState

if TYPE_CHECKING:
    from reporting.paper_templates.models import DocumentTemplate

    Base = models.QuerySet[DocumentTemplate]
else:
    Base = models.QuerySet


class DocumentTemplateQuerySet(Base):
    """Templates hold no content of anybody's: who looks after them sees those of every unit."""

    def visible_to(self, user: Any) -> Self:
        """For the system administrator; for nobody else there are none."""
        keeps = isinstance(user, User) and user.is_active and user.admin_role == AdminRole.SYSTEM
        return self if keeps else self.none()

    def in_use(self) -> Self:
        """What papers are made with now."""
        return self.filter(state=TemplateState.IN_USE)
