"""The language templates are written in: placeholders, loops, conditions and three filters. Nothing of it reaches Python."""

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

FILTERS = frozenset({"default", "trim", "length"})
LOOP_FACTS = frozenset({"index", "first", "last", "length"})


def environment() -> ImmutableSandboxedEnvironment:
    """Jinja without functions and without all other filters and tests. What templates say is checked before (`checking`), not only here."""
    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    made.globals.clear()
    made.tests.clear()
    made.filters = {name: made.filters[name] for name in sorted(FILTERS)}
    return made
