from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RisksConfig(AppConfig):
    name = "risks"
    verbose_name = _("Risks")

    def ready(self) -> None:
        # They say what falls due, and how the events read.
        from risks import deadlines, deadlines_campaigns, sentences, sentences_finding, sentences_review  # noqa: F401
