"""Who is assessed in which group, and who is asked about them: a proposal from the organisation (domain §6, 000 §3). Pure rules.

Superiors: of general staff the head and deputy heads of the department and the leader in charge (where these are too few to be told apart
in secret, further leaders, the unit head first); of department heads and deputies the leadership; of the leadership the unit head. Peers:
colleagues of general staff; the department heads and deputies of the unit (of many, the nearest); the leadership. Subordinates: the
people of the departments one heads or is in charge of; of the unit head, and of leaders without departments, the department heads. Service
partners of general staff: some people of departments that share a flowchart link with one's own, else of those under the same leader,
spread so that nobody has many to answer about; and farther ones where too few would be left to answer in secret.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Ids = frozenset[int]
# The values of `positions.models.Rank`.
LEADERSHIP = ("unit_head", "deputy", "leadership_member")
DEPARTMENT_HEADS = ("department_head", "deputy_department_head")
# Above the fewest ballots, because never everybody answers.
SPARE = 3
# Service partners of general staff: as many as are needed to be told apart in secret.
PARTNERS = 3
# In a unit of many departments nobody can answer honestly about all their heads: those nearest in the unit's list.
MOST_PEERS = 40
# Fewer superiors than these are counted together with the peers (ADR 0014), and their weight is lost among them.
FEWEST_CLOSE = 3


class Is(StrEnum):
    """What a rater is to the assessed; the values are those of `Relation`."""

    SUPERIOR = "superior"
    PEER = "peer"
    SUBORDINATE = "subordinate"
    PARTNER = "partner"


# By closeness: who answers for the person, who works beside, who works below or with them.
LEVEL = {Is.SUPERIOR: "first", Is.PEER: "second", Is.SUBORDINATE: "third", Is.PARTNER: "third"}


@dataclass(frozen=True, slots=True)
class Post:
    """A position somebody holds today. Keys; `rank` is one of `positions.models.Rank`. `order` is the place in the unit's list."""

    person_id: int
    position_id: int
    department_id: int | None
    rank: str
    is_main: bool = True
    order: int = 0


@dataclass(frozen=True)
class Organisation:
    """A unit on one day. `charge`: department → leaders in charge; `linked`: department → departments its flowcharts go to or come from."""

    posts: tuple[Post, ...]
    charge: Mapping[int, Ids] = field(default_factory=dict)
    linked: Mapping[int, Ids] = field(default_factory=dict)

    def holders(self, ranks: Iterable[str], departments: Iterable[int] | None = None) -> list[int]:
        """Who holds a post of one of the ranks (in one of the departments), in the unit's order, each once."""
        wanted, places = set(ranks), None if departments is None else set(departments)
        found = (post for post in self.posts if post.rank in wanted and (places is None or post.department_id in places))
        return list(dict.fromkeys(post.person_id for post in sorted(found, key=lambda post: post.order)))

    def people_of(self, departments: Iterable[int]) -> list[int]:
        """Everybody with a post in one of the departments."""
        places = set(departments)
        found = sorted((post for post in self.posts if post.department_id in places), key=lambda post: post.order)
        return list(dict.fromkeys(post.person_id for post in found))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be assessed, with the post that puts them into the group."""

    person_id: int
    group: str
    post: Post


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody to be asked; `relation` and `level` as in the model of raters."""

    person_id: int
    relation: str
    level: str


def group_of(rank: str) -> str:
    """The group of a rank; deputy department heads are assessed with the heads."""
    if rank in LEADERSHIP:
        return "leadership"
    return "department_head" if rank in DEPARTMENT_HEADS else "staff"


_WEIGHT = {"leadership": 0, "department_head": 1, "staff": 2}


def people(organisation: Organisation) -> list[Person]:
    """Everybody in post, once: in the highest group one of the posts gives, by the main post of that group."""
    best: dict[int, Post] = {}
    for post in organisation.posts:
        known = best.get(post.person_id)
        if known is None or _standing(post) < _standing(known):
            best[post.person_id] = post
    return [Person(post.person_id, group_of(post.rank), post) for post in sorted(best.values(), key=_standing)]


def _standing(post: Post) -> tuple[int, bool, int, int]:
    return _WEIGHT[group_of(post.rank)], not post.is_main, post.order, post.position_id


def raters(organisation: Organisation, person_id: int, *, fewest: int = 0, possible: Ids | None = None) -> list[Asked]:
    """Who is asked about the person, each once with the closest relation; never the person.

    `fewest` is the fewest ballots of the group: partners from farther away fill up to it plus `SPARE`. `possible` leaves others out.
    """
    found: dict[int, Is] = {}

    def ask(who: Iterable[int], relation: Is) -> None:
        for pk in who:
            if pk != person_id and (possible is None or pk in possible):
                found.setdefault(pk, relation)

    mine = [post for post in organisation.posts if post.person_id == person_id]
    for relation, who in ((Is.SUPERIOR, _superiors), (Is.PEER, _peers), (Is.SUBORDINATE, _subordinates)):
        for post in mine:
            ask(who(organisation, post), relation)
    enough = fewest + SPARE
    if all(post.rank == "staff" for post in mine):
        enough = max(enough, len(found) + PARTNERS)
    for pk in _partners(organisation, mine):
        if len(found) >= enough:
            break
        ask([pk], Is.PARTNER)
    return [Asked(pk, relation.value, LEVEL[relation]) for pk, relation in found.items()]


def _superiors(organisation: Organisation, post: Post) -> list[int]:
    if post.rank == "unit_head":
        return []
    if post.department_id is None:
        return organisation.holders(["unit_head"])
    leaders = organisation.holders(LEADERSHIP)
    above = organisation.holders(["department_head"], [post.department_id]) if post.rank != "department_head" else []
    if post.rank == "staff":
        above += organisation.holders(["deputy_department_head"], [post.department_id])
    above += sorted(organisation.charge.get(post.department_id, ()))
    if post.rank in DEPARTMENT_HEADS:
        return above + leaders
    return above + [pk for pk in leaders if pk not in above][: max(FEWEST_CLOSE - len(set(above)), 0)]


def _peers(organisation: Organisation, post: Post) -> list[int]:
    if post.rank in LEADERSHIP:
        return organisation.holders(LEADERSHIP)
    if post.rank in DEPARTMENT_HEADS:
        return _nearest(organisation.holders(DEPARTMENT_HEADS), post.person_id)
    return organisation.holders([post.rank], [post.department_id] if post.department_id else [])


def _nearest(people: list[int], person_id: int) -> list[int]:
    """At most MOST_PEERS of a long list, as many before as after the person; it is thought of as a ring, so everybody is asked as often."""
    if len(people) <= MOST_PEERS + 1 or person_id not in people:
        return people
    at, half = people.index(person_id), MOST_PEERS // 2
    ring = people * 3
    middle = len(people) + at
    return [pk for pk in ring[middle - half : middle + half + 1] if pk != person_id]


def _subordinates(organisation: Organisation, post: Post) -> list[int]:
    if post.rank == "department_head" and post.department_id:
        return organisation.people_of([post.department_id])
    if post.rank == "deputy_department_head" and post.department_id:
        return organisation.holders(["staff"], [post.department_id])
    if post.rank in LEADERSHIP:
        charged = [pk for pk, leaders in organisation.charge.items() if post.person_id in leaders]
        if charged and post.rank != "unit_head":
            return organisation.people_of(charged)
        return organisation.holders(DEPARTMENT_HEADS)
    return []


def _partners(organisation: Organisation, mine: list[Post]) -> Iterator[int]:
    """Whom one works with in other departments, the nearest first: linked by a flowchart, under the same leader, anywhere in the unit.

    Within each ring the list begins at another place for everybody, so that the answers asked for are spread.
    """
    own = {post.department_id for post in mine if post.department_id}
    if not own:
        return
    leaders = {leader for pk in own for leader in organisation.charge.get(pk, ())}
    linked = {other for pk in own for other in organisation.linked.get(pk, ())}
    near = {pk for pk, charged_by in organisation.charge.items() if charged_by & leaders}
    everywhere = {post.department_id for post in organisation.posts if post.department_id}
    start = min(post.order for post in mine) * PARTNERS
    for ring in (linked, near, everywhere):
        people = organisation.people_of(ring - own)
        turn = start % len(people) if people else 0
        yield from people[turn:] + people[:turn]
