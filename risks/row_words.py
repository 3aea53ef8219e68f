"""What a row of the register says in several texts at once; its page and its file say it alike."""

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import OuterRef, Subquery

from positions.models import HolderLevel, PowerCategory
from risks.models import Aspect, Measure
from risks.states import MeasureState

_MARK = "\x1e"  # between the measures of a point; no text has it

# The measures of each point in one text, to be annotated.
MEASURES = Subquery(
    Measure.objects.filter(risk=OuterRef("pk"))
    .exclude(state=MeasureState.DROPPED)
    .order_by()
    .values("risk")
    .annotate(joined=StringAgg("text", _MARK, order_by=("order", "pk")))
    .values("joined")
)


def together(content: str, manifestation: str) -> str:
    """风险内容及表现形式 in one cell; a form that only repeats the content is not said twice."""
    return content if not manifestation or manifestation == content else f"{content}\n{manifestation}" if content else manifestation


def numbered(joined: str | None) -> str:
    """Measures one a line, numbered where there are several."""
    parts = joined.split(_MARK) if joined else []
    return "\n".join(f"{n}. {part}" for n, part in enumerate(parts, 1)) if len(parts) > 1 else "".join(parts)


def category_words() -> dict[str, str]:
    """Aspects and power categories in the language in force."""
    return {key: str(label) for key, label in [*Aspect.choices, *PowerCategory.choices]}


def category_of(words: dict[str, str], text: str, aspect: str, power_category: str) -> str:
    """风险类别: as it was written, else where the risk comes from, else the kind of power."""
    return text or words.get(aspect) or words.get(power_category) or ""


def place_of(department: str | None, unit: str, level_of: str, leadership: str) -> str:
    """单位/科室: the department; without one the unit for its own risks, else the leadership."""
    return department or (unit if level_of == HolderLevel.UNIT else leadership)


def proof_of(note: str, file: str | None) -> str:
    """What proves that a measure is done: the note, and the name of the file."""
    return "\n".join(part for part in (note, file) if part)
