"""Evidence of re-grading: one kind a module, put together by `regrading.evidence.evaluation`, where `evaluate` is documented."""

from regrading.evidence.evaluation import Contribution, Evaluation, Graded, PlannedEvaluation, evaluate, everything, seen_by

__all__ = ["Contribution", "Evaluation", "Graded", "PlannedEvaluation", "evaluate", "everything", "seen_by"]
