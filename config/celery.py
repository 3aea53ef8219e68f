"""The Celery application. What runs when stands beside the tasks (`common.schedule`); tasks carry ids only (quality.md, mistake 7)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("lianfang")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def plan() -> None:
    """Tell beat what to send. Called once all apps are loaded, and with them every `tasks.py`."""
    from django.utils.module_loading import autodiscover_modules

    from common.schedule import beat_schedule

    autodiscover_modules("tasks")
    app.conf.beat_schedule = beat_schedule()
