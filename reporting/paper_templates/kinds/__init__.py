"""Every paper of the product that is a Word document."""

from functools import cache

from reporting.paper_templates.kinds import assessments, files, forms, warnings
from reporting.paper_templates.schema import Kind

KINDS: dict[str, Kind] = {kind.code: kind for module in (forms, warnings, assessments, files) for kind in module.KINDS}


@cache
def default_template(code: str) -> bytes:
    """The template of the product; built once a process."""
    return KINDS[code].build()
