"""Filters of the ledger. What may be read is decided before: the queryset starts from `visible_to`."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads import selectors
from leads.models import Channel, Judgement, Lead, Outcome
from leads.states import LeadState


class LedgerFilter(filters.FilterSet):
    """Text, state, source, level, outcome, year; important, overdue."""

    q = filters.CharFilter(method="of_text", label=_("Number, name or text"))
    state = filters.ChoiceFilter(choices=LeadState.choices, label=_("State"), empty_label=_("all"))
    channel = filters.ChoiceFilter(choices=Channel.choices, label=_("source of information"), empty_label=_("all"))
    level = filters.ChoiceFilter(method="of_level", label=_("Level"), empty_label=_("all"))
    outcome = filters.ChoiceFilter(choices=Outcome.choices, method="of_outcome", label=_("way of handling"), empty_label=_("all"))
    year = filters.ChoiceFilter(field_name="received_at__year", label=_("year"), empty_label=_("all"))
    which = filters.ChoiceFilter(
        method="of_which",
        label=_("Which"),
        empty_label=_("all"),
        choices=[("important", _("important")), ("overdue", _("overdue")), ("named", _("named")), ("anonymous", _("anonymous"))],
    )

    class Meta:
        model = Lead
        fields: list[str] = []

    def __init__(self, *args: Any, choices: selectors.Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["level"].extra["choices"] = lambda: choices.levels  # not copied by the form, see risks.filters.register
        self.filters["year"].extra["choices"] = lambda: choices.years

    def of_text(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        """Read one by one, for the text is encrypted."""
        return leads.filter(pk__in=selectors.matching(leads, value)) if value.strip() else leads

    def of_level(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        """Leads with a confirmed judgement of this level."""
        return leads.filter(pk__in=Judgement.objects.filter(level__severity=value).exclude(confirmed_at=None).values("lead"))

    def of_outcome(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        """Leads with a confirmed judgement of this outcome."""
        return leads.filter(pk__in=Judgement.objects.filter(outcome=value).exclude(confirmed_at=None).values("lead"))

    def of_which(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        """Important, overdue, named or anonymous."""
        if value == "important":
            return leads.filter(is_important=True)
        if value == "overdue":
            found: QuerySet[Lead] = leads.overdue(timezone.localdate())  # type: ignore[attr-defined]
            return found
        return leads.filter(is_named=value == "named")
