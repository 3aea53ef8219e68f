"""How the events of review, grading and schemes read in a timeline."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "declaration.step_agreed": _("{actor} agreed ({step})"),
        "declaration.reviewed": _("{actor} agreed ({step}) and passed the form on to the leading group"),
        "declaration.returned": _("{actor} returned the form ({step})"),
        "declaration.reassigned": _("The form moved from {old} to {new}, because the organisation changed"),
        "declaration.path_changed": _("Later steps of the review changed with the organisation"),
        "declaration.graded": _("{actor} closed the grading of the form"),
        "declaration.discussed": _("{actor} recorded the discussion of the leading group on {day}"),
        "declaration.sent_to_higher": _("{actor} sent the form to the higher committee"),
        "declaration.higher_opinion": _("{actor} entered the opinion of the higher committee"),
        "entry.rated": _("{actor} rated “{object}”: {new}"),
        "entry.commented": _("{actor} remarked on “{object}”: {text}"),
        "entry.confirmed": _("{actor} confirmed the level of “{object}”: {new}"),
        "entry.level_decided": _("{actor} decided the level of “{object}”: {new}"),
        "entry.rejected": _("{actor} did not take “{object}” into the register"),
        "scheme.created": _("{actor} made the scheme “{object}”"),
        "scheme.changed": _("{actor} changed the scheme “{object}”"),
        "scheme.made_default": _("{actor} chose “{object}” for new campaigns"),
        "scheme.closed": _("{actor} took “{object}” out of use"),
    },
    {"declaration.returned": "warning", "declaration.graded": "success", "entry.rejected": "danger"},
)
