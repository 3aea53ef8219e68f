"""The lives of rule sets, proposals and confidential findings of re-grading (domain §3: a fall always needs the leading group)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.states import StateTable, Transition, register


class RuleSetState(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_FORCE = "in_force", pgettext_lazy("rule set", "in force")
    REPLACED = "replaced", pgettext_lazy("rule set", "replaced")
    DROPPED = "dropped", pgettext_lazy("rule set", "dropped")


_R = RuleSetState
RULE_SET_TABLE = register(
    StateTable(
        "rule_set",
        _R,
        _R.DRAFT,
        [
            Transition(
                "switch_on",
                (_R.DRAFT,),
                _R.IN_FORCE,
                _("switch on"),
                _("head of the leading group, or its office"),
                "ruleset.switched_on",
                requires=_("a reason"),
                told=_("leading group's office and discipline committee"),
            ),
            Transition("replace", (_R.IN_FORCE,), _R.REPLACED, _("replace"), _("whoever switches on a newer one"), "ruleset.replaced"),
            Transition(
                "drop", (_R.DRAFT,), _R.DROPPED, _("drop the draft"), _("head of the leading group, or its office"), "ruleset.dropped"
            ),
        ],
    )
)


class ProposalState(models.TextChoices):
    OPEN = "open", pgettext_lazy("proposal", "to be decided")
    ACCEPTED = "accepted", pgettext_lazy("proposal", "accepted")
    DECLINED = "declined", pgettext_lazy("proposal", "declined")
    LAPSED = "lapsed", pgettext_lazy("proposal", "lapsed")


_P = ProposalState
_GROUP = _("head of the leading group, or its office; nobody about the risk of their own position")
PROPOSAL_TABLE = register(
    StateTable(
        "level_proposal",
        _P,
        _P.OPEN,
        [
            Transition(
                "accept",
                (_P.OPEN,),
                _P.ACCEPTED,
                _("accept the proposed level"),
                _GROUP,
                "proposal.accepted",
                told=_("responsible leaders before and after, direct holder"),
            ),
            Transition("decline", (_P.OPEN,), _P.DECLINED, _("keep the level"), _GROUP, "proposal.declined", requires=_("a reason")),
            Transition(
                "lapse", (_P.OPEN,), _P.LAPSED, _("lapse"), _("re-grading, when the score no longer asks for it"), "proposal.lapsed"
            ),
        ],
    )
)


class ConfidentialState(models.TextChoices):
    OPEN = "open", pgettext_lazy("confidential finding", "to be considered")
    FORWARDED = "forwarded", pgettext_lazy("confidential finding", "put before the leading group")
    SET_ASIDE = "set_aside", pgettext_lazy("confidential finding", "set aside")
    LAPSED = "lapsed", pgettext_lazy("confidential finding", "lapsed")


_C = ConfidentialState
_COMMITTEE = _("member of the discipline committee who may see every source of it")
CONFIDENTIAL_TABLE = register(
    StateTable(
        "confidential_finding",
        _C,
        _C.OPEN,
        [
            Transition(
                "forward",
                (_C.OPEN,),
                _C.FORWARDED,
                _("put before the leading group"),
                _COMMITTEE,
                "confidential.forwarded",
                requires=_("grounds in one's own words that give nothing away"),
                told=_("responsible leader and leading group's office: of the proposal only"),
            ),
            Transition("set_aside", (_C.OPEN,), _C.SET_ASIDE, _("set aside"), _COMMITTEE, "confidential.set_aside", requires=_("a reason")),
            Transition(
                "lapse", (_C.OPEN,), _C.LAPSED, _("lapse"), _("re-grading, when the score no longer asks for it"), "confidential.lapsed"
            ),
        ],
    )
)


class RunState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("run", "waiting")
    DONE = "done", pgettext_lazy("run", "done")
    FAILED = "failed", pgettext_lazy("run", "failed")


_U = RunState
RUN_TABLE = register(
    StateTable(
        "regrading_run",
        _U,
        _U.WAITING,
        [
            Transition("finish", (_U.WAITING,), _U.DONE, _("finish"), _("the worker"), "regrading.done"),
            Transition("fail", (_U.WAITING,), _U.FAILED, _("give up"), _("the worker, after three attempts"), "regrading.failed"),
        ],
    )
)
