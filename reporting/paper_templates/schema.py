"""What a paper consists of: its placeholders, which of them must stand in every template, and a value to try them with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reporting.documents.charts import Picture, Series

# Added to the values of the second row of a list, so that a trial shows whether all rows are there.
AGAIN = "（续）"


@dataclass(frozen=True, slots=True)
class Field:
    """One placeholder, named as it stands in the template. With `rows` it is a list to loop over; a picture can only stand in the text."""

    name: str
    about: str
    sample: str = ""
    required: bool = False
    rows: tuple["Field", ...] = ()
    is_picture: bool = False

    @property
    def is_list(self) -> bool:
        """Whether a template has to loop over it."""
        return bool(self.rows)

    def row(self, name: str) -> "Field | None":
        """A placeholder of its rows."""
        return next((one for one in self.rows if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Kind:
    """One paper. `build` makes the template of the product; `title` is what officials call the paper."""

    code: str
    group: str
    title: str
    fields: tuple[Field, ...]
    build: Callable[[], bytes]

    def field(self, name: str) -> Field | None:
        """A placeholder by name."""
        return next((one for one in self.fields if one.name == name), None)


def must(name: str, about: str, sample: str = "", **more: Any) -> Field:
    """A placeholder that every template needs."""
    return Field(name, about, sample, required=True, **more)


def sample_values(fields: Sequence[Field], *, suffix: str = "", filled: bool = True) -> dict[str, Any]:
    """Values to try a template with; `filled=False` gives empty ones, as a paper has them where nothing was entered."""
    return {field.name: _sample(field, suffix, filled) for field in fields}


def _sample(field: Field, suffix: str, filled: bool) -> Any:
    if field.is_list:
        return [sample_values(field.rows, suffix=suffix + more) for more in ("", AGAIN)] if filled else []
    if not filled:
        return ""
    if field.is_picture:
        return Picture(f"{field.about}{suffix}", ["一季度", "二季度"], [Series("上年", [3, 2]), Series("本年", [2, 1])])
    if suffix and field.sample.isdigit():
        return str(int(field.sample) + 1)
    return f"{field.sample}{suffix}"


def missing_from(fields: Sequence[Field], values: Mapping[str, Any]) -> list[str]:
    """Names of placeholders for which there is no value: the paper's own fault, never the template's."""
    missing = [field.name for field in fields if field.name not in values]
    for field in fields:
        if field.is_list:
            missing += [f"{field.name}.{name}" for row in values.get(field.name, []) for name in missing_from(field.rows, row)]
    return missing
