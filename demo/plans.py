"""Who declares which risks: the forms that a campaign asks for, before anything is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from accounts.models import User
from demo import content
from demo.organisation import World
from positions.models import Department, HolderLevel, Position
from risks.models import RiskPoint

Key = tuple[str, int]  # number of the power, place of the risk in it


@dataclass(frozen=True, slots=True)
class Declared:
    """A risk of the texts with where it sits."""

    key: Key
    power: content.Power
    risk: content.Risk
    department: content.Department

    @property
    def major_matter(self) -> str:
        """三重一大 of the power."""
        return self.power.major_matter


@dataclass(slots=True)
class Form:
    """A form as it will be: whose, for what, with which risks. `points` are those of the register it speaks for."""

    kind: str
    text: content.Department
    declarant: User
    position: Position | None = None
    department: Department | None = None
    risks: list[Declared] = field(default_factory=list)
    points: list[RiskPoint] = field(default_factory=list)

    @property
    def name(self) -> str:
        """A key for choices: the same every time."""
        return f"{self.kind}/{self.text.name}/{self.position.name if self.position else ''}/{self.declarant.staff_number}"


def forms(world: World, *, last_year: bool) -> list[Form]:
    """The forms of a unit: of each person for each post, of each department, of the unit. Risks of a post held by several are divided."""
    found: list[Form] = []
    unit_form = Form(HolderLevel.UNIT, world.texts[0], world.head(world.texts[0]))
    for text in world.texts:
        risks = list(_declared(text))
        unit_form.risks += [row for row in risks if row.risk.level == HolderLevel.UNIT]
        department = world.departments.get(text.name)
        for row in text.positions:
            position = world.positions[text.name, row.name]
            people = world.holders[position.pk]
            if last_year and position.pk in world.former:
                people = [world.former[position.pk]]
            own = [declared for declared in risks if declared.risk.level == HolderLevel.POSITION and declared.risk.position == row.name]
            found += [
                Form(HolderLevel.POSITION, text, person, position, department, own[n :: len(people)]) for n, person in enumerate(people)
            ]
        if department:
            own = [declared for declared in risks if declared.risk.level == HolderLevel.DEPARTMENT]
            found.append(Form(HolderLevel.DEPARTMENT, text, world.head(text), None, department, own))
    return [*found, unit_form]


def _declared(text: content.Department) -> Iterator[Declared]:
    for power in text.powers:
        for n, risk in enumerate(power.risks):
            yield Declared((power.number, n), power, risk, text)
