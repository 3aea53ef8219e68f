"""Filters of the list of measures."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.choices import Listed
from risks.models import Measure, MeasureKind
from risks.states import MeasureState

MINE, OVERDUE, TO_CONFIRM = "mine", "overdue", "to_confirm"


class MeasureFilter(filters.FilterSet):
    """Mine, overdue, reported; by department, state and kind."""

    which = filters.ChoiceFilter(
        method="of_which",
        label=_("Which"),
        empty_label=_("all"),
        choices=[(MINE, _("mine to carry out")), (OVERDUE, _("overdue")), (TO_CONFIRM, _("waiting to be confirmed"))],
    )
    department = filters.ChoiceFilter(field_name="risk__department_id", label=_("Department"), empty_label=_("all"))
    state = filters.ChoiceFilter(choices=MeasureState.choices, label=_("State"), empty_label=_("all"))
    kind = filters.ChoiceFilter(choices=MeasureKind.choices, label=_("Kind"), empty_label=_("all"))

    class Meta:
        model = Measure
        fields: list[str] = []

    def __init__(self, *args: Any, departments: list[tuple[int, str]], user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.filters["department"].extra["choices"] = Listed(departments)

    def of_which(self, measures: QuerySet[Measure], name: str, value: str) -> QuerySet[Measure]:
        """What waits for me, what is late, what somebody has to confirm."""
        if value == MINE:
            return measures.filter(who=self.user)
        if value == OVERDUE:
            found: QuerySet[Measure] = measures.overdue(timezone.localdate())  # type: ignore[attr-defined]
            return found
        return measures.filter(state=MeasureState.DONE)
