"""Three imports of the clerk in the office of the leading group: waiting for its columns, tried, carried out."""

from reporting.services import imports
from tests.matrix_world import World
from tests.reporting.import_files import register


def build(world: World) -> None:
    unit, clerk = world.home.unit, world.people["leading_group_office"]
    for key, title in [("mapped_import", "公车私用"), ("checked_import", "超标准接待"), ("finished_import", "空白介绍信盖章")]:
        world.objects[key] = imports.start_import(unit=unit, content=register(title), name=f"{title}.xlsx", by=clerk)
    for key in ("checked_import", "finished_import"):
        world.objects[key] = imports.check(register_import=world.objects[key], by=clerk)
    world.objects["finished_import"] = imports.confirm(register_import=world.objects["finished_import"], by=clerk)
