"""What workers do for assessments; each module holds the tasks of one matter."""

from assessments import tasks_ballots, tasks_index, tasks_results, tasks_rounds  # noqa: F401 -- registered by being imported
