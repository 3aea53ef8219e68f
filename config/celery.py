"""The Celery application. What runs when is in `beat_schedule`; tasks carry ids only (quality.md, mistake 7)."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("lianfang")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "audit-anchor": {"task": "audit.write_anchor", "schedule": crontab(hour=1, minute=10)},
    "organisation-follow-dates": {"task": "positions.follow_dates", "schedule": crontab(hour=0, minute=5)},
    "web-heartbeat": {"task": "web.heartbeat", "schedule": 60.0},
    "talks-remind": {"task": "talks.remind", "schedule": crontab(hour=7, minute=30)},
    "warnings-follow-deadlines": {"task": "warnings.follow_deadlines", "schedule": crontab(minute=40)},
    "assessments-follow-phases": {"task": "assessments.follow_phases", "schedule": crontab(hour=7, minute=10)},
    "assessments-follow-index": {"task": "assessments.follow_index", "schedule": crontab(hour=2, minute=40)},
    "jobs-sweep": {"task": "jobs.sweep", "schedule": 60.0},
    "leads-recheck-desks": {"task": "leads.recheck_desks", "schedule": crontab(minute=20)},
    "assessments-clean-up-ballots": {"task": "assessments.clean_up_ballots", "schedule": crontab(minute=50)},
    "risks-search-index": {"task": "risks.index_waiting", "schedule": 60.0},
}
