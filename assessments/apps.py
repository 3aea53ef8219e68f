from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")

    def ready(self) -> None:
        # They say what falls due, and how the events read.
        from assessments import (  # noqa: F401
            deadlines,
            sentences,
            sentences_eligibility,
            sentences_index,
            sentences_results,
            sentences_surveys,
        )
