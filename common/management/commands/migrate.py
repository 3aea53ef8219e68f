"""`manage.py migrate`, in a tenth of the time.

Before each step Django makes anew every model that is related to a changed one, however far away. Here everything is related to people and
units, so each of some four hundred steps made a hundred models anew: of fifty seconds, PostgreSQL worked two. A model that is new is known
to no other yet, and of a changed one only those directly related hold anything of it that a later step looks at. The schema is the same:
tests/tooling/test_schema.py holds it against the models themselves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ProjectState, get_related_models_tuples


def _made_anew(state: Any, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
    """In the place of ProjectState._find_reload_model: (label of the app, name) of the models to make anew."""
    mine = {(app_label, model_name)}
    try:
        return mine | get_related_models_tuples(state.apps.get_model(app_label, model_name))
    except LookupError:
        return mine


@contextmanager
def _only_what_changed() -> Iterator[None]:
    usual = ProjectState._find_reload_model  # type: ignore[attr-defined]
    ProjectState._find_reload_model = _made_anew  # type: ignore[attr-defined]
    try:
        yield
    finally:
        ProjectState._find_reload_model = usual  # type: ignore[attr-defined]


class Command(migrate.Command):
    """See Django."""

    def handle(self, *arguments: Any, **options: Any) -> None:
        """See Django."""
        with _only_what_changed():
            super().handle(*arguments, **options)
