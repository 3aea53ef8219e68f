from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "api"
    verbose_name = _("Interface for other systems")

    def ready(self) -> None:
        from api import sentences  # noqa: F401 -- says how events read
