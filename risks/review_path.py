"""Who reads a form, in which order (domain §3, 002 (三)). Pure: people are numbers, nothing is read from the database.

| form | path |
|---|---|
| position, general staff and deputy department heads | department head rates, deputy in charge reviews, leading group |
| position, department head | deputy in charge, leading group |
| position, member of the leadership | unit head, leading group |
| position, unit head | head of the discipline committee signs, leading group without them |
| department | deputy in charge, leading group |
| unit | leading group after discussion |

Nobody reviews their own form, and nobody reads one twice in a row: a step whose reviewer is the declarant or does not exist moves up
to the next one (department head → deputy in charge → unit head → leading group). Somebody of the leadership who also holds a
post in a department is still a member of the leadership: no subordinate reviews them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

POSITION, DEPARTMENT, UNIT = "position", "department", "unit"
RATE, REVIEW, HEAD, DISCIPLINE, GROUP, HIGHER = "rate", "review", "head", "discipline", "group", "higher"

# How far along the path a kind of step stands; also the order in which a vacant step moves up.
PLACE = {RATE: 1, REVIEW: 2, HEAD: 3, DISCIPLINE: 3, GROUP: 4, HIGHER: 5}


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What the path depends on. Holders are people in force with accounts that work, in the order in which they are asked."""

    kind: str
    declarant: int
    is_department_head: bool = False  # the post the form is about is that of a department head
    in_leadership: bool = False  # the declarant sits in the unit's leadership, with whatever post
    is_unit_head: bool = False
    department_heads: tuple[int, ...] = ()
    deputies: tuple[int, ...] = ()  # in charge of the form's department
    unit_heads: tuple[int, ...] = ()
    discipline_heads: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step; steps of a body have no single reviewer."""

    kind: str
    reviewer: int | None = None


def plan(form: FormFacts) -> tuple[PlannedStep, ...]:
    """The steps of the form, the last of them always that of the leading group."""
    steps: list[PlannedStep] = []
    for kind in _wanted(form):
        step = _resolve(kind, form)
        if step is None:
            continue
        if steps and steps[-1].reviewer == step.reviewer:
            # The same person in two posts reads it once, as the higher of them.
            steps[-1] = max(steps[-1], step, key=lambda s: PLACE[s.kind])
        else:
            steps.append(step)
    return (*steps, PlannedStep(GROUP))


def _wanted(form: FormFacts) -> tuple[str, ...]:
    """The steps by the book, before anybody is looked for."""
    if form.kind == UNIT:
        return ()
    if form.is_unit_head:
        return (DISCIPLINE,)
    if form.kind == DEPARTMENT:
        return (REVIEW,)
    if form.in_leadership:
        return (HEAD,)
    return (REVIEW,) if form.is_department_head else (RATE, REVIEW)


def _resolve(kind: str, form: FormFacts) -> PlannedStep | None:
    """The step with its reviewer, moved up as far as needed; None when only the leading group is left."""
    if kind == DISCIPLINE:
        candidates: list[tuple[str, tuple[int, ...]]] = [(DISCIPLINE, form.discipline_heads)]
    else:
        chain = [(RATE, form.department_heads), (REVIEW, form.deputies), (HEAD, form.unit_heads)]
        candidates = [row for row in chain if PLACE[row[0]] >= PLACE[kind]]
    for step, people in candidates:
        for person in people:
            if person != form.declarant:
                return PlannedStep(step, person)
    return None


def remaining(planned: Iterable[PlannedStep], agreed: Iterable[PlannedStep]) -> tuple[PlannedStep, ...]:
    """What is left of a new plan after steps that were already agreed, when the organisation changed under way.

    Steps up to the place that was reached are not asked again, nor is the person who agreed last.
    """
    done = list(agreed)
    reached = max((PLACE[step.kind] for step in done), default=0)
    left = [step for step in planned if PLACE[step.kind] > reached]
    if done and left and left[0].reviewer is not None and left[0].reviewer == done[-1].reviewer:
        left = left[1:]
    return tuple(left)
