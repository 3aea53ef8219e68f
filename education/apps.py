from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EducationConfig(AppConfig):
    name = "education"
    verbose_name = _("Integrity education")

    def ready(self) -> None:
        from education import sentences  # noqa: F401 -- says how the events read
