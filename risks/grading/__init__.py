"""Grading schemes as data (domain §3, 评估定级): pure functions over rules and answers, no database.

Shapes of `rules`:

* matrix: `{"factors": [{"code": "probability|harm|influence", "labels": [3 to 5 words], "weight": 1}], "combine": "product|sum|table",
  "thresholds": [{"from": 15, "severity": 3}, …], "floors": [{"factor": "harm", "from": 5, "severity": 2}],
  "table": {"1-1": 1, …}}` — `thresholds` for product and sum, `table` (values joined by "-", in the order of the factors) for table;
  weights only for sum.
* criteria: `{"counts": "criteria|risks", "criteria": [{"code", "text", "knock_out": bool, "weight": 1}],
  "thresholds": [{"from": 0, "severity": 1}, …], "knock_out_severity": 3}` — counts the points of the criteria met, or the risks of
  the post; one knock-out criterion alone gives the highest level.
* power_class: `{"classes": [{"code", "label", "severity"}]}`

A severity is that of a level of the scheme's scale; labels of levels are only ever shown. A scheme that lacks an answer
says why and never guesses.
"""

from risks.grading.facts import Answers, Problem, Result, answers_of
from risks.grading.levels import Question, level_for, questions
from risks.grading.schemes import evaluate, evaluate_all, validate

__all__ = ["Answers", "Problem", "Question", "Result", "answers_of", "evaluate", "evaluate_all", "level_for", "questions", "validate"]
