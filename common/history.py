"""django-simple-history whose rows cannot be changed or removed, not even by the application's own account."""

from typing import Any

import pgtrigger
from simple_history.models import HistoricalRecords


def append_only() -> list[pgtrigger.Trigger]:
    """Triggers for a table that only grows."""
    return [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class History(HistoricalRecords):
    """Use instead of HistoricalRecords; bulk writes go through simple_history's bulk helpers or copy rows in SQL."""

    def get_meta_options(self, model: Any) -> dict[str, Any]:
        return {**super().get_meta_options(model), "triggers": append_only()}
