"""Kinds of rows behind the numbers of the dashboard, and one that there is not. No unit of the world stands below another."""

from reporting.dashboards.lists import KINDS
from tests.matrix_world import World


def build(world: World) -> None:
    world.objects |= {f"rows_{kind}": kind for kind in KINDS} | {"rows_unknown": "nothing"}
