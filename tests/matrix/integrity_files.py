"""Requests to read the files of own and others, waiting and approved, asked by the personnel office, a member and the department head."""

from datetime import timedelta

from django.utils import timezone

from reporting.integrity import services
from reporting.models import FileRequest
from tests.factories.organisation import SmallUnit
from tests.factories.warnings import fresh
from tests.matrix_world import World


def build(world: World) -> None:
    home, own = world.home, world.people["own"]
    head_of_department = world.people["department_head"]

    def ask(by, person) -> FileRequest:
        wish = services.Wish("promotion", "拟任人选考察", timezone.localdate() + timedelta(days=7))
        return services.ask(person=person, wish=wish, by=fresh(by))

    def approved(by, person, home: SmallUnit = home) -> FileRequest:
        return services.approve(request=ask(by, person), by=fresh(home.discipline_head))

    world.objects |= {
        "file_request": ask(home.departments[0].deputy_head, own),
        "file_request_of_head": ask(head_of_department, own),
        "open_file": approved(world.people["discipline_committee"], own),
        "open_file_of_head": approved(head_of_department, world.people["same_department"]),
    }
