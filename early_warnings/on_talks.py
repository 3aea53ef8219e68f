"""What the app of talks asks this one."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from early_warnings.models import Warning, WarningTalk
from early_warnings.secrecy import not_shut_out


def hidden_from(user: User) -> QuerySet[Any, Any]:
    """Keys of talks held because of a warning in whose handling the person takes no part."""
    return WarningTalk.objects.exclude(warning__in=Warning.objects.filter(not_shut_out(user)).values("pk")).values("talk_id")
