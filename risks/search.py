"""Finding Chinese text without an extension: neighbouring characters as search terms, checked again against the text itself.

PostgreSQL has no parser for Chinese. A point's `search` vector holds, of the text normalised to NFKC and lower case: every pair of
neighbouring ideographs, the last ideograph of each run (so that a single one is found by its prefix), Latin words and numbers whole,
and each symbol by itself. A query is the same made into prefixes; pairs can lie apart, so the words are then looked up in the text as well.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Cast, Concat, Lower

FIELDS = ("number", "title", "content", "manifestation", "category_text", "indicator", "involved_positions", "cooperating")
# More of a text is not indexed: nobody searches the end of 40,000 characters, and a vector has its limit.
MAX_CHARACTERS = 20_000
MAX_WORD = 60
MAX_QUERY = 100
# Soft hyphen, zero-width and bidirectional signs, byte order mark: nobody sees them, so they must not hide a word.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# Radicals, kana, ideographs, Hangul, private use (rare characters of names) and everything beyond the first plane.
_HAN = (
    "\u2e80-\u2fff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3041-\u3096\u309d-\u30fa\u30fc-\u318e\u31a0-\ud7ff\ue000-\ufaff"
    "\U00010000-\U0010ffff"
)
_RUNS = re.compile(f"(?P<han>[{_HAN}]+)|(?P<word>[^\\W_{_HAN}]+)|(?P<symbol>\\S)")


def normalise(text: str) -> str:
    """One form for text and query: full-width letters become narrow, capitals small, controls blanks; invisible signs go."""
    return _CONTROL.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).lower()


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """(kind, run) with kind `word`, `han` or `symbol`; symbols come one by one, blanks not at all."""
    for match in _RUNS.finditer(text):
        yield str(match.lastgroup), match.group()


def tokens(*texts: str) -> set[str]:
    """What the vector of these texts holds."""
    found: set[str] = set()
    for kind, run in _runs(normalise("\n".join(text[:MAX_CHARACTERS] for text in texts if text))):
        if kind == "han":
            found.update([run[at : at + 2] for at in range(len(run))])  # the last is a single one
        else:
            found.add(run[:MAX_WORD])
    return found


def vector_text(*texts: str) -> str:
    """The vector as PostgreSQL reads it (`'审批' '批权' '权'`), for set-based writes."""
    found = tokens(*texts)
    joined = "".join(found)
    if not found or "'" in joined or "\\" in joined:
        return " ".join(_quoted(token) for token in found)
    return "'" + "' '".join(found) + "'"  # nothing to escape in nearly all texts, and an import has millions of tokens


def vector(*texts: str) -> Cast:
    """The vector as an expression, for a model's `search` field."""
    return Cast(Value(vector_text(*texts)), SearchVectorField())


@dataclass(frozen=True, slots=True)
class Query:
    """What a text asks for: `terms` for the vector, `rechecked` words that can lie apart in it, all its `words`."""

    terms: str
    rechecked: tuple[str, ...]
    words: tuple[str, ...]


def query_of(text: str) -> Query | None:
    """None for a text without a sign."""
    words = _words(text)
    terms = dict.fromkeys(term for word in words for term in _terms(word))
    return Query(" & ".join(terms), tuple(word for word in words if _inexact(word)), tuple(words)) if words else None


def condition(text: str, *, unindexed: Sequence[tuple[int, int]] = ()) -> Q | None:
    """Points whose texts contain every word of the query, in any order; None for a query without a sign. `%` and `_` mean themselves.

    Needs `annotate(**HAYSTACK)` on the queryset when `needs_recheck` says so. `unindexed`: first and last keys between which the
    texts of points without a vector are looked through as well (`risks.services.indexing`); a Latin word is then found in the middle of
    another, too.
    """
    query = query_of(text)
    if query is None:
        return None
    found = holds(query.terms, query.rechecked)
    if not unindexed:
        return found
    lying = reduce(or_, (Q(pk__range=keys) for keys in unindexed))
    return found | Q(lying, *(Q(haystack__contains=word) for word in query.words), search=None)


def holds(terms: Any, rechecked: Iterable[Any]) -> Q:
    """The condition of a query; its parts are texts or expressions. `annotate(**HAYSTACK)` when anything is rechecked."""
    return Q(*(Q(haystack__contains=word) for word in rechecked), search=_AsWritten(terms))


def needs_recheck(text: str, *, unindexed: bool = False) -> bool:
    """Whether the vector alone cannot answer the query."""
    return unindexed or any(_inexact(word) for word in _words(text))


def _words(text: str) -> list[str]:
    return normalise(text)[:MAX_QUERY].split()


def _inexact(word: str) -> bool:
    """A word of at most one pair, one Latin word or one symbol is answered exactly by the vector."""
    runs = list(_runs(word))
    return len(runs) > 1 or (runs[0][0] == "han" and len(runs[0][1]) > 2)


def _terms(word: str) -> Iterator[str]:
    for kind, run in _runs(word):
        if kind == "han" and len(run) > 1:
            yield from (_quoted(a + b) for a, b in pairwise(run))
        else:
            yield f"{_quoted(run[:MAX_WORD])}:*"


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


class _AsWritten(SearchQuery):
    """A query whose terms no parser of PostgreSQL sees, which would drop symbols."""

    template = "(%(expressions)s)::tsquery"


class _Nfkc(Func):
    template = f"translate(normalize(%(expressions)s, NFKC), '{INVISIBLE}', '')"
    output_field = TextField()


# The searched text in the form of the query; the fields stand on lines of their own, so that no word spans two of them.
HAYSTACK = {
    "haystack": Lower(
        _Nfkc(Concat(*[part for name in FIELDS for part in (F(name), Value("\n"))], output_field=TextField())),
        output_field=TextField(),
    )
}
