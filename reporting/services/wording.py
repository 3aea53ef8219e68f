"""What the dry run says about rows that do not fit the unit. Kinds of findings by code, for the filter and the file of findings."""

from typing import Any

from django.utils.translation import gettext_lazy as _

UNKNOWN_DEPARTMENT = _("The unit has no such department. Correct the name, or have missing departments made.")
UNKNOWN_DEPARTMENT_NEAR = _("The unit has no such department. Did you mean {names}? Correct the name, or have missing departments made.")
CLOSED = _("A department of this name was closed. Write the one that has its work now.")
VARIANT = _("Taken for “{name}”. Correct the name if that is wrong.")
UNKNOWN_POSITION = _("The department has no such position. The risk is entered for the department, and the text is kept.")
UNKNOWN_POSITION_NEAR = _(
    "The department has no such position; like it: {names}. The risk is entered for the department, and the text is kept."
)
SEVERAL_POSITIONS = _("Several positions in one cell. The risk is entered for the department, and the text is kept.")
NO_SUCH_SEVERITY = _("The unit's scale has no such level. Choose one of its levels.")
NOT_COMPUTED = _("The unit's grading scheme does not compute a level from probability and harm. Add a column with the level.")
RATING_ERROR = _("Not a value of the unit's grading scheme, so no level can be computed. Write a number, or add the level.")
RATING_HINT = _("Not a value of the unit's grading scheme; it is left out. The level given counts.")
UNKNOWN_POWER = _("Not in the published power catalogue. The text is kept as the risk category.")
OTHER_HOLDER = _("The position is held by {names}. The organisation counts.")
AMBIGUOUS = _("Several people bear this name. The text is kept; name the person in the register.")
UNKNOWN_PERSON = _("Nobody of this name works here. The text is kept.")
OTHER_LEADER = _("By level and division of work {name} answers for it. The organisation counts.")
OTHER_HEAD = _("The head of the department is {name}. The organisation counts.")
NOBODY = _("nobody")
TOO_LONG = _("Too long ({length} characters; at most {limit}). Shorten the text.")
IN_REGISTER = _("The same risk already stands in the register: {number}.")
SAME_AS_ROW = _("The same risk of the same department and position already stands in row {row}.")
NUMBER_TWICE = _("The same number already stands in row {row}.")
NUMBER_TAKEN = _("The register already has this number. Leave the cell empty to have one given.")
OWN_SERIES = _("Numbers of this form are given by the register itself. Leave the cell empty.")
TOO_MANY_NEW = _("More than {limit} departments or positions would be made. Probably the wrong column is chosen for them.")
NO_ROWS = _("The table has no row with a risk.")

KINDS: dict[str, Any] = {
    "cell_error": _("error in a cell"),
    "formula_without_value": _("formula without a result"),
    "missing": _("missing text"),
    "no_risk_named": _("no risk named"),
    "too_long": _("text too long"),
    "bad_date": _("not a date"),
    "bad_due": _("due date not understood"),
    "unknown_department": _("unknown department"),
    "closed_department": _("closed department"),
    "unknown_level": _("unknown level"),
    "not_computed": _("level cannot be computed"),
    "not_a_rating": _("not a rating"),
    "rating_not_used": _("rating outside the scheme"),
    "duplicate": _("twice in the file"),
    "in_register": _("already in the register"),
    "number_twice": _("number twice in the file"),
    "number_taken": _("number already given"),
    "own_series": _("number of the register's own series"),
    "too_many_new": _("too many new departments or positions"),
    "no_rows": _("no risk in the table"),
    "filled_down": _("department taken from above"),
    "department_variant": _("department by another name"),
    "unknown_position": _("unknown position"),
    "several_positions": _("several positions"),
    "other_holder": _("held by somebody else"),
    "ambiguous_person": _("name borne by several"),
    "unknown_person": _("unknown person"),
    "other_leader": _("other responsible leader"),
    "other_department_head": _("other head of department"),
    "unknown_power": _("not in the power catalogue"),
    # Of lists other than the register.
    "wrong_type": _("no text"),
    "unknown_choice": _("unknown word"),
    "bad_number": _("not a number"),
    "bad_points": _("points the scheme does not give"),
    "exists": _("already there, otherwise"),
    "unchanged": _("already there, unchanged"),
    "refused": _("refused"),
    "repealed": _("repealed rule"),
    "contradiction": _("contradiction within the row"),
    "unknown_rank": _("unknown rank"),
    "unknown_department_kind": _("unknown kind of department"),
    "unknown_body": _("unknown body or post"),
    "vacant": _("position without holder"),
    "number_of_another": _("staff number of somebody else"),
}


def kind(code: str) -> str:
    """The kind of a finding in words."""
    return str(KINDS.get(code, code))
