"""The Chinese catalogue: what the code says in English, and what the users read.

    translate.py missing             source strings without Chinese, as JSON to fill in
    translate.py add FILE.json       merge {"English": "中文"} into the catalogue
    translate.py prune               drop what the code no longer says
    translate.py check               complete, nothing unused, no placeholder lost (part of `make check`)
    translate.py compile             write the .mo files that Django reads

A key with a context is "context\\u0004English"; a counted string is keyed by its singular (Chinese: a list of one).
Needs no GNU gettext: Django's `templatize` turns templates into Python, and Babel reads Python.
"""

import fcntl
import io
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
CATALOGUE = LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po"
CONTEXT_GLUE = "\x04"
SKIPPED = {"tests", "node_modules", "migrations", "scripts", "benchmarks", "docs"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
# What full-width punctuation leaves alone, what it stands beside, and which marks have a full-width form.
_HELD = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|<[^<>]*>|&\w+;")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Words that Django splits itself (yesno).
_WORDS = re.compile(r"\w+(,\w+)+")
_WIDE = r"[\u2018-\u201d\u2026\u3001-\u301f\u4e00-\u9fff\uff01-\uff5e\ue000-\uf8ff]"
_MARKS = {mark: chr(ord(mark) + 0xFEE0) for mark in ",:;?!()"}
METADATA = {
    "Project-Id-Version": "Lianfang",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


@dataclass(frozen=True)
class Message:
    """One string of the source, with the place where it was first seen."""

    context: str | None
    singular: str
    plural: str | None
    place: str

    @property
    def key(self) -> str:
        """How JSON files and the catalogue name this string."""
        return f"{self.context}{CONTEXT_GLUE}{self.singular}" if self.context else self.singular


def _sources() -> Iterator[Path]:
    """Every file whose strings users may see."""
    for folder in sorted(ROOT.iterdir()):
        if folder.is_dir() and not folder.name.startswith(".") and folder.name not in SKIPPED:
            for path in sorted(folder.rglob("*")):
                inside = path.relative_to(ROOT).parts[:-1]
                if path.suffix in {".py", ".html", ".txt"} and not SKIPPED.intersection(inside) and "static" not in inside:
                    yield path


def _python_of(path: Path) -> str:
    """A file as Python source; templates lose all but their translation tags."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return text
    from django.utils.translation.template import templatize

    # In brackets, so that the reader does not mind how the template is indented.
    return f"(\n{templatize(text, origin=str(path))}\n)"


def _message(found: object, context: object, place: str) -> Message:
    """A message from what Babel returns: a string, or a tuple of singular and plural, maybe with a context inside."""
    texts = [part for part in found if part] if isinstance(found, tuple) else [found]
    singular, *plural = [str(part) for part in texts]
    return Message(str(context) if context else None, singular, plural[0] if plural else None, place)


def extract() -> dict[str, Message]:
    """All strings of the code and the templates by key."""
    from babel.messages.extract import extract as read

    messages: dict[str, Message] = {}
    for path in _sources():
        source = io.BytesIO(_python_of(path).encode())
        for line, found, _comments, context in read("python", source, KEYWORDS):
            if not found or (isinstance(found, tuple) and not found[0]):
                continue
            message = _message(found, context, f"{path.relative_to(ROOT)}:{line}")
            known = messages.get(message.key)
            if known is None or (message.plural and not known.plural):
                messages[message.key] = message
    return messages


def key_of(entry: polib.POEntry) -> str:
    """The key of a catalogue entry."""
    return f"{entry.msgctxt}{CONTEXT_GLUE}{entry.msgid}" if entry.msgctxt else str(entry.msgid)


def translated(entry: polib.POEntry) -> str:
    """The Chinese of an entry, empty when there is none."""
    return str(entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr)


def load() -> polib.POFile:
    """The catalogue, empty when it does not exist yet."""
    if CATALOGUE.exists():
        return polib.pofile(str(CATALOGUE), wrapwidth=110)
    return polib.POFile(wrapwidth=110)


def save(catalogue: polib.POFile) -> None:
    """Write the catalogue sorted and without line numbers, so that a change shows as one small difference."""
    catalogue.metadata = METADATA
    catalogue.sort(key=lambda entry: (str(entry.msgid), str(entry.msgctxt or "")))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    temporary = CATALOGUE.with_suffix(".tmp")
    temporary.write_text(str(catalogue).rstrip("\n") + "\n", "utf-8")
    temporary.replace(CATALOGUE)


@contextmanager
def locked() -> Iterator[None]:
    """Keep other writers of the catalogue out for the block."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with (ROOT / "manage.py").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def add(file: str) -> int:
    """Merge a JSON map into the catalogue, with full-width punctuation; an entry that is there is replaced."""
    given = json.loads(Path(file).read_text("utf-8"))
    source = extract()
    with locked():
        catalogue = load()
        entries = {key_of(entry): entry for entry in catalogue}
        for key, chinese in given.items():
            context, _glue, singular = key.rpartition(CONTEXT_GLUE)
            text = full_width(chinese[-1] if isinstance(chinese, list) else chinese)
            plural = source[key].plural if key in source else None
            if old := entries.get(key):
                catalogue.remove(old)
            entry = polib.POEntry(msgid=singular, msgctxt=context or None)
            if plural:
                entry.msgid_plural, entry.msgstr_plural = plural, {0: text}
            else:
                entry.msgstr = text
            # Python formatting with the wrong placeholders fails at run time; `check` looks at them.
            catalogue.append(entry)
        save(catalogue)
    unknown = sorted(set(given) - set(source))
    print(f"{len(given)} strings merged.", f"Not (yet) in the code: {unknown}" if unknown else "")
    return 0


def missing() -> int:
    """Print the source strings that have no Chinese."""
    done = {key_of(entry) for entry in load() if translated(entry) and not entry.obsolete}
    left = {key: [""] if message.plural else "" for key, message in extract().items() if key not in done}
    print(json.dumps(left, ensure_ascii=False, indent=1))
    return 0


def prune() -> int:
    """Drop entries that the code no longer has."""
    source = extract()
    with locked():
        catalogue = load()
        gone = [entry for entry in catalogue if key_of(entry) not in source or entry.obsolete]
        for entry in gone:
            catalogue.remove(entry)
        save(catalogue)
    print(f"{len(gone)} unused strings removed.")
    return 0


def full_width(text: str) -> str:
    """Chinese text with the punctuation that Chinese has, also beside placeholders; numbers, times and codes keep theirs."""
    if not _CHINESE.search(text) or _WORDS.fullmatch(text):
        return text
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(found.group())
        return chr(0xE000 + len(held) - 1)

    def bracket(found: re.Match[str]) -> str:
        before, inner = found.groups()
        wide = re.search(_WIDE, inner) or re.search(f"{_WIDE} ?$", before)
        return f"{before}{_MARKS['(']}{inner}{_MARKS[')']}" if wide and not inner.startswith(".") else found.group()

    text = _HELD.sub(hold, text)
    text = re.sub(r"(\S? ?)\(([^()]*)\)", bracket, text)
    text = re.sub(rf"({_WIDE}|\d) ?([,;:?!])(?!\d)", lambda found: found[1] + _MARKS[found[2]], text)
    text = re.sub(rf"[,;:?!](?= ?{_WIDE})", lambda found: _MARKS[found[0]], text)
    text = re.sub(f" ?([{''.join(_MARKS.values())}]) ?", r"\1", text)
    return re.sub("[\ue000-\uf8ff]", lambda found: held[ord(found[0]) - 0xE000], text)


def faults(source: dict[str, Message], catalogue: polib.POFile) -> list[str]:
    """What is wrong with the catalogue, a sentence each."""
    entries = {key_of(entry): entry for entry in catalogue if not entry.obsolete}
    found = [f"obsolete: {entry.msgid!r}" for entry in catalogue.obsolete_entries()]
    for key, message in source.items():
        entry = entries.pop(key, None)
        if entry is None or not translated(entry):
            found.append(f"{message.place}: no Chinese for {message.singular!r}")
            continue
        if entry.fuzzy:
            found.append(f"{message.place}: fuzzy: {message.singular!r}")
        if bool(entry.msgid_plural) != bool(message.plural):
            found.append(f"{message.place}: counted in one place and not in the other: {message.singular!r}")
        wanted = set(PLACEHOLDER.findall(message.plural or message.singular))
        if wanted != set(PLACEHOLDER.findall(translated(entry))):
            found.append(f"{message.place}: placeholders differ: {message.singular!r} / {translated(entry)!r}")
        if (wide := full_width(translated(entry))) != translated(entry):
            found.append(f"{message.place}: half-width punctuation: {translated(entry)!r}, should be {wide!r}")
    found += [f"not used in the code: {key!r}" for key in entries]
    return found


def check() -> int:
    """Print the faults of the catalogue; 1 when there are any."""
    found = faults(extract(), load())
    for fault in found:
        print(fault)
    print(f"{len(found)} faults in the Chinese catalogue." if found else "The Chinese catalogue is complete.")
    return 1 if found else 0


def compile_catalogues() -> int:
    """Write the .mo file of every .po file that is newer than it."""
    for source in LOCALE.rglob("*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            temporary = target.with_suffix(".mo.tmp")
            polib.pofile(str(source)).save_as_mofile(str(temporary))
            temporary.replace(target)
    return 0


def main(arguments: list[str]) -> int:
    """Run one of the commands above; returns the exit code."""
    commands = {"missing": missing, "prune": prune, "check": check, "compile": compile_catalogues}
    match arguments:
        case ["add", file]:
            return add(file)
        case [name] if name in commands:
            return commands[name]()
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
