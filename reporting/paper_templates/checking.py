"""Whether a file may take the place of a paper's template, and what to mend in Word where it may not."""

import difflib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import docx
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from jinja2 import TemplateSyntaxError
from lxml import etree  # type: ignore[import-untyped]

from reporting.documents.parts import clean
from reporting.paper_templates.filling import Document, filled
from reporting.paper_templates.grammar import Problem, Reading, read
from reporting.paper_templates.package import opened
from reporting.paper_templates.places import Paragraph, paragraphs, unfilled
from reporting.paper_templates.sandbox import environment
from reporting.paper_templates.schema import Field, Kind, sample_values

MAX_TAGS = 300
MAX_TAG_LENGTH = 200
MAX_FAULTS = 40
_SHOWN = 40
# What a tag may begin with; `tr` and `p` take their whole row or paragraph away with them.
_CONTROL = re.compile(r"\{%(tr |p |\s*)(for|endfor|if|elif|else|endif)\b[^%{}]*%\}")
_OUTPUT = re.compile(r"\{\{(?!(tr|tc|p|r)\s)(?![-+])[^{}%]*(?<![-+])\}\}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend: what, and where it stands in Word (empty: the whole file)."""

    text: str
    where: str = ""


def check(kind: Kind, data: bytes, name: str) -> list[Fault]:
    """What stands in the way of using the file for papers of the kind; empty when nothing does."""
    package, problems = opened(data, name)
    if package is None:
        return [Fault(str(problem)) for problem in problems]
    found = list(paragraphs(package.parts))
    faults = [*_writing(found), *_elsewhere(package.parts)]
    if faults:
        return faults[:MAX_FAULTS]
    try:
        readings = _read(kind, data, sum(len(one.tags) for one in found))
    except _Unreadable as error:
        return [error.fault]
    faults = [_told(kind, problem) for reading in readings for problem in reading.problems]
    faults += _missing(kind, readings)
    if not faults:
        faults = _trial(kind, data, readings)
    return list(dict.fromkeys(faults))[:MAX_FAULTS]


class _Unreadable(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.text)
        self.fault = fault


def preview(kind: Kind, data: bytes) -> bytes:
    """The paper with sample values, for a template that passed the check."""
    return filled(data, kind.fields, sample_values(kind.fields))


def _writing(found: Sequence[Paragraph]) -> Iterator[Fault]:
    """Tags as they are typed, before Jinja sees any."""
    if sum(len(one.tags) for one in found) > MAX_TAGS:
        yield Fault(_("The template has more than %(n)d placeholders.") % {"n": MAX_TAGS})
        return
    for one in found:
        where = place(one.part, one.text)
        if one.has_wide_brackets:
            yield Fault(_("Brackets typed with a Chinese input method. Type {{ }} and {% %} in half width."), where)
        if one.is_broken:
            yield Fault(_("A bracket is open or closed too often. A placeholder stands in one paragraph, between {{ and }}."), where)
            continue
        for tag in one.tags:
            if len(tag) > MAX_TAG_LENGTH:
                yield Fault(_("A placeholder is too long."), where)
            elif not (_CONTROL if tag.startswith("{%") else _OUTPUT).fullmatch(tag):
                yield Fault(_("“%(tag)s” is not allowed. Only {{ name }}, {%% for … in … %%} and {%% if … %%} are.") % {"tag": tag}, where)


def _elsewhere(parts: dict[str, etree._Element]) -> Iterator[Fault]:
    for name, text in unfilled(parts):
        words = {"text": _short(text), "part": name}
        yield Fault(_("“%(text)s” stands where nothing is filled in (%(part)s). Write placeholders into the text only.") % words)


def _read(kind: Kind, data: bytes, counted: int) -> list[Reading]:
    """What Jinja understands, part by part. Raises _Unreadable."""
    readings, tags = [], 0
    try:
        sources = list(Document(io.BytesIO(data)).sources())
    except Exception:  # noqa: BLE001 -- python-docx raises anything on files that are no documents
        raise _Unreadable(
            Fault(_("The file is damaged and cannot be read. Open it in Word, save it again as .docx and try again."))
        ) from None
    for part, source in sources:
        text = re.sub(r"<w:p([ >])", r"\n<w:p\1", re.sub(r"[\r\n]+", " ", source))
        lines = [re.sub(r"<[^>]+>", "", line).strip() for line in text.split("\n")]
        tags += len(re.findall(r"\{\{|\{%|\{#", text))
        try:
            readings.append(read(environment().parse(text), kind, part, lines))
        except TemplateSyntaxError as error:
            line = lines[min(error.lineno, len(lines)) - 1]
            text = _("A loop or condition is not closed, or cannot be understood: each for needs an endfor, each if an endif.")
            raise _Unreadable(Fault(text, place(part, line))) from None
        except RecursionError:
            raise _Unreadable(Fault(_("Loops and conditions are nested too deeply. Begin with the default template."))) from None
    if tags > counted:
        # Brackets of two paragraphs that docxtpl would put together.
        raise _Unreadable(Fault(_("A bracket is open or closed too often. A placeholder stands in one paragraph, between {{ and }}.")))
    return readings


def _told(kind: Kind, problem: Problem) -> Fault:
    where = place(problem.part, problem.line)
    words = {"name": problem.name, "list": problem.of}
    if problem.code == "unknown":
        near = difflib.get_close_matches(problem.name, problem.known, n=1, cutoff=0.4)
        text = _("The placeholder “%(name)s” is unknown.") % words
        return Fault(text + (" " + _("Do you mean “%(near)s”?") % {"near": near[0]} if near else ""), where)
    texts = {
        "list_printed": _("“%(name)s” is a list. Loop over its rows: {%%tr for row in %(name)s %%} … {%%tr endfor %%}."),
        "not_a_list": _("“%(name)s” is no list and cannot be looped over."),
        "nested": _("“%(name)s” is looped over inside another loop."),
        "shadow": _("The row of a loop cannot be called “%(name)s”, which is a placeholder."),
        "picture_outside": _("The picture “%(name)s” can only stand in the text, not in a header or footer."),
        "filter": _("“%(name)s” is not known. Only default, trim and length can stand behind |."),
        "not_allowed": _("“%(name)s” is not allowed. Placeholders are only names; nothing can be called or computed."),
    }
    return Fault(texts[problem.code] % words, where)


def _missing(kind: Kind, readings: Sequence[Reading]) -> list[Fault]:
    """Required placeholders that are nowhere."""
    shown = {path for reading in readings for path in reading.shown}
    looped = {path for reading in readings for path in reading.looped}
    return [Fault(text) for text in _absent(kind.fields, shown, looped, "")]


def _absent(fields: Sequence[Field], shown: set[str], looped: set[str], path: str) -> Iterator[str]:
    for field in fields:
        here = f"{path}{field.name}"
        if field.is_list and here in looped:
            yield from _absent(field.rows, shown, looped, f"{here}.")
        elif field.is_list and field.required:
            yield _("The list “%(name)s” is missing: the paper would not show its rows.") % {"name": here}
        elif field.required and not field.is_list and here not in shown:
            yield _("The placeholder “%(name)s” is missing; the paper needs it (%(about)s).") % {"name": here, "about": field.about}


def _trial(kind: Kind, data: bytes, readings: Sequence[Reading]) -> list[Fault]:
    """Make the paper with sample values, and with as little as a paper can have; open it again and look for every value."""
    try:
        made = filled(data, kind.fields, sample_values(kind.fields))
        filled(data, kind.fields, sample_values(kind.fields, filled=False))
        text = "\n".join(text_of(made))
    except Exception:  # noqa: BLE001 -- whatever goes wrong here would go wrong with every paper
        return [
            Fault(
                _(
                    "The paper could not be made. Often a loop begins in a row and ends outside of it: "
                    "put {%tr for … %} and {%tr endfor %} each into a row of its own."
                )
            )
        ]
    always = {path for reading in readings for path in reading.always}
    lost = [path for path, value in _samples(kind.fields, "", "") if path in always and clean(value) not in text]
    return [Fault(_("The value of “%(name)s” was lost when the paper was made.") % {"name": path}) for path in dict.fromkeys(lost)]


def _samples(fields: Sequence[Field], path: str, suffix: str) -> Iterator[tuple[str, str]]:
    for field, value in zip(fields, sample_values(fields, suffix=suffix).values(), strict=True):
        if field.is_list:
            for row in value:
                for inner in field.rows:
                    if not inner.is_list and not inner.is_picture:
                        yield f"{path}{field.name}.{inner.name}", row[inner.name]
        elif not field.is_picture:
            yield f"{path}{field.name}", value


def text_of(made: bytes) -> list[str]:
    """Every paragraph of a paper, headers and footers too."""
    document = docx.Document(io.BytesIO(made))
    parts = {
        str(part.partname).lstrip("/"): etree.fromstring(part.blob) for part in document.part.package.iter_parts() if _filled_part(part)
    }
    return [one.text for one in paragraphs(parts)]


def _filled_part(part: object) -> bool:
    return str(getattr(part, "partname", "")).startswith(("/word/document", "/word/header", "/word/footer", "/word/footnotes"))


def place(part: str, text: str) -> str:
    """“Header, near “…””: what to look for in Word."""
    names = {
        "body": pgettext("part of a document", "Text"),
        "header": pgettext("part of a document", "Header"),
        "footer": pgettext("part of a document", "Footer"),
        "footnotes": pgettext("part of a document", "Footnotes"),
    }
    return _("%(part)s, near “%(text)s”") % {"part": names[part], "text": _short(text)}


def _short(text: str) -> str:
    flat = re.sub(r"\s+", " ", text).strip()
    return flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1] + "…"
