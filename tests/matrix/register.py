"""A point of own's position with its measure, a measure reported done with a file, a point taken off."""

from django.core.files.uploadedfile import SimpleUploadedFile

from risks.models import Measure, RiskPoint
from risks.services import measures, register
from tests.matrix_world import World
from tests.risks.register_helpers import imported


def build(world: World) -> None:
    unit = world.home
    risk: RiskPoint = imported(unit, "审批时违规放宽条件")
    proven = Measure.objects.get(risk=imported(unit, "擅自泄露标底"))
    file = SimpleUploadedFile("台账.pdf", b"%PDF-1.4")
    retired = imported(unit, "已经取消的职权")
    world.objects |= {
        "risk": risk,
        "measure": Measure.objects.get(risk=risk),
        "done_measure": measures.report(measure=proven, note="", file=file, by=world.people["own"]),
        "retired_risk": register.retire(risk=retired, by=unit.head, reason="职权取消"),
    }
