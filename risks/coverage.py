"""What nobody has looked at yet (不留死角、不留空白、不留盲点, domain §3). Pure.

Figures are the lengths of the lists, so that they cannot disagree. Where only the figures are shown, the database counts them
(`risks.services.coverage.figures_of`); tests hold both to the same.

A power item is covered by a risk on it or on any of its steps, or by an explicit “examined, none found”; a step by a risk on it or by
that answer for it or for the whole item. Ends of a flow are no steps at which anybody does anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from positions.models import MajorMatter, StepKind


@dataclass(frozen=True, slots=True)
class Post:
    """A position and who holds it; `missing` are the holders without a form that was handed in."""

    id: int
    name: str
    department: str
    department_id: int | None
    holders: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a power's flow."""

    id: int
    name: str
    kind: str
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A power item with its steps in order."""

    id: int
    number: str
    name: str
    department: str
    department_id: int | None
    major_matter: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a declared risk sits, or what was examined without finding: ids, empty where it names none."""

    item_id: int | None
    step_id: int | None
    major_matter: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """An item of which some steps were not examined; all of them and the item itself when `whole`."""

    item: Item
    steps: tuple[Step, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """How many gaps there are, and of how many."""

    posts: int
    posts_total: int
    items: int
    items_total: int
    steps: int
    steps_total: int
    matters: int
    matters_total: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every gap with the totals it is measured against."""

    posts: tuple[Post, ...]
    posts_total: int
    items: tuple[Gap, ...]
    items_total: int
    steps: tuple[Gap, ...]
    steps_missing: int
    steps_total: int
    matters: tuple[str, ...]
    matters_total: int

    @property
    def complete(self) -> bool:
        """Whether nothing is left to examine."""
        return not (self.posts or self.items or self.steps or self.matters)

    @property
    def figures(self) -> Figures:
        """The lengths of the lists."""
        return Figures(
            len(self.posts), self.posts_total, len(self.items), self.items_total, self.steps_missing, self.steps_total,
            len(self.matters), self.matters_total,
        )  # fmt: skip


def relevant(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps at which somebody acts."""
    return tuple(step for step in steps if step.kind != StepKind.END)


def examine(posts: Iterable[Post], items: Iterable[Item], risks: Iterable[Spot], examined: Iterable[Spot]) -> Coverage:
    """Compare what there is with what was found or explicitly examined."""
    all_posts, all_items, all_risks, answered = tuple(posts), tuple(items), tuple(risks), tuple(examined)
    covered_steps = {spot.step_id for spot in (*all_risks, *answered) if spot.step_id}
    covered_items = {spot.item_id for spot in (*all_risks, *answered) if spot.item_id}
    none_found = {spot.item_id for spot in answered if spot.item_id and not spot.step_id}
    gaps: list[Gap] = []
    for item in all_items:
        steps = relevant(item.steps)
        missing = () if item.id in none_found else tuple(step for step in steps if step.id not in covered_steps)
        touched = item.id in covered_items or any(step.id in covered_steps for step in steps)
        if missing or not touched:
            gaps.append(Gap(item, missing, not touched))
    matters_of = {item.id: item.major_matter for item in all_items}
    matters = {spot.major_matter for spot in all_risks} | {matters_of.get(item_id or 0, "") for item_id in none_found}
    return Coverage(
        posts=tuple(post for post in all_posts if post.missing),
        posts_total=len(all_posts),
        items=tuple(gap for gap in gaps if gap.whole),
        items_total=len(all_items),
        steps=tuple(gap for gap in gaps if gap.steps),
        steps_missing=sum(len(gap.steps) for gap in gaps),
        steps_total=sum(len(relevant(item.steps)) for item in all_items),
        matters=tuple(value for value in MajorMatter.values if value not in matters),
        matters_total=len(MajorMatter.values),
    )
