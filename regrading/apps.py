from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegradingConfig(AppConfig):
    name = "regrading"
    verbose_name = _("Re-grading")

    def ready(self) -> None:
        from regrading import sentences  # noqa: F401 -- says how events read
