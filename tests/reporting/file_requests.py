"""Requests for integrity files and what stands in a file, for tests."""

from datetime import date, timedelta

from django.utils import timezone

from reporting.integrity import services
from reporting.integrity.entries import IntegrityFile
from reporting.integrity.models import FileRequest
from tests.factories.organisation import SmallUnit
from tests.factories.warnings import fresh


def day(after: int = 7) -> date:
    return timezone.localdate() + timedelta(days=after)


def personnel(bureau: SmallUnit):
    return fresh(bureau.departments[0].deputy_head)


def asked(bureau: SmallUnit, person=None, by=None, until: date | None = None, matter: str = "财务科副科长拟任人选考察") -> FileRequest:
    wish = services.Wish(purpose="promotion", matter=matter, until=until or day())
    return services.ask(person=person or bureau.clerk, wish=wish, by=fresh(by) if by else personnel(bureau))


def approved(bureau: SmallUnit, **facts) -> FileRequest:
    return services.approve(request=asked(bureau, **facts), by=fresh(bureau.discipline_head))


def read(bureau: SmallUnit, found: FileRequest) -> IntegrityFile:
    return services.look(request=found, by=fresh(found.requested_by), how="page")


def lines(file: IntegrityFile, code: str) -> list[tuple[str, str, str]]:
    [section] = [section for section in file.sections if section.code == code]
    return [(entry.title, entry.text, entry.mark) for entry in section.entries]


def everything(file: IntegrityFile) -> str:
    return str(file.sections)
