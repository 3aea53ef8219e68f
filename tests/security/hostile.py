"""Requests nobody should send: the same ones every time, from a seed."""

import json
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote_plus, urlencode

from tests.security.forms_found import Found, Pairs

BIG = "9" * 40
TEXTS = (
    "", " ", "\x00", "a\x00b", "𠮷野家𐍈🙂", "\u202e倒写\u202c", "\u200f\u200e\u2066x", "\ufeff", "\r\n\tSet-Cookie: a=b", "风" * 40_000,
    "x" * 40_000, "'; DROP TABLE risks_riskpoint; --", "<script>alert(1)</script>", "{{ 7*7 }}{% debug %}", "%s%n%d", "../../etc/passwd",
    "=cmd|' /C calc'!A0", "a" * 300, "null", "None", "undefined", "true", "[]", "{}", "&", "\\", "%", "_%",
    "e\u0301" * 200, "１２３", "Ⅳ", "²",
)  # fmt: skip
NUMBERS = (
    "-1", "0", "-0", "+1", "1.5", "1e309", "NaN", "Infinity", "-Infinity", "0x10", "0b1", "1_000", "2147483648", "-2147483649",
    "9223372036854775807", "9223372036854775808", "-9223372036854775809", BIG, "-" + BIG, "32768", "00001", " 1 ", "1 ", "٣", "1" * 5000,
)  # fmt: skip
DATES = (
    "0000-00-00",
    "9999-12-31",
    "0001-01-01",
    "2026-02-30",
    "2026-13-01",
    "10000-01-01",
    "2026-11-21T25:61",
    "-2026-01-01",
    "2026年",
    "1/1/1",
)
NEW_NAMES = (
    "q",
    "page",
    "sort",
    "per_page",
    "next",
    "ids",
    "id",
    "pk",
    "all",
    "state[]",
    "__proto__",
    "a" * 500,
    "\x00",
    "csrfmiddlewaretoken",
    "字段",
)
# What no form lets anybody set, and what an object must keep whatever is posted to it.
GUARDED = (
    "state", "number", "declarant", "declarant_id", "unit", "unit_id", "department_id", "position_id", "admin_role", "is_active",
    "is_staff", "is_superuser", "password_changed_at", "must_change_password", "rights_epoch", "final_level", "final_level_id",
    "current_level", "current_level_id", "initial_level", "initial_level_id", "computed_level", "computed_level_id", "reviewed_level_id",
    "responsible_leader", "responsible_leader_id", "department_head", "department_head_id", "owner", "owner_id", "by_id", "reviewer",
    "reviewer_id", "decided_by", "decided_by_id", "decided_at", "signed_at", "submitted_at", "graded_at", "created_at", "created_by",
    "created_by_id", "is_current", "resume_order", "is_rejected", "import_batch", "registered_on", "retired_on", "confirmed_by",
    "confirmed_by_id", "confirmed_at", "done_by_id", "proof_id", "published_by", "published_at", "submitted_by", "legal_by", "lineage",
    "catalogue", "catalogue_id", "absorbed", "declaration", "declaration_id", "campaign", "campaign_id", "scheme_id", "risk_point",
    "risk_point_id", "risk_id", "entry_id", "last_login",
)  # fmt: skip
FORM = "application/x-www-form-urlencoded"
EDGE = "----edge"


@dataclass
class Attempt:
    """One request, ready to send."""

    verb: str
    address: str
    query: str = ""
    body: bytes = b""
    content_type: str = FORM
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.verb} {self.address}?{self.query[:300]} {self.content_type} {self.headers} {self.body[:600]!r}"


class Generator:
    """Attempts for one form; `foreign` are ids of another unit's objects."""

    def __init__(self, seed: str, foreign: list[str]) -> None:
        self.random, self.foreign = Random(seed), foreign

    def value(self) -> str:
        return self.random.choice(self.random.choice((TEXTS, NUMBERS, NUMBERS, DATES, self.foreign)))

    def attempts(self, verb: str, form: Found, count: int) -> list[Attempt]:
        """`count` requests, a different kind each time."""
        kinds = (
            (self.one, self.one, self.one, self.several, self.unknown, self.doubled, self.foreign_ids, self.foreign_one, self.part,
             self.scripted, self.broken_text, self.version, self.choice, self.long_address)
            if verb == "GET"
            else (self.one, self.one, self.one, self.several, self.unknown, self.doubled, self.dropped, self.foreign_ids, self.foreign_one,
                  self.foreign_one, self.part, self.scripted, self.broken_text, self.version, self.choice, self.choice, self.as_json,
                  self.other_type, self.multipart, self.broken_multipart, self.many, self.long_address)
        )  # fmt: skip
        start = self.random.randrange(len(kinds))
        return [kinds[(start + n) % len(kinds)](verb, form) for n in range(count)]

    # ---- the kinds

    def one(self, verb: str, form: Found) -> Attempt:
        return self._send(verb, form, self._replace(form, self._pick(form), self.value()))

    def several(self, verb: str, form: Found) -> Attempt:
        return self._send(verb, form, [(name, self.value()) for name in sorted(form.names)])

    def choice(self, verb: str, form: Found) -> Attempt:
        """Values the form offers, in any combination: mostly valid."""
        pairs = [(name, self.random.choice(values)) for name, values in form.options if values and self.random.random() < 0.8]
        return self._send(verb, form, pairs)

    def unknown(self, verb: str, form: Found) -> Attempt:
        names = self.random.sample(NEW_NAMES, 4) + self.random.sample(GUARDED, 12)
        return self._send(verb, form, [*form.pairs, *((name, self.value()) for name in names)])

    def doubled(self, verb: str, form: Found) -> Attempt:
        pairs = [*form.pairs, *((name, self.value()) for name, _value in form.pairs)]
        self.random.shuffle(pairs)
        return self._send(verb, form, pairs)

    def dropped(self, verb: str, form: Found) -> Attempt:
        name = self._pick(form)
        return self._send(verb, form, [pair for pair in form.pairs if pair[0] != name])

    def foreign_ids(self, verb: str, form: Found) -> Attempt:
        pairs = [(n, self.random.choice(self.foreign) if v.isdigit() else v) for n, v in form.pairs if n != "version"]
        return self._send(verb, form, [*pairs, *(p for p in form.pairs if p[0] == "version")])

    def foreign_one(self, verb: str, form: Found) -> Attempt:
        numbers = [name for name, values in form.options if name != "version" and all(v == "" or v.isdigit() for v in values)]
        name = self.random.choice(numbers) if numbers else self._pick(form)
        return self._send(verb, form, self._replace(form, name, self.random.choice(self.foreign)))

    def version(self, verb: str, form: Found) -> Attempt:
        return self._send(verb, form, self._replace(form, "version", self.random.choice((*NUMBERS, "", "v1", "\x00"))))

    def part(self, verb: str, form: Found) -> Attempt:
        attempt = self.one(verb, form)
        attempt.headers = {"HX-Request": "true", "HX-Target": self.random.choice(TEXTS[4:9])[:200].encode("ascii", "ignore").decode()}
        attempt.headers = {name: value.replace("\r", "").replace("\n", "") for name, value in attempt.headers.items()}
        return attempt

    def scripted(self, verb: str, form: Found) -> Attempt:
        attempt = self.one(verb, form)
        attempt.headers = {"X-Autosave": "1", "Accept-Language": self.random.choice(("en", "xx-YY;q=9", "*", "zh-hans;q=nan"))}
        return attempt

    def broken_text(self, verb: str, form: Found) -> Attempt:
        raw = self.random.choice(("%FF%FE", "%ED%A0%80", "%00", "%", "%zz", "%C0%80", "%F0%9F"))
        text = "&".join([f"{quote_plus(n)}={quote_plus(v)}" for n, v in form.pairs] + [f"{quote_plus(self._pick(form))}={raw}"])
        return self._raw(verb, form, text)

    def long_address(self, verb: str, form: Found) -> Attempt:
        """Ids in the address that no database holds."""
        number = self.random.choice(("2147483648", "9223372036854775807", "9223372036854775808", BIG, "0"))
        parts = form.address.split("/")
        places = [n for n, part in enumerate(parts) if part.isdigit()]
        if places:
            parts[self.random.choice(places)] = number
        attempt = self._send(verb, form, list(form.pairs))
        attempt.address = "/".join(parts)
        return attempt

    def as_json(self, verb: str, form: Found) -> Attempt:
        body = self.random.choice((json.dumps(dict(form.pairs)).encode(), b"{", b"[[[", b"null", b'{"a":' * 2000))
        return Attempt("POST", form.address, body=body, content_type="application/json")

    def other_type(self, verb: str, form: Found) -> Attempt:
        kinds = (
            "text/plain",
            "application/xml",
            "",
            "multipart/form-data",
            f"{FORM}; charset=utf-7",
            f"{FORM}; charset=nonsense",
            "a" * 300,
            "/;=",
        )
        return Attempt("POST", form.address, body=urlencode(form.pairs).encode(), content_type=self.random.choice(kinds))

    def multipart(self, verb: str, form: Found) -> Attempt:
        files = form.files or ("file",)
        name = self.random.choice(
            ("a\x00.xlsx", "../../x.xlsx", "\u202excod.exe", "x" * 400 + ".pdf", "", ".", "a.xlsx", "a.pdf", 'a";x=".pdf')
        )
        data = self.random.choice(
            (b"", b"PK\x03\x04", b"PK\x03\x04" + b"\x00" * 500, b"%PDF-1.4", b"\xd0\xcf\x11\xe0", b"<?xml version='1.0'?>")
        )
        return self._multipart(form, list(form.pairs), [(f, name, data) for f in files])

    def broken_multipart(self, verb: str, form: Found) -> Attempt:
        attempt = self._multipart(form, list(form.pairs), [("file", "a.pdf", b"%PDF-1.4")])
        cut = self.random.choice((0, 1, len(attempt.body) // 2, len(attempt.body) - 6))
        attempt.body = attempt.body[:cut] + self.random.choice((b"", b"\x00\xff", b"\r\n\r\n"))
        attempt.content_type = self.random.choice(
            (attempt.content_type, "multipart/form-data; boundary=", "multipart/form-data; boundary=\xe9")
        )
        return attempt

    def many(self, verb: str, form: Found) -> Attempt:
        """Hundreds of fields; formsets that say they are enormous."""
        pairs = [p for p in form.pairs if "TOTAL_FORMS" not in p[0]]
        totals = [name for name in form.names if name.endswith("TOTAL_FORMS")]
        pairs += [(name, self.random.choice((BIG, "-1", "1000", "", "x"))) for name in totals]
        name = self._pick(form)
        return self._send(verb, form, [*pairs, *((name, str(n)) for n in range(self.random.choice((300, 3900, 5000))))])

    # ---- how they are written down

    def _pick(self, form: Found) -> str:
        names = sorted(form.names) or ["q"]
        return self.random.choice(names)

    def _replace(self, form: Found, name: str, value: str) -> Pairs:
        return [*(pair for pair in form.pairs if pair[0] != name), (name, value)]

    def _send(self, verb: str, form: Found, pairs: Pairs) -> Attempt:
        if verb == "POST" and form.files:
            return self._multipart(form, pairs, [])
        return self._raw(verb, form, urlencode(pairs))

    def _raw(self, verb: str, form: Found, text: str) -> Attempt:
        if verb == "GET":
            return Attempt("GET", form.address, query=text)
        return Attempt("POST", form.address, body=text.encode())

    def _multipart(self, form: Found, pairs: Pairs, files: list[tuple[str, str, bytes]]) -> Attempt:
        lines = [f'--{EDGE}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in pairs]
        for name, filename, data in files:
            head = f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: text/html\r\n\r\n'
            lines.append(head.encode() + data + b"\r\n")
        body = b"".join([*lines, f"--{EDGE}--\r\n".encode()])
        return Attempt("POST", form.address, body=body, content_type=f"multipart/form-data; boundary={EDGE}")
