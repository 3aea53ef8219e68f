from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")

    def ready(self) -> None:
        from assessments import sentences, sentences_eligibility, sentences_index, sentences_results, sentences_surveys  # noqa: F401 -- say how events read
