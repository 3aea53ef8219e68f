"""Making a paper with the template its unit has in use."""

import io
import logging
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError

from reporting.paper_templates.filling import filled
from reporting.paper_templates.kinds import KINDS, default_template
from reporting.paper_templates.models import DocumentTemplate
from reporting.paper_templates.services import record_failure

logger = logging.getLogger(__name__)


class PaperFile(io.BytesIO):
    """A paper as .docx, positioned at its beginning. `fell_back`: the unit's template failed, and that of the product was used."""

    fell_back = False


def paper(code: str, *, unit_id: int, values: Mapping[str, Any]) -> PaperFile:
    """Fill the unit's template, or where that fails the product's: no paper is lost. Who may read it is for the caller to decide.

    Raises KeyError when `values` lacks a placeholder of the paper.
    """
    fields = KINDS[code].fields
    used = DocumentTemplate.objects.in_use().filter(unit_id=unit_id, kind=code).select_related("file").first()
    if used is None:
        return PaperFile(filled(default_template(code), fields, values))
    try:
        with used.file.content.open("rb") as file:
            return PaperFile(filled(file.read(), fields, values))
    except Exception as error:  # noqa: BLE001 -- whatever the file does, what was to be handed out is handed out
        logger.warning("document template %s failed: %s", used.pk, type(error).__name__)
        made = PaperFile(filled(default_template(code), fields, values))
        made.fell_back = True
        try:
            record_failure(template=used, why=type(error).__name__)
        except DatabaseError:  # the paper is more than the notice; the next one that fails tells of it
            logger.exception("document template %s: its failure could not be written down", used.pk)
        return made
