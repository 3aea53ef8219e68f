from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    name = "leads"
    verbose_name = _("Leads")

    def ready(self) -> None:
        from leads import deadlines, sentences, sentences_reporter  # noqa: F401 -- say what falls due, how the events read
