from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WarningsConfig(AppConfig):
    # The folder cannot be called `warnings`: it would shadow Python's own module.
    name = "early_warnings"
    label = "warnings"
    verbose_name = _("Warnings")

    def ready(self) -> None:
        # They say what falls due, and how the events read.
        from early_warnings import deadlines, sentences, sentences_deadlines, sentences_points  # noqa: F401
