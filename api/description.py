"""The OpenAPI description as rows of a page."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value that may be sent in the address."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One address: what it answers, what may be sent, which fields come back."""

    path: str
    text: str
    parameters: tuple[Parameter, ...]
    fields: tuple[str, ...]


def operations(schema: dict[str, Any]) -> list[Operation]:
    """Every operation, in the order of the addresses."""
    found = []
    for path, verbs in schema["paths"].items():
        said = verbs["get"]
        parameters = tuple(
            Parameter(p["name"], _kind(p["schema"]), p.get("required", False), _words(p)) for p in said.get("parameters", [])
        )
        found.append(Operation(path, _words(said), parameters, tuple(_fields(schema, said))))
    return found


def _words(part: dict[str, Any]) -> str:
    """In the reader's language; the file for programs keeps the English."""
    said = part.get("description", "")
    return gettext(said) if said else ""


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return next(_kind(option) for option in schema["anyOf"] if option.get("type") != "null")
    return str(schema.get("type", ""))


def _fields(schema: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    """The fields of one item of the answer."""
    answer = _resolve(schema, operation["responses"][200]["content"]["application/json"]["schema"])
    items = answer["properties"].get("items")
    return list(_resolve(schema, items["items"] if items else answer)["properties"])


def _resolve(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        part = schema["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]]
    return part
