"""What a template says, read from Jinja's own tree: only placeholders that exist, loops over lists that exist, and plain conditions.

Everything that is not listed here is refused, whatever Jinja would make of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jinja2 import nodes

from reporting.paper_templates.sandbox import FILTERS, LOOP_FACTS
from reporting.paper_templates.schema import Field, Kind


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a template must not say, and the paragraph it stands in."""

    code: str
    name: str
    part: str
    line: str
    of: str = ""
    known: tuple[str, ...] = ()


@dataclass
class Reading:
    """What one part of a template uses: placeholders it shows, those it shows in any case, lists it loops over."""

    problems: list[Problem] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)
    always: set[str] = field(default_factory=set)
    looped: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Row:
    """The variable of a loop: which list it walks."""

    path: str
    of: Field


def read(tree: nodes.Template, kind: Kind, part: str, lines: Sequence[str]) -> Reading:
    """Walk the tree; `lines` are the paragraphs by the numbers Jinja gives them."""
    reader = _Reader(kind, part, lines)
    reader.body(tree.body, {}, sure=True)
    return reader.reading


class _Reader:
    def __init__(self, kind: Kind, part: str, lines: Sequence[str]) -> None:
        self.kind, self.part, self.lines = kind, part, lines
        self.reading = Reading()

    def body(self, found: Iterable[nodes.Node], rows: dict[str, _Row], *, sure: bool) -> None:
        """Statements; `sure` is false inside a condition, where a value may rightly not be shown."""
        for node in found:
            if isinstance(node, nodes.Output):
                for child in node.nodes:
                    if not isinstance(child, nodes.TemplateData):
                        self.value(child, rows, sure=sure)
            elif isinstance(node, nodes.For):
                self.loop(node, rows, sure=sure)
            elif isinstance(node, nodes.If):
                self.condition(node.test, rows)
                for branch in (node.body, node.elif_, node.else_):
                    self.body(branch, rows, sure=False)
            else:
                self.refuse(node)

    def value(self, node: nodes.Node, rows: dict[str, _Row], *, sure: bool) -> None:
        """What stands between {{ and }}."""
        if isinstance(node, nodes.Filter) and node.node is not None:
            plain = all(isinstance(argument, nodes.Const) for argument in node.args) and not (
                node.kwargs or node.dyn_args or node.dyn_kwargs
            )
            if node.name not in FILTERS or not plain:
                self.problem("filter", node.name, node)
            elif node.name == "length":
                self.resolve(node.node, rows)
            else:
                self.value(node.node, rows, sure=sure)
            return
        found = self.resolve(node, rows)
        if found is None:
            return
        path, target = found
        if target is None:
            return
        if target.is_list:
            self.problem("list_printed", target.name, node)
        elif target.is_picture and self.part != "body":
            self.problem("picture_outside", target.name, node)
        else:
            self.reading.shown.add(path)
            if sure:
                self.reading.always.add(path)

    def loop(self, node: nodes.For, rows: dict[str, _Row], *, sure: bool) -> None:
        """`for row in list`: each list inside its own parent only, so that a paper cannot grow beyond its content."""
        if not isinstance(node.target, nodes.Name) or node.test is not None or node.recursive:
            self.refuse(node)
            return
        found = self.resolve(node.iter, rows)
        if found is None:
            return
        path, target = found
        if target is None or not target.is_list:
            self.problem("not_a_list", path, node)
            return
        outer = list(rows.values())
        if outer and path != f"{outer[-1].path}.{target.name}":
            self.problem("nested", target.name, node)
            return
        name = node.target.name
        if name == "loop" or name in rows or self.kind.field(name) is not None:
            self.problem("shadow", name, node)
            return
        self.reading.looped.add(path)
        self.body(node.body, {**rows, name: _Row(path, target)}, sure=sure)
        self.body(node.else_, rows, sure=False)

    def condition(self, node: nodes.Node, rows: dict[str, _Row]) -> None:
        """A placeholder, compared with a text or not; not, and, or."""
        if isinstance(node, nodes.Not):
            self.condition(node.node, rows)
        elif isinstance(node, nodes.And | nodes.Or):
            self.condition(node.left, rows)
            self.condition(node.right, rows)
        elif isinstance(node, nodes.Compare):
            for operand in node.ops:
                if operand.op not in ("eq", "ne") or not _plain_text(operand.expr):
                    self.refuse(node)
                    return
            self.resolve(node.expr, rows)
        else:
            self.resolve(node, rows)

    def resolve(self, node: nodes.Node, rows: dict[str, _Row]) -> tuple[str, Field | None] | None:
        """A name, or a name of a row: its path and what it is (None: a fact of the loop). Anything else is refused."""
        if isinstance(node, nodes.Name):
            target = self.kind.field(node.name)
            if target is None:
                self.unknown(node.name, [one.name for one in self.kind.fields], node)
                return None
            return target.name, target
        if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
            if node.node.name == "loop" and rows and node.attr in LOOP_FACTS:
                return f"loop.{node.attr}", None
            row = rows.get(node.node.name)
            if row is not None:
                inner = row.of.row(node.attr)
                if inner is None:
                    self.unknown(f"{node.node.name}.{node.attr}", [f"{node.node.name}.{one.name}" for one in row.of.rows], node)
                    return None
                return f"{row.path}.{inner.name}", inner
            if not node.attr.startswith("_"):
                self.unknown(f"{node.node.name}.{node.attr}", [one.name for one in self.kind.fields], node)
                return None
        self.refuse(node)
        return None

    def unknown(self, name: str, known: Sequence[str], node: nodes.Node) -> None:
        """A placeholder the paper does not have."""
        self.reading.problems.append(Problem("unknown", name, self.part, self.line(node), known=tuple(known)))

    def refuse(self, node: nodes.Node) -> None:
        """Something else than a name."""
        self.problem("not_allowed", self.line(node)[:60], node)

    def problem(self, code: str, name: str, node: nodes.Node) -> None:
        """Keep what is wrong with its paragraph."""
        self.reading.problems.append(Problem(code, name, self.part, self.line(node)))

    def line(self, node: nodes.Node) -> str:
        """The paragraph a node stands in."""
        return self.lines[min(node.lineno, len(self.lines)) - 1]


def _plain_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, str | int)
