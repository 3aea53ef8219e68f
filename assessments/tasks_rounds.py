"""Work of the clock around rounds."""

from django.utils import timezone
from django.utils.translation import gettext_lazy

from assessments.services import phases
from common.schedule import Daily, Result, scheduled


@scheduled("assessments.follow_phases", at=Daily(7, 10), title=gettext_lazy("Phases of assessments"), part="assessments")
def follow() -> Result:
    """Every morning: reminders, the time for appeals, the end of a round. Running twice does and tells nothing twice."""
    return {"checked": phases.follow(today=timezone.localdate())}
