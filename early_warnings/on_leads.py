"""What pages of leads show of warnings; bound in config/bindings.py (leads.providers)."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from early_warnings.models import WarningLead
from early_warnings.permissions import warnings as permissions
from leads.models import Lead


def of_lead(*, user: User, lead: Lead) -> list[dict[str, Any]]:
    """The warnings drafted from a lead that the person may see as well. One query."""
    links = WarningLead.objects.visible_to(user).filter(lead=lead).select_related("warning").order_by("pk")
    return [
        {"label": str(link.warning), "url": link.warning.get_absolute_url(), "state": link.warning.get_state_display()} for link in links
    ]


def start_url(*, user: User, lead: Lead) -> str:
    """Where a warning is drafted from the lead; empty for who may not draft one."""
    if not permissions.may_draft(user):
        return ""
    return f"{reverse('warnings:new')}?{urlencode({'lead': lead.public_id})}"
