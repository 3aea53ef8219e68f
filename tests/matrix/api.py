"""A token that is to read as own."""

from datetime import timedelta

from django.utils import timezone

from api import services
from tests.matrix_world import World


def build(world: World) -> None:
    world.objects["token"] = services.request(
        by=world.people["system_admin"],
        name="数据共享平台",
        purpose="汇总廉政风险数据",
        holder=world.people["own"],
        resources=["risks"],
        expires_on=timezone.localdate() + timedelta(days=30),
    )
