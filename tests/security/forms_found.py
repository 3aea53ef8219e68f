"""The forms and filters that pages offer, read from their HTML as a browser would send them."""

from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.urls import Resolver404, resolve
from lxml import html  # type: ignore[import-untyped]

Pairs = list[tuple[str, str]]
MOST_OF_A_ROUTE = 6


@dataclass(frozen=True)
class Found:
    """One form as it stands on a page: who saw it, where it goes, what it would send, and what its fields may be."""

    relation: str
    address: str
    pairs: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, tuple[str, ...]], ...]
    files: tuple[str, ...] = ()

    @property
    def names(self) -> set[str]:
        return {name for name, _values in self.options} | set(self.files) | {name for name, _value in self.pairs}


class Forms:
    """Forms by (route, verb); several of a route when they differ in their fields or in who sees them."""

    def __init__(self) -> None:
        self.by_route: dict[tuple[str, str], list[Found]] = defaultdict(list)

    def of(self, route: str, verb: str) -> list[Found]:
        return self.by_route.get((route, verb), [])

    def names(self, route: str, verb: str) -> set[str]:
        """Every field that any form of the route has."""
        return set().union(*(form.names for form in self.of(route, verb)))

    def read(self, page: bytes, address: str, relation: str) -> None:
        """Note the forms, the buttons that post and the links with a query."""
        if not page.strip():
            return
        tree = html.fromstring(page)
        for form in tree.iter("form"):
            self._note(form, address, relation)
        for element in tree.xpath("//*[@hx-post or @formaction]"):
            owner = next(element.iterancestors("form"), None)
            target = element.get("hx-post") or element.get("formaction")
            pairs, options, files = _fields(owner) if owner is not None else ([], {}, [])
            self._add("POST", urljoin(address, target), relation, pairs, options, files)
        for link in tree.xpath("//a[contains(@href, '?')]"):
            target = urlsplit(urljoin(address, link.get("href")))
            pairs = parse_qsl(target.query, keep_blank_values=True)
            self._add("GET", target.path, relation, pairs, {name: [value] for name, value in pairs}, [])

    def _note(self, form: html.FormElement, address: str, relation: str) -> None:
        verb = (form.get("method") or "get").upper()
        pairs, options, files = _fields(form)
        self._add(verb, urljoin(address, form.get("action") or ""), relation, pairs, options, files)

    def _add(self, verb: str, target: str, relation: str, pairs: Pairs, options: dict[str, list[str]], files: list[str]) -> None:
        path = urlsplit(target).path
        try:
            route = resolve(path).view_name
        except Resolver404:
            return
        known = self.by_route[route, verb]
        found = Found(relation, path, tuple(pairs), tuple((n, tuple(v)) for n, v in sorted(options.items())), tuple(files))
        twin = any(k.names == found.names and k.relation == relation for k in known)
        if not twin and len(known) < MOST_OF_A_ROUTE:
            known.append(found)


def _fields(form: html.FormElement) -> tuple[Pairs, dict[str, list[str]], list[str]]:
    """What would be sent, every field with its possible values, and the file fields."""
    options: dict[str, list[str]] = defaultdict(list)
    files = []
    for field in form.xpath(".//input | .//select | .//textarea | .//button[@name]"):
        name = field.get("name")
        if not name or name == "csrfmiddlewaretoken":
            continue
        if field.tag == "input" and field.get("type") == "file":
            files.append(name)
        elif field.tag == "select":
            options[name] += [option.get("value") or "" for option in field.iter("option")][:40]
        else:
            options[name].append(field.get("value") or "")
    pairs = [(name, str(value)) for name, value in form.form_values() if name != "csrfmiddlewaretoken"]
    return pairs, dict(options), files
