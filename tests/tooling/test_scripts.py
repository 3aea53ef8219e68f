"""The checks must be able to fail: each is shown a fault."""

from pathlib import Path

import polib
import pytest

from scripts import check_files, translate, vendor


def catalogue(*entries: polib.POEntry) -> polib.POFile:
    file = polib.POFile()
    file.extend(entries)
    return file


def messages(*given: translate.Message) -> dict[str, translate.Message]:
    return {message.key: message for message in given}


SAVE = translate.Message(None, "Save %(name)s", None, "a.py:1")


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (polib.POEntry(msgid="Save %(name)s", msgstr=""), "no Chinese"),
        (polib.POEntry(msgid="Save %(name)s", msgstr="保存 %(nam)s"), "placeholders differ"),
        (polib.POEntry(msgid="Save %(name)s", msgstr="保存 %(name)s", flags=["fuzzy"]), "fuzzy"),
        (polib.POEntry(msgid="Save %(name)s", msgstr="保存 %(name)s", obsolete=True), "obsolete"),
        (polib.POEntry(msgid="Gone", msgstr="已删除"), "not used"),
    ],
)
def test_faults_of_a_catalogue_are_found(entry: polib.POEntry, fault: str) -> None:
    assert any(fault in found for found in translate.faults(messages(SAVE), catalogue(entry)))


def test_a_complete_catalogue_has_no_fault() -> None:
    counted = translate.Message("verb", "%(n)s item", "%(n)s items", "a.py:2")
    entries = catalogue(
        polib.POEntry(msgid="Save %(name)s", msgstr="保存 %(name)s"),
        polib.POEntry(msgctxt="verb", msgid="%(n)s item", msgid_plural="%(n)s items", msgstr_plural={0: "%(n)s 项"}),
    )
    assert translate.faults(messages(SAVE, counted), entries) == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("已退回: %(reason)s, 请修改(一次)", "已退回：%(reason)s，请修改（一次）"),
        ("截至 10:32, 共 1,000 份 Word (.docx)", "截至 10:32，共 1,000 份 Word (.docx)"),
        ("是,否", "是,否"),
        ("%(a)s: %(b)s", "%(a)s: %(b)s"),
    ],
)
def test_chinese_gets_full_width_punctuation(given, wanted):
    assert translate.full_width(given) == wanted


def test_strings_are_read_from_python_and_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "views.py").write_text('from x import pgettext\na = _("One " "line")\nb = pgettext("verb", "Open")\n')
    (tmp_path / "app" / "page.html").write_text(
        '  <p>{% translate "It\'s" %}</p>\n'
        "{% blocktranslate trimmed count n=n %}\n  {{ n }} thing\n{% plural %}\n  {{ n }} things\n{% endblocktranslate %}"
    )
    monkeypatch.setattr(translate, "ROOT", tmp_path)
    found = {key: message.plural for key, message in translate.extract().items()}
    assert found == {"One line": None, "verb\x04Open": None, "It's": None, "%(n)s thing": "%(n)s things"}


def test_long_files_addresses_and_paths_of_one_machine_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "requirements").mkdir()
    files = {
        "long.py": "x = 1\n" * (check_files.MAX_LINES + 1),
        "path.py": 'x = "' + "/ho" + 'me/somebody/x"\n',
        "requirements/base.txt": "--index-url https://example.org\n",
        "package-lock.json": '{"resolved": ""}\n',
        "types.py": "",
        "good.py": "x = 1\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(check_files, "ROOT", tmp_path)
    found = check_files.faults([tmp_path / name for name in files])
    assert [fault.split(":")[0] for fault in found] == ["types.py", "long.py", "path.py", "requirements/base.txt", "package-lock.json"]


def test_sprite_has_the_icons_asked_for_and_names_those_that_do_not_exist(tmp_path: Path) -> None:
    (tmp_path / "outline").mkdir()
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none"><path d="M0 0h24v24H0z"/><path d="M4 4h2"/></svg>'
    (tmp_path / "outline" / "home.svg").write_text(svg)
    names = vendor.icon_names("home # the start page\n\nhome\n")
    assert names == ["home"]
    built = vendor.sprite(names, tmp_path)
    assert '<symbol id="home" viewBox="0 0 24 24" fill="none"><path d="M4 4h2" /></symbol>' in built
    with pytest.raises(SystemExit, match="house"):
        vendor.sprite(["home", "house"], tmp_path)


def test_source_maps_are_dropped() -> None:
    assert vendor.SOURCE_MAP.sub(b"", b"a{}\n/*# sourceMappingURL=x.map */\n") == b"a{}\n"
    assert vendor.SOURCE_MAP.sub(b"", b"a()\n//# sourceMappingURL=x.map\n") == b"a()\n"
