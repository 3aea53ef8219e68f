"""How the events of rounds and their settings read in a timeline."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "assessment.round_created": _("{actor} began to set up the round"),
        "assessment.planned": _("{actor} changed the days: {changes}"),
        "assessment.proposed": _("{actor} had {people} people and {raters} raters proposed"),
        "assessment.raters_proposed": _("{actor} had the raters of {people} people proposed anew"),
        "assessment.people_added": _("{actor} added {people} people"),
        "assessment.people_removed": _("{actor} took {people} people out of the round"),
        "assessment.group_set": _("{actor} put {people} people into the group “{group}”"),
        "assessment.raters_changed": _("{actor} changed who is asked"),
        "assessment.rating_opened": _("{actor} opened the appraisal of {people} people; rules and raters are fixed"),
        "assessment.rating_closed": _("{actor} closed the appraisal; the ballots were counted"),
        "assessment.cancelled": _("{actor} cancelled the round"),
        "assessment_settings.changed": _("{actor} changed the assessment settings: {changes}"),
        "assessment_settings.retired": _("{actor} took “{object}” out of use"),
        "assessment_indicators.saved": _("{actor} saved the indicator set “{object}”"),
        "assessment_scale.saved": _("{actor} saved the grade scale “{object}”"),
    },
    {
        "assessment.rating_opened": "success",
        "assessment.cancelled": "danger",
    },
)
