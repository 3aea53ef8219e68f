"""The product's Celery application with work of the clock that only tests have. Real workers and schedulers load it; tests do not."""

import threading
import time

import django

from config.celery import app, plan

django.setup()

from django.db import transaction  # noqa: E402 -- after the apps

from common.numbers import take  # noqa: E402
from common.schedule import Every, Result, scheduled  # noqa: E402
from jobs import scheduling  # noqa: E402
from jobs.models import ScheduledRun  # noqa: E402

NEVER = Every(20 * 365 * 86400)  # seconds: beat sends it in twenty years, the slot is that of 2009
PATIENCE = 60  # seconds after which work that nobody stopped gives up


@scheduled("tests.tick", at=Every(1), title="tick", part="jobs")
def tick() -> Result:
    """Every second an effect."""
    take("tests.tick")
    return {"made": 1}


@scheduled("tests.sweep", at=Every(1), title="sweep", part="jobs")
def sweep() -> Result:
    """The product's sweep, more often."""
    return {"sent": scheduling.sweep()}


@scheduled("tests.twice_lost", at=NEVER, title="twice lost", part="jobs")
def twice_lost() -> Result:
    """An effect; at the first two attempts work without end after it, in the same transaction."""
    run = ScheduledRun.objects.get(name="tests.twice_lost", state="running")
    with transaction.atomic():
        take("tests.twice_lost")
        end, pause = time.monotonic() + PATIENCE, threading.Event()
        while run.attempts < 3 and time.monotonic() < end:
            pause.wait(0.05)
    return {"made": 1}


@scheduled("tests.rare", at=NEVER, title="rare", part="jobs")
def rare() -> Result:
    """An effect, when somebody asks for it."""
    take("tests.rare")
    return {"made": 1}


plan()
app.conf.beat_schedule = {name: entry for name, entry in app.conf.beat_schedule.items() if name.startswith("tests.")}
