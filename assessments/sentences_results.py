"""How the events of scoring, results and appeals read. They name neither score nor grade: the audit administrator reads them too."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "assessment.scored": _("{actor} entered a score: {method}"),
        "assessment.scores_filled": _("{actor} entered the same score for {people} people: {method}"),
        "assessment.scores_derived": _("{actor} had the file scores of {people} people worked out"),
        "assessment.submitted": _("{actor} submitted the scores of {people} people for review"),
        "assessment.returned": _("{actor} returned the round for scoring"),
        "assessment.reviewed": _("{actor} passed the results on to the party committee"),
        "assessment.sent_back": _("{actor} sent the round back to the discipline committee"),
        "assessment.published": _("{actor} had the results shown"),
        "assessment.appeals_opened": _("The time for appeals began"),
        "assessment.finished": _("The results became final"),
        "assessment.result_reviewed": _("{actor} reviewed a result"),
        "assessment.result_confirmed": _("{actor} confirmed a result"),
        "assessment.result_dropped": _("{actor} dropped a result"),
        "assessment.appeal_filed": _("{actor} appealed against a result"),
        "assessment.appeal_upheld": _("{actor} answered an appeal: the result stands"),
        "assessment.appeal_changed": _("{actor} answered an appeal: the result is corrected"),
        "assessment.appeal_reopened": _("{actor} sent a correction back"),
        "assessment.appeal_withdrawn": _("{actor} took an appeal back"),
        "assessment.summary_exported": _("{actor} exported {rows} results of the assessment"),
    },
    {
        "assessment.published": "success",
        "assessment.finished": "success",
        "assessment.returned": "warning",
        "assessment.sent_back": "warning",
    },
)
