"""Names as people paste them: one a line or with commas between, staff number or name, a department in brackets where two have one name."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_BETWEEN = re.compile(r"[\n,、;|\t]+")
_HINTED = re.compile(r"(?P<first>[^()]+)\((?P<hint>[^()]+)\)")
# Numbering that comes along from a document: “1.”, “(2)”, “3、”.
_NUMBERING = re.compile(r"^[^\S\n]*\(?\d{1,3}[).、][^\S\n]*(?=\D)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody asked about, as it was written; `hint` is a staff number or department said beside the name."""

    text: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.text}（{self.hint}）" if self.hint else self.text


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be meant: primary key, name, staff number, where they work and as what."""

    person_id: int
    name: str
    staff_number: str
    department: str
    post: str


@dataclass(frozen=True, slots=True)
class NameProblem:
    """A name nobody has, or that several have."""

    wanted: Wanted
    candidates: tuple[Candidate, ...] = ()
    # People of the name there are, and what stands beside it fits none of them: somebody else may be meant.
    is_contradicted: bool = False

    @property
    def is_ambiguous(self) -> bool:
        """Several have it; else it is contradicted or unknown."""
        return bool(self.candidates) and not self.is_contradicted


@dataclass(slots=True)
class Resolution:
    """Whom the names mean, each once, in the order written; and what could not be told."""

    people: list[Candidate] = field(default_factory=list)
    problems: list[NameProblem] = field(default_factory=list)
    repeated: int = 0


def read_names(text: str) -> list[Wanted]:
    """Everything that stands between line ends, commas and the like."""
    plain = _NUMBERING.sub("", unicodedata.normalize("NFKC", text).replace("\r", "\n"))
    return [_wanted(piece.strip()) for piece in _BETWEEN.split(plain) if piece.strip()]


def _wanted(piece: str) -> Wanted:
    found = _HINTED.fullmatch(piece)
    if found:
        return Wanted(" ".join(found["first"].split()), found["hint"].strip())
    return Wanted(" ".join(piece.split()))


def _key(text: str) -> str:
    """For comparing: width, case and blanks do not matter."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def resolve(wanted: Iterable[Wanted], candidates: Sequence[Candidate]) -> Resolution:
    """Match by staff number first, then by name; a hint chooses among people of one name."""
    by_number: dict[str, dict[int, Candidate]] = defaultdict(dict)
    by_name: dict[str, dict[int, Candidate]] = defaultdict(dict)
    for candidate in candidates:
        by_number[_key(candidate.staff_number)].setdefault(candidate.person_id, candidate)
        by_name[_key(candidate.name)].setdefault(candidate.person_id, candidate)
    places: dict[int, set[str]] = defaultdict(set)
    for candidate in candidates:
        places[candidate.person_id] |= {_key(candidate.department), _key(candidate.staff_number), _key(candidate.post)}
    result, seen = Resolution(), set()
    for one in wanted:
        named, hint = _named(one, by_number, by_name)
        found = [candidate for candidate in named if not hint or _key(hint) in places[candidate.person_id]]
        if len(found) != 1:
            result.problems.append(NameProblem(one, tuple(found or named), is_contradicted=bool(named) and not found))
        elif found[0].person_id in seen:
            result.repeated += 1
        else:
            seen.add(found[0].person_id)
            result.people.append(found[0])
    return result


def _named(
    one: Wanted, by_number: dict[str, dict[int, Candidate]], by_name: dict[str, dict[int, Candidate]]
) -> tuple[list[Candidate], str]:
    """Everybody of the number or name, and what stands beside it to tell them apart."""
    whole = _key(one.text)
    found = by_number.get(whole) or by_name.get(whole)
    if found is not None:
        return list(found.values()), one.hint
    # “张三 B010” and “B010 张三”.
    parts = one.text.split()
    for name, hint in ((parts[0], parts[-1]), (parts[-1], parts[0])) if len(parts) > 1 else ():
        if named := by_name.get(_key(name)):
            return list(named.values()), hint
    return [], ""
