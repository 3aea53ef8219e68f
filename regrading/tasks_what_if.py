"""A large unit's try-out of rules runs as a job; its result stands in the job's report for the page."""

from django.utils import timezone

from jobs.models import Job
from jobs.registry import Progress, job_kind
from regrading.models import RuleSet
from regrading.what_if import compare
from regrading.what_if_selectors import points_of

KIND = "rule_set_what_if"


@job_kind(KIND)
def what_if(job: Job, progress: Progress) -> None:
    """Compare a draft with the rules in force, over the points the owner sees now. Writes nothing but the report."""
    draft, held = (RuleSet.objects.visible_to(job.owner).get(pk=job.arguments[name]) for name in ("rule_set", "held"))
    outcome = compare(points_of(job.owner, draft.unit_id), held.values, draft.values, timezone.localdate(), progress)
    job.report = outcome.to_json()
