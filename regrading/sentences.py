"""How the events of re-grading read in timelines."""

from django.utils.translation import gettext_lazy as _

from audit import sentences

sentences.register(
    {
        "ruleset.drafted": _("{actor} drafted the rule set “{object}”"),
        "ruleset.changed": _("{actor} changed the rule set “{object}”"),
        "ruleset.switched_on": _("{actor} switched on the rule set “{object}”"),
        "ruleset.replaced": _("The rule set “{object}” was replaced by a newer one"),
        "ruleset.dropped": _("{actor} dropped the draft “{object}”"),
    }
)
