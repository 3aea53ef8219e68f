"""What this app asks of upper apps without importing them; `config.bindings` says who answers. Unbound, the answer is empty."""

from typing import Any

from django.db.models import QuerySet

from positions.providers import Provider

# Talks that a member of a discipline committee does not read, because they are shut out from what set them off (回避). Facts: user.
# Answer: a queryset of keys of talks, or None for nothing.
hidden_from_committee: Provider["QuerySet[Any, Any] | None"] = Provider("hidden_from_committee", lambda: None)
