from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RisksConfig(AppConfig):
    name = "risks"
    verbose_name = _("Risks")

    def ready(self) -> None:
        from risks import sentences, sentences_finding, sentences_review  # noqa: F401 -- say how the events read
