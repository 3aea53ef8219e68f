"""The lists that can be brought in."""

from reporting.list_imports.kinds.base import Kind
from reporting.list_imports.kinds.organisation import Organisation
from reporting.list_imports.kinds.points import PointBehaviours
from reporting.list_imports.kinds.powers import Powers
from reporting.list_imports.kinds.rules import Rules
from reporting.list_imports.kinds.signs import Signs

KINDS: dict[str, Kind] = {kind.code: kind for kind in (Organisation(), Powers(), Rules(), PointBehaviours(), Signs())}

__all__ = ["KINDS", "Kind"]
