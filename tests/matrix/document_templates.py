"""Templates of the unit: one of an advice that waits to be put in use, one of a notice in use."""

import io

from django.utils import timezone

from common.files import store_result
from reporting.documents.parts import DOCX
from reporting.models import DocumentTemplate
from reporting.paper_templates.kinds import default_template
from tests.matrix_world import World


def build(world: World) -> None:
    admin = world.people["system_admin"]

    def template(kind: str, **more: object) -> DocumentTemplate:
        file = store_result(content=io.BytesIO(default_template(kind)), name="模板.docx", content_type=DOCX, by=admin)
        return DocumentTemplate.objects.create(unit=world.home.unit, kind=kind, number=1, file=file, uploaded_by=admin, **more)

    world.objects |= {"template_kind": "disciplinary_advice", "template_used_kind": "warning_notice", "template_unknown": "nothing"}
    world.objects["template_checked"] = template("disciplinary_advice")
    world.objects["template_in_use"] = template("warning_notice", state="in_use", used_by=admin, used_at=timezone.now())
