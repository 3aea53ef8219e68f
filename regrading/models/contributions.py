"""How contributions are kept with scores: as the text of a JSON array.

Every night all of them are put together as text, compared and, where they differ, written: as jsonb they would be parsed a million times
and take twice the room, and nothing looks into them.
"""

import json
from typing import Any

from django.db import models


class ContributionsField(models.TextField):  # type: ignore[type-arg]
    """[[rule, points, facts], …] in Python; in the database as PostgreSQL would print the jsonb."""

    def from_db_value(self, value: str | None, *_of: Any) -> Any:
        """The array."""
        return None if value is None else json.loads(value)

    def get_prep_value(self, value: Any) -> str | None:
        """Its text."""
        return None if value is None else json.dumps(value, ensure_ascii=False)
