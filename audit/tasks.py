"""Daily anchoring of the chain."""

from django.utils.translation import gettext_lazy

from audit import chain
from common.schedule import Daily, Result, scheduled


@scheduled(
    "audit.write_anchor",
    at=Daily(1, 10),
    title=gettext_lazy("Anchor of the audit trail"),
    part="audit",
    words={"position": gettext_lazy("entries in the trail")},
)
def write_anchor() -> Result:
    """Writing the same head twice does no harm."""
    return {"position": chain.write_anchor()["position"]}
