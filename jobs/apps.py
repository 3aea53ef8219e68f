from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Loads every app's `tasks.py`, where the kinds of jobs are registered."""

    name = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        autodiscover_modules("tasks")
