"""A flowchart as the checks see it, and the walks over it. No walk takes more than steps × links: loops cannot make it explode."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

# An exit with such a condition, or an end with such a name, means that the matter is refused or sent back: the rules about
# "every way to a successful end" leave it aside. Words, because a chart has no other mark for it.
REFUSAL = re.compile(
    r"不同意|不予|不批|不通过|未通过|不符|不合格|不合规|不属|不成立|不能成立|不具备|不采纳|不受理|未达|退回|退件|驳回|否决|暂缓|缓发|终止|撤销|撤回|补正|"
    r"重新|重报|返工|拒绝|拒收|取消|作废|reject|refus|return|den(y|ied)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `holder` is an identity ("p:7", "d:3", "r:主要领导"), empty when nobody answers for it; words are for people."""

    key: str
    kind: str = "action"
    name: str = ""
    holder: str = ""
    holder_name: str = ""
    days: int | None = None
    hand: str = ""
    function: str = ""
    mode: str = "individual"
    panel: frozenset[str] = frozenset()
    head_last: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """From one step to the next."""

    source: str
    target: str
    condition: str = ""


@dataclass(frozen=True)
class Chart:
    """Steps and links in any order. Links to steps that do not exist, doubled links and doubled keys are left out."""

    steps: tuple[Step, ...] = ()
    links: tuple[Link, ...] = ()
    time_limit_days: int | None = None

    @cached_property
    def by_key(self) -> dict[str, Step]:
        """Steps in the order of their keys, so that no result depends on the order of rows."""
        return {step.key: step for step in sorted(self.steps, key=repr_of)}

    @cached_property
    def onward(self) -> dict[str, tuple[str, ...]]:
        """Step → next steps."""
        found: dict[str, set[str]] = {key: set() for key in self.by_key}
        for link in self.links:
            if link.source in found and link.target in found and link.source != link.target:
                found[link.source].add(link.target)
        return {key: tuple(sorted(targets)) for key, targets in found.items()}

    @cached_property
    def starts(self) -> tuple[str, ...]:
        return tuple(key for key, step in self.by_key.items() if step.kind == "start")

    @cached_property
    def ends(self) -> frozenset[str]:
        return frozenset(key for key, step in self.by_key.items() if step.kind == "end")

    def exits(self, key: str) -> list[Link]:
        """The links that leave a step, in a fixed order."""
        return sorted({x for x in self.links if x.source == key and x.target in self.by_key}, key=lambda x: (x.target, x.condition))

    @cached_property
    def forward(self) -> dict[str, tuple[str, ...]]:
        """Next steps on the ways that lead to success: without exits that refuse or send back."""
        refused = {(x.source, x.target) for x in self.links if REFUSAL.search(x.condition)}
        bad_ends = {key for key in self.ends if REFUSAL.search(self.by_key[key].name)}
        found = {key: tuple(t for t in targets if (key, t) not in refused and t not in bad_ends) for key, targets in self.onward.items()}
        # A chart that only refuses has no other ways to look at.
        return found if self.ends & reach(self.starts, found) else self.onward

    def way(self, avoiding: Callable[[Step], bool], to: Iterable[str]) -> list[str] | None:
        """A shortest successful way from a start to one of the steps past everything that `avoiding` names; None when there is none."""
        goals = set(to)
        before: dict[str, str] = {}
        row = [key for key in self.starts if key in goals or not avoiding(self.by_key[key])]
        seen = set(row)
        while row:
            found = next((key for key in row if key in goals), None)
            if found is not None:
                path = [found]
                while path[-1] in before:
                    path.append(before[path[-1]])
                return path[::-1]
            row_next = []
            for key in row:
                for target in self.forward[key]:
                    if target not in seen and (target in goals or not avoiding(self.by_key[target])):
                        seen.add(target)
                        before[target] = key
                        row_next.append(target)
            row = row_next
        return None

    def names(self, keys: Iterable[str]) -> str:
        """A way in words."""
        return " → ".join(self.by_key[key].name or key for key in keys)


def repr_of(step: Step) -> tuple[str, str]:
    """An order of steps that does not depend on the order of rows, even where a key is doubled."""
    return step.key, repr(
        (step.kind, step.name, step.holder, step.days, step.hand, step.function, step.mode, sorted(step.panel), step.head_last)
    )


def reach(starts: Iterable[str], onward: dict[str, tuple[str, ...]], without: str | None = None) -> set[str]:
    """Everything that can be reached from the starts, themselves included, not passing `without`."""
    seen = {key for key in starts if key in onward and key != without}
    stack = list(seen)
    while stack:
        for target in onward[stack.pop()]:
            if target not in seen and target != without:
                seen.add(target)
                stack.append(target)
    return seen


def reversed_links(onward: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The same links the other way round."""
    found: dict[str, list[str]] = {key: [] for key in onward}
    for key, targets in onward.items():
        for target in targets:
            found[target].append(key)
    return {key: tuple(sources) for key, sources in found.items()}


def longest_days(chart: Chart) -> tuple[int, list[str]]:
    """Working days on the longest way from a start that passes no step twice, and that way.

    A link back to a step that every way to it has already passed (退回补正) lies on no such way and is left out; what remains of a
    well-made chart has no loop, so one pass suffices. Loops that are left (tangled charts) are cut where a walk in the order of keys
    closes them: the answer is then the length of a real way, perhaps not of the longest.
    """
    reached = reach(chart.starts, chart.onward)
    passed = {key: reached - reach(chart.starts, chart.onward, without=key) for key in sorted(reached)}
    ahead = {key: [t for t in chart.onward[key] if key not in passed[t]] for key in passed}
    order = _order(sorted(set(chart.starts) & reached), ahead)
    rank = {key: n for n, key in enumerate(order)}
    best: dict[str, int] = {}
    before: dict[str, str] = {}
    for key in order:
        own = _days(chart.by_key[key])
        best[key] = best.get(key, 0) + own
        for target in ahead[key]:
            if rank[target] > rank[key] and best[key] > best.get(target, -1):
                best[target] = best[key]
                before[target] = key
    if not best:
        return 0, []
    last = max(sorted(best), key=lambda key: best[key])
    path = [last]
    while path[-1] in before:
        path.append(before[path[-1]])
    return best[last], path[::-1]


def _days(step: Step) -> int:
    return max(step.days or 0, 0)


def _order(starts: list[str], ahead: dict[str, list[str]]) -> list[str]:
    """Steps so that each stands before those it leads to (reverse of the order in which a depth-first walk leaves them)."""
    left: list[str] = []
    seen: set[str] = set()
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        stack = [(start, iter(ahead[start]))]
        while stack:
            key, targets = stack[-1]
            target = next((t for t in targets if t not in seen), None)
            if target is None:
                left.append(key)
                stack.pop()
            else:
                seen.add(target)
                stack.append((target, iter(ahead[target])))
    return left[::-1]
