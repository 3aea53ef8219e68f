"""How the events of surveys read in a timeline. Answers leave no event."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "survey.created": _("{actor} drafted the survey"),
        "survey.changed": _("{actor} changed the survey: {changes}"),
        "survey.opened": _("{actor} opened the survey"),
        "survey.closed": _("{actor} ended the survey"),
        "survey.cancelled": _("{actor} gave the survey up"),
        "survey.codes_made": _("{actor} made {codes} codes"),
        "survey.codes_withdrawn": _("{actor} withdrew {codes} unused codes"),
        "questionnaire.saved": _("{actor} saved the questionnaire with {questions} questions"),
    },
    {"survey.opened": "success", "survey.closed": "success", "survey.cancelled": "danger"},
)
