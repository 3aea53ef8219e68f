"""The lives of a catalogue version, of a power item in it, and of a rule (domain §2: 自下而上, 法制办审核后公布)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.states import StateTable, Transition, register


class CatalogueState(models.TextChoices):
    COMPILING = "compiling", _("being compiled")
    LEGAL_REVIEW = "legal_review", _("with the legal office")
    APPROVED = "approved", _("ready to publish")
    PUBLISHED = "published", _("published")
    SUPERSEDED = "superseded", _("superseded")


C = CatalogueState
CATALOGUE_TABLE = register(
    StateTable(
        "catalogue",
        CatalogueState,
        C.COMPILING,
        [
            Transition(
                "submit",
                (C.COMPILING,),
                C.LEGAL_REVIEW,
                _("submit to the legal office"),
                _("office of the leading group"),
                "catalogue.submitted",
                requires=_("every item accepted by the unit, no finding that forbids it"),
                told=_("legal office"),
            ),
            Transition(
                "return",
                (C.LEGAL_REVIEW, C.APPROVED),
                C.COMPILING,
                _("return"),
                _("legal office"),
                "catalogue.returned",
                requires=_("a reason"),
                told=_("office of the leading group"),
            ),
            Transition(
                "approve",
                (C.LEGAL_REVIEW,),
                C.APPROVED,
                _("approve"),
                _("legal office"),
                "catalogue.approved",
                requires=_("an opinion; not by who submitted it"),
                told=_("office of the leading group"),
            ),
            Transition(
                "publish",
                (C.APPROVED,),
                C.PUBLISHED,
                _("publish"),
                _("unit head or office of the leading group"),
                "catalogue.published",
                told=_("everybody in the unit"),
            ),
            Transition(
                "supersede",
                (C.PUBLISHED,),
                C.SUPERSEDED,
                _("supersede"),
                _("the system, when the next version is published"),
                "catalogue.superseded",
            ),
        ],
    )
)


class ItemState(models.TextChoices):
    DRAFT = "draft", _("draft")
    DEPARTMENT_REVIEW = "department_review", _("with the department")
    UNIT_REVIEW = "unit_review", _("with the unit")
    ACCEPTED = "accepted", _("accepted")


I = ItemState  # noqa: E741
ITEM_TABLE = register(
    StateTable(
        "power_item",
        ItemState,
        I.DRAFT,
        [
            Transition(
                "submit",
                (I.DRAFT,),
                I.DEPARTMENT_REVIEW,
                _("hand in"),
                _("holder of the position or member of the department"),
                "power.submitted",
                requires=_("basis, subject, conditions, procedure, time limit, responsibility and a flowchart"),
                told=_("department head"),
            ),
            Transition(
                "agree",
                (I.DRAFT, I.DEPARTMENT_REVIEW),
                I.UNIT_REVIEW,
                _("agree and pass on"),
                _("department head; for powers of the unit its leadership"),
                "power.agreed",
                told=_("office of the leading group"),
            ),
            Transition(
                "accept",
                (I.UNIT_REVIEW,),
                I.ACCEPTED,
                _("accept into the catalogue"),
                _("office of the leading group"),
                "power.accepted",
                told=_("department head"),
            ),
            Transition(
                "return",
                (I.DEPARTMENT_REVIEW, I.UNIT_REVIEW, I.ACCEPTED),
                I.DRAFT,
                _("return"),
                _("whoever has to decide on it"),
                "power.returned",
                requires=_("a reason"),
                told=_("who handed it in"),
            ),
            Transition(
                "reopen",
                (I.ACCEPTED,),
                I.DRAFT,
                _("revise"),
                _("holder of the position, member or head of the department"),
                "power.reopened",
                requires=_("a reason"),
                told=_("department head"),
            ),
        ],
    )
)


class RuleState(models.TextChoices):
    TO_MAKE = "to_make", _("to be made")
    IN_FORCE = "in_force", _("in force")
    REPEALED = "repealed", _("repealed")


RULE_TABLE = register(
    StateTable(
        "rule",
        RuleState,
        RuleState.TO_MAKE,
        [
            Transition(
                "enact",
                (RuleState.TO_MAKE,),
                RuleState.IN_FORCE,
                _("put in force"),
                _("department in charge"),
                "rule.enacted",
                requires=_("a document number and a date"),
            ),
            Transition(
                "repeal",
                (RuleState.IN_FORCE,),
                RuleState.REPEALED,
                _("repeal"),
                _("department in charge"),
                "rule.repealed",
                requires=_("a reason"),
            ),
        ],
    )
)
