"""What this app announces; `config.bindings` says who reacts."""

from common.hooks import Hook

# A job was started, finished, failed, cancelled or put back. Facts: job (Job), transition (jobs.states.JOB_TABLE row, or None when
# it was just started), by (User, or None for the worker and the sweep).
job_changed = Hook("job_changed")

# Somebody had work of the clock done outside of its plan. Facts: run (ScheduledRun), work (common.schedule.Work), by (User).
work_asked_for = Hook("work_asked_for")
