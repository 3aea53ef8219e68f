from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegradingConfig(AppConfig):
    name = "regrading"
    verbose_name = _("Re-grading")

    def ready(self) -> None:
        from regrading import deadlines, sentences  # noqa: F401 -- what falls due, how events read
