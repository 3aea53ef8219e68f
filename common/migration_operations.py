"""Constraints, indexes and triggers in migrations, without rendering the models anew after each.

Django renders every related model again whenever an operation changes a model's state; with history tables that is most of our models each
time, and a new database took a minute of computing. What these operations add changes no column and no relation, so nothing has to be
rendered: only the state keeps it, and the database gets it.
"""

from typing import Any

from django.db import migrations
from django.db.migrations.state import ProjectState
from pgtrigger import migrations as trigger_migrations


def _keep(state: ProjectState, app_label: str, model_name: str, option: str, added: Any) -> None:
    options = state.models[app_label, model_name].options
    options[option] = [*options.get(option, []), added]


class AddConstraint(migrations.AddConstraint):
    """As Django's."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Into the state, nothing else."""
        _keep(state, app_label, self.model_name_lower, "constraints", self.constraint)  # type: ignore[attr-defined]


class AddIndex(migrations.AddIndex):
    """As Django's."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Into the state, nothing else. Every index has a name of its own in our models."""
        _keep(state, app_label, self.model_name_lower, "indexes", self.index.clone())


class AddTrigger(trigger_migrations.AddTrigger):
    """As pgtrigger's."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Into the state, nothing else."""
        _keep(state, app_label, self.model_name.lower(), "triggers", self.trigger)
