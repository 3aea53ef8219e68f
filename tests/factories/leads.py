"""Leads for tests, made through the service that receives them: where they lie follows from the routing rule."""

from typing import Any

from accounts.models import User
from leads.models import Channel, Lead, LeadLevel
from leads.services.judging import JudgementFacts
from leads.services.receiving import LeadFacts, SubjectFacts, receive
from positions.models import Department, Unit
from tests.factories.organisation import SmallUnit

TITLE = "反映采购询价走过场"
CONTENT = "办公设备采购连续三次由同一家商户中标，报价单笔迹相近，经办人与商户负责人来往密切。"


def about(*things: User | Department | Unit | str) -> list[SubjectFacts]:
    """Subjects from people, departments, units and names."""
    kinds = {User: "person", Department: "department", Unit: "unit", str: "name"}
    return [SubjectFacts(**{kinds[type(thing)]: thing}) for thing in things]


def lead_about(
    org: SmallUnit, *things: User | Department | Unit | str, by: User | None = None, reporter: User | None = None, **facts: Any
) -> Lead:
    """A lead of the unit, on the desk to which it belongs; `by` enters it, a `reporter` is only asked for the branch."""
    values = {"channel": Channel.LETTERS, "title": TITLE, "content": CONTENT, "unit": org.unit} | facts
    return receive(facts=LeadFacts(subjects=about(*things), **values), by=by, reporter=reporter)


def level(severity: int) -> LeadLevel:
    """A common level: 3 一级, 2 二级, 1 三级."""
    return LeadLevel.objects.get(unit=None, severity=severity)


def judgement_facts(**changed: Any) -> JudgementFacts:
    """A complete judgement, to be handled by the end of next year; educate unless said otherwise."""
    from datetime import date

    values = {
        "level": level(2),
        "effects": "可能形成利益输送，影响采购公信力",
        "measures": "约谈经办人和科室负责人，复核近两年采购档案",
        "outcome": "educate",
        "due_on": date(2027, 12, 31),
        "responsibility": "办公室主要负责人负领导责任",
        "opinion": "情况基本属实，情节较轻",
    } | changed
    return JudgementFacts(**values)
