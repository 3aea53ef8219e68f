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
        "proposal.put_forward": _("{actor} put forward that the level be raised from “{old}” to “{new}”"),
        "proposal.accepted": _("{actor} accepted the proposed change of the level from “{old}” to “{new}”"),
        "proposal.declined": _("{actor} kept the level “{old}”; “{new}” had been proposed"),
        "proposal.lapsed": _("The proposal of another level lapsed"),
        "confidential.forwarded": _("{actor} put the matter before the leading group"),
        "confidential.set_aside": _("{actor} set the matter aside"),
        "regrading.done": _("Every risk point of the register was evaluated again"),
        "regrading.failed": _("The evaluation of the register was given up after three attempts"),
        "regrading.proposed": _("The evaluation of the register proposed other levels"),
    }
)
