"""What a column of a risk register can mean. The codes are stable: remembered mappings refer to them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.xlsx.faults import column_letter


class Field(StrEnum):
    """The fields of a register row (domain §9, §11)."""

    SEQUENCE = "sequence"
    NUMBER = "number"
    DEPARTMENT = "department"
    POSITION = "position"
    ASPECT = "aspect"
    POWER = "power"
    STEP = "step"
    TITLE = "title"
    CONTENT = "content"
    MANIFESTATION = "manifestation"
    PROBABILITY = "probability"
    HARM = "harm"
    LEVEL = "level"
    MEASURES = "measures"
    DUE = "due"
    INDICATOR = "indicator"
    DIRECT_PERSON = "direct_person"
    DEPARTMENT_HEAD = "department_head"
    LEADER = "leader"
    REGISTERED_ON = "registered_on"
    REMARK = "remark"

    @property
    def label(self) -> Any:
        """The name shown to people (lazy)."""
        return _LABELS[self]

    @property
    def required(self) -> bool:
        """Whether no register can be imported without it. See also ``missing_requirements``."""
        return self is Field.DEPARTMENT


RISK_FIELDS = (Field.TITLE, Field.CONTENT, Field.MANIFESTATION)
"""At least one of them must be there."""

_LABELS: dict[Field, Any] = {
    Field.SEQUENCE: _("Sequence"),
    Field.NUMBER: _("Number"),
    Field.DEPARTMENT: _("Department"),
    Field.POSITION: _("Position"),
    Field.ASPECT: _("Kind or source of risk"),
    Field.POWER: _("Power item"),
    Field.STEP: _("Step of the process"),
    Field.TITLE: _("Risk point"),
    Field.CONTENT: _("Content of the risk"),
    Field.MANIFESTATION: _("Form it takes"),
    Field.PROBABILITY: _("Probability"),
    Field.HARM: _("Harm"),
    Field.LEVEL: _("Risk level"),
    Field.MEASURES: _("Measures"),
    Field.DUE: _("Measures due on"),
    Field.INDICATOR: _("Indicator"),
    Field.DIRECT_PERSON: _("Person directly responsible"),
    Field.DEPARTMENT_HEAD: _("Head of the department"),
    Field.LEADER: _("Responsible leader"),
    Field.REGISTERED_ON: _("Registered on"),
    Field.REMARK: _("Remarks"),
}

SHEET_COLUMN = 999
"""Stands for the name of the sheet, where a file has one sheet for each department and no column for it. No row reaches so far."""


def letter_of(index: int) -> str:
    """The letters of a column; none for the name of the sheet."""
    return "" if index == SHEET_COLUMN else column_letter(index)


_WANTED_RISK = _("Risk point or content of the risk")
_WANTED_LEVEL = _("Risk level (or probability and harm)")


def missing_requirements(fields: set[str]) -> list[Any]:
    """The names (lazy) of what a mapping to these field codes lacks: department, the risk itself, its level.

    The level may be missing only when probability and harm are both there.
    """
    missing: list[Any] = []
    if Field.DEPARTMENT not in fields:
        missing.append(Field.DEPARTMENT.label)
    if not fields.intersection(RISK_FIELDS):
        missing.append(_WANTED_RISK)
    if Field.LEVEL not in fields and not {Field.PROBABILITY, Field.HARM} <= fields:
        missing.append(_WANTED_LEVEL)
    return missing
