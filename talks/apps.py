from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TalksConfig(AppConfig):
    name = "talks"
    verbose_name = _("Talks")

    def ready(self) -> None:
        from talks import deadlines, sentences  # noqa: F401 -- say what falls due, how the events read
