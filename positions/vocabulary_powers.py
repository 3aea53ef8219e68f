"""How the trail of powers and rules reads."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "catalogue.started": _("{actor} started version {object}"),
        "catalogue.submitted": _("{actor} submitted {object} to the legal office"),
        "catalogue.approved": _("{actor} approved {object} for the legal office"),
        "catalogue.returned": _("{actor} returned {object} to be compiled further"),
        "catalogue.published": _("{actor} published {object}"),
        "catalogue.exported": _("{actor} exported {rows} items of the power catalogue"),
        "catalogue.superseded": _("{object} was superseded by a new version"),
        "power.created": _("{actor} entered the power {object}"),
        "power.changed": _("{actor} changed {object}: {changes}"),
        "power.flow_changed": _("{actor} changed the flowchart, {steps} steps"),
        "power.submitted": _("{actor} handed the power in to the department head"),
        "power.agreed": _("{actor} agreed and passed the power on to the unit"),
        "power.accepted": _("{actor} accepted the power into the catalogue"),
        "power.returned": _("{actor} returned the power"),
        "power.reopened": _("{actor} took the power back to revise it"),
        "power.merged": _("{actor} merged “{merged} {name}” into this power"),
        "power.merged_away": _("{actor} merged {object} into {into}"),
        "power.removed": _("{actor} removed {object} from the version"),
        "rule.added": _("{actor} entered the rule {object}"),
        "rule.changed": _("{actor} changed the rule: {changes}"),
        "rule.enacted": _("{actor} put the rule in force"),
        "rule.repealed": _("{actor} repealed the rule"),
        "rule.removed": _("{actor} took the rule {object} out of the library"),
    },
    tones={
        "catalogue.published": "success",
        "catalogue.returned": "warning",
        "power.accepted": "success",
        "power.returned": "warning",
        "power.removed": "danger",
        "power.merged_away": "danger",
        "rule.enacted": "success",
        "rule.repealed": "danger",
    },
)
