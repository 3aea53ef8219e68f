"""What the unit's organisation knows of the departments, positions, people and powers that a register names."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Q

from positions.models import Appointment, Department, HolderLevel, Position, PowerItem, Unit
from reporting.services import names

ROW_LIMIT_NEW = 500
"""More new departments or positions than this are a sign of a wrong column, not of a growing unit."""


class Place(NamedTuple):
    """Where a row belongs. A negative key stands for something to be made; `involved` keeps a post that is none of the unit's."""

    level_of: str
    department_id: int | None = None
    position_id: int | None = None
    involved: str = ""


class Found(NamedTuple):
    """A department by its name: key (None for the unit itself), whether only a variant of the name fits."""

    department_id: int | None
    of_unit: bool = False
    by_variant: str = ""


@dataclass
class Missing:
    """Names that would be made, in the order of the file; the key of each is −1 − its index."""

    departments: list[str] = field(default_factory=list)
    positions: list[tuple[int, str]] = field(default_factory=list)
    _department_keys: dict[str, int] = field(default_factory=dict)
    _position_keys: dict[tuple[int, str], int] = field(default_factory=dict)

    def department(self, name: str) -> int:
        """The key of a department to be made."""
        key = names.plain(name)
        if key not in self._department_keys:
            self.departments.append(name)
            self._department_keys[key] = -len(self.departments)
        return self._department_keys[key]

    def position(self, department_id: int, name: str) -> int:
        """The key of a position to be made."""
        key = (department_id, names.plain(name))
        if key not in self._position_keys:
            self.positions.append((department_id, name))
            self._position_keys[key] = -len(self.positions)
        return self._position_keys[key]


class Places:
    """The organisation of one unit today, read in four queries."""

    def __init__(self, unit: Unit) -> None:
        self._unit_names = sorted({names.plain(n) for n in (unit.name, unit.short_name) if n}, key=len, reverse=True)
        self.departments: dict[int, str] = {}
        self._by_name: dict[str, int] = {}
        self._by_variant: dict[str, set[int]] = defaultdict(set)
        for pk, name in Department.objects.open().filter(unit=unit).values_list("pk", "name"):
            self.departments[pk] = name
            for key in (names.plain(name), names.without_parentheses(name)):
                self._by_name.setdefault(key, pk)
                self._by_variant[names.variant(key)].add(pk)
        self.closed = set(Department.objects.filter(unit=unit).exclude(pk__in=self.departments).values_list("name", flat=True))
        self.positions: dict[int | None, dict[str, int]] = defaultdict(dict)
        self.position_names: dict[int, str] = {}
        for pk, department_id, name in Position.objects.open().filter(unit=unit).values_list("pk", "department_id", "name"):
            self.positions[department_id].setdefault(names.plain(name), pk)
            self.position_names[pk] = name
        self._people(unit)
        self._powers(unit)

    def _people(self, unit: Unit) -> None:
        self.people: dict[str, dict[int | None, set[int]]] = defaultdict(lambda: defaultdict(set))
        self.names: dict[int, str] = {}
        held = Appointment.objects.in_force().filter(position__unit=unit)
        for person_id, name, department_id in held.values_list("person_id", "person__name", "position__department_id"):
            self.people[names.spelled(name)][department_id].add(person_id)
            self.names[person_id] = name

    def _powers(self, unit: Unit) -> None:
        self.powers: dict[str, list[tuple[int, int | None, str, str]]] = defaultdict(list)
        items = PowerItem.objects.in_force().filter(Q(unit=unit))
        for pk, name, department_id, category, matter in items.values_list("pk", "name", "department_id", "category", "major_matter"):
            self.powers[names.plain(name)].append((pk, department_id, category, matter))

    def department(self, text: str) -> Found | None:
        """The department a text names: as it stands, without punctuation, without the unit before it, by a variant of its end."""
        key = names.plain(text)
        if key in self._by_name:
            return Found(self._by_name[key])
        if key in names.UNIT_WORDS or key in self._unit_names:
            return Found(None, of_unit=True)
        for prefix in (*self._unit_names, "本局", "局", "机关"):
            if key.startswith(prefix) and key[len(prefix) :] in self._by_name:
                return Found(self._by_name[key[len(prefix) :]])
        bare = names.without_parentheses(text)
        if bare in self._by_name:
            return Found(self._by_name[bare])
        alike = self._by_variant.get(names.variant(bare), set())
        if len(alike) == 1 and names.variant(bare) != bare:
            pk = next(iter(alike))
            return Found(pk, by_variant=self.departments[pk])
        return None

    def position(self, department_id: int | None, text: str) -> int | None:
        """The open position of the department (None: of the leadership) with this name."""
        known = self.positions.get(department_id, {})
        key = names.plain(text)
        return known.get(key) or known.get(names.without_parentheses(text))

    def person(self, text: str, department_id: int | None) -> set[int]:
        """The people of this name in the department; else those of the whole unit."""
        found = self.people.get(names.spelled(text)) or self.people.get(names.person(text))
        if found is None:
            return set()
        return found.get(department_id) or set().union(*found.values())

    def power(self, text: str, department_id: int | None) -> tuple[int, int | None, str, str] | None:
        """The power item in force with this name: the department's own before that of others; None when it is not the only one."""
        known = self.powers.get(names.plain(text), [])
        own = [item for item in known if item[1] == department_id]
        fitting = own or known
        return fitting[0] if len(fitting) == 1 else None


LEVEL_POSITION, LEVEL_DEPARTMENT, LEVEL_UNIT = HolderLevel.POSITION.value, HolderLevel.DEPARTMENT.value, HolderLevel.UNIT.value
