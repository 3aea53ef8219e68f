"""What may stand in a template and what may not: every refusal says what to mend and where. No database."""

import io
import zipfile

import docx
import pytest

from reporting.paper_templates.checking import check, preview
from reporting.paper_templates.kinds import KINDS, default_template
from reporting.paper_templates.package import FIELDS
from tests.reporting.paper_templates.making import (
    HEADER,
    changed,
    in_body,
    related,
    repacked,
    shown,
    with_header,
    with_line,
    without,
)  # fmt: skip

ADVICE = "disciplinary_advice"
BASE = default_template(ADVICE)
CATEGORY = "<cp:category>{{ 主送 }}</cp:category></cp:coreProperties>"
PROPERTIES = repacked(BASE, {"docProps/core.xml": lambda content: content.replace("</cp:coreProperties>", CATEGORY)})
DOTX = repacked(BASE, {"[Content_Types].xml": lambda content: content.replace("document.main+xml", "template.main+xml")})


def told(data: bytes, code: str = ADVICE, name: str = "模板.docx") -> str:
    return "\n".join(f"{fault.text} @ {fault.where}" for fault in check(KINDS[code], data, name))


def field(code: str) -> str:
    return (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{code[:4]}</w:instrText></w:r><w:r><w:instrText>{code[4:]}</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def text(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_default_template_passes_and_a_changed_one_shows_the_same_and_more(code: str) -> None:
    kind = KINDS[code]
    assert told(default_template(code), code) == ""
    assert told(with_header(code), code) == ""
    plain, own = shown(preview(kind, default_template(code))), shown(preview(kind, with_header(code)))
    assert own == [HEADER, *plain]
    assert len(plain) > 8


def test_all_papers_of_the_domain_have_a_template() -> None:
    assert set(KINDS) == {
        "form_position", "form_department", "form_unit", "warning_notice", "disciplinary_advice", "rectification_report", "talk_record",
        "collective_talk", "inquiry_record", "eligibility_certificate", "eligibility_opinion", "result_sheet", "integrity_file",
        "annual_report",
    }  # fmt: skip


def test_a_placeholder_that_word_has_split_is_one() -> None:
    data = with_line(ADVICE, "抄送：{", first="{ 主", second="送 }}、领导小组")
    assert told(data) == ""
    assert "抄送：财务科、领导小组" in shown(preview(KINDS[ADVICE], data))


def test_rows_conditions_and_filters_do_what_they_say() -> None:
    code = "rectification_report"

    def change(document) -> None:  # type: ignore[no-untyped-def]
        document.add_paragraph("{%p if 整改情况 %}")
        document.add_paragraph("共{{ 措施清单|length }}项：{% for 行 in 措施清单 %}{{ loop.index }}{{ 行.措施 }}；{% endfor %}")
        document.add_paragraph("{%p endif %}")
        document.add_paragraph("{{ 建章立制情况|trim|default(“无”) }}")

    data = changed(code, change)
    assert told(data, code) == ""
    assert "共2项：1重新核定报销权限；2重新核定报销权限（续）；" in shown(preview(KINDS[code], data))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (with_line(ADVICE, "{{ ''.__class__ }}"), "占位符只能是名称"),
        (with_line(ADVICE, "{{ 主送.__class__ }}"), "占位符只能是名称"),
        (with_line(ADVICE, "{{ 主送.upper() }}"), "占位符只能是名称"),
        (with_line(ADVICE, "{{ 主送 * 1000 }}"), "占位符只能是名称"),
        (with_line(ADVICE, "{{ 主送|attr('x') }}"), "| 后面只能写"),
        (with_line(ADVICE, "{{ 主送|safe }}"), "| 后面只能写"),
        (with_line(ADVICE, "{% for i in range(10**9) %}x{% endfor %}"), "占位符只能是名称"),
        (with_line(ADVICE, "{% set x = 1 %}"), "不能使用“{% set x = 1 %}”"),
        (with_line(ADVICE, "{% include 'x' %}"), "不能使用"),
        (with_line(ADVICE, "{{r 主送 }}"), "不能使用“{{r 主送 }}”"),
        (with_line(ADVICE, "{% cellbg 主送 %}"), "不能使用"),
        (with_line(ADVICE, "{{ 主送方 }}"), "没有“主送方”这个占位符。 是否应为“主送”？ @ 正文“{{ 主送方 }}”处"),
        (with_line(ADVICE, "{{ 主送"), "括号不成对"),
        (with_line(ADVICE, "｛｛ 主送 ｝｝"), "中文输入法"),
        (with_line(ADVICE, "{% if 主送 %}甲"), "循环或条件没有结束"),
        (in_body(BASE, text("{") + text("{ 主送 }}")), "括号不成对"),
        (in_body(BASE, '<w:p w:rsidR="{{ 主送 }}"/>'), "不会填写内容"),
        (without(ADVICE, "反馈期限"), "缺少必需的占位符“反馈期限”（书面反馈的期限）"),
        (PROPERTIES, "不会填写内容"),
        (with_line(ADVICE, "{{ " + "(" * 90 + "主送" + ")" * 90 + " }}"), "嵌套过深"),
    ],
)  # fmt: skip
def test_what_a_template_may_not_say(data: bytes, sentence: str) -> None:
    assert sentence in told(data)


def test_lists_are_looped_over_once_and_their_rows_are_known() -> None:
    code = "eligibility_opinion"
    for words, sentence in [
        ("{{ 人员清单 }}", "“人员清单”是清单，要逐行列出：{%tr for 行 in 人员清单 %}"),
        ("{% for 行 in 人员清单 %}{{ 行.名字 }}{% endfor %}", "没有“行.名字”这个占位符。 是否应为“行.姓名”？"),
        ("{% for 行 in 人员清单 %}{% for 次 in 人员清单 %}{{ 次.姓名 }}{% endfor %}{% endfor %}", "不能放在另一个循环里"),
        ("{% for 经办 in 人员清单 %}{{ 经办.姓名 }}{% endfor %}", "不能叫“经办”"),
        ("{% for 行 in 经办 %}{% endfor %}", "“经办”不是清单"),
        ("{% for 行 in 人员清单 %}{{ 行._x }}{% endfor %}", "没有“行._x”这个占位符"),
    ]:
        assert sentence in told(with_line(code, words), code), words
    assert "缺少必需的占位符“人员清单.依据”" in told(without(code, "行.依据"), code)
    [start] = ["{%tr for 行 in 人员清单 %}"]
    assert start in default_template_text(code)
    torn = repacked(default_template(code), {"word/document.xml": lambda content: content.replace("{%tr endfor %}", "{%p endfor %}")})
    assert "无法用此模板生成文书" in told(torn, code)


def default_template_text(code: str) -> str:
    document = docx.Document(io.BytesIO(default_template(code)))
    return "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)


def test_a_picture_stands_in_the_text_only() -> None:
    def change(document) -> None:  # type: ignore[no-untyped-def]
        paragraph = document.sections[0].header.paragraphs[0]
        paragraph.add_run("{% for 组 in 主要数据 %}{{ 组.统计图 }}{% endfor %}")

    assert "统计图“统计图”只能放在正文中" in told(changed("annual_report", change), "annual_report")


BOMB = repacked(BASE, more={"word/media/image1.png": b"\0" * (51 * 1024 * 1024)})
XML_BOMB = repacked(BASE, more={"word/extra.xml": b"<a>" + b" " * (5 * 1024 * 1024) + b"</a>"})
ENTITIES = repacked(BASE, {"word/document.xml": lambda c: c.replace("<w:document", '<!DOCTYPE x [<!ENTITY a "b">]><w:document', 1)})


def moved(data: bytes, old: str, new: str, relations: str, target: str) -> bytes:
    """A part under another name, with its content type."""
    content = zipfile.ZipFile(io.BytesIO(data)).read(old)
    base = old.rsplit("/", 1)[-1]
    changes = {
        "[Content_Types].xml": lambda text: text.replace(f'PartName="/{old}"', f'PartName="/{new}"'),
        relations: lambda text: text.replace(f'Target="{base}"', f'Target="{target}"').replace(f'Target="{old}"', f'Target="{target}"'),
    }
    # The one that is looked for stays as a decoy.
    return repacked(data, changes, {new: content.replace(b"</w:p>", b'<w:fldSimple w:instr="DDEAUTO x"/></w:p>', 1)})


HIDDEN = {
    "main": moved(BASE, "word/document.xml", "x/document.xml", "_rels/.rels", "x/document.xml"),
    "header": moved(with_header(ADVICE), "word/header1.xml", "x/header1.xml", "word/_rels/document.xml.rels", "../x/header1.xml"),
    "picture": moved(with_header(ADVICE), "word/header1.xml", "word/h.png", "word/_rels/document.xml.rels", "h.png"),
}


@pytest.mark.parametrize("data", HIDDEN.values(), ids=HIDDEN)
def test_no_part_is_filled_that_was_not_looked_into(data: bytes) -> None:
    docx.Document(io.BytesIO(data))  # else nothing is tried
    assert told(data)


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "a.docx", "文件是空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "旧版 Word 文件"),
        (b"{\\rtf1}", "a.docx", "这不是 Word 文档"),
        (BASE, "a.docm", "文件中含有宏"),
        (BASE, "a.zip", "这不是 Word 文档"),
        (BASE[:-400], "a.docx", "文件已损坏"),
        (b"PK\x03\x04" + b"\0" * (5 * 1024 * 1024), "a.docx", "文件超过 5 MB"),
        (repacked(BASE, more={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), "a.docx", "文件中含有宏"),
        (repacked(BASE, more={"word/embeddings/oleObject1.bin": b"x"}), "a.docx", "嵌入了其他文件"),
        (repacked(BASE, more={"word/media/image1.png": b"PK\x03\x04 rest"}), "a.docx", "嵌入了其他文件"),
        (repacked(BASE, more={"word/media/image1.svg": b"<svg/>"}), "a.docx", "“word/media/image1.svg”"),
        (repacked(BASE, without=("word/document.xml",)), "a.docx", "压缩包或者其他类型"),
        (DOTX, "a.docx", "Word 模板(.dotx)"),
        (BOMB, "a.docx", "解压后超过 50 MB"),
        (XML_BOMB, "a.docx", "文字和样式过多"),
        (in_body(BASE, text("长") * 20_000), "a.docx", "文字和样式过多"),
        (ENTITIES, "a.docx", "文件已损坏"),
        (related(BASE, "image", "https://example.org/logo.png"), "a.docx", "只是链接，没有存入文档：https://example.org/logo.png"),
        (related(BASE, "attachedTemplate", "file:///C:/x.dotm"), "a.docx", "链接了 Word 模板"),
        (related(BASE, "hyperlink", "https://example.org/"), "a.docx", "外部的超链接"),
        (related(BASE, "aFChunk", "chunk.xml", mode=""), "a.docx", "嵌入了其他文件"),
        (in_body(BASE, field(' INCLUDETEXT "C:\\secret.txt"')), "a.docx", "域“INCLUDETEXT"),
        (in_body(BASE, field(" DDEAUTO excel")), "a.docx", "域“DDEAUTO excel”"),
        (in_body(BASE, '<w:p><w:fldSimple w:instr="INCLUDEPICTURE x"/></w:p>'), "a.docx", "域“INCLUDEPICTURE x”"),
        (in_body(BASE, "<w:p><w:r><w:instrText>DDE x</w:instrText></w:r></w:p>"), "a.docx", "域“DDE x”"),
        (in_body(BASE, "<w:p><w:r><w:object/></w:r></w:p>"), "a.docx", "嵌入了其他文件"),
        (in_body(BASE, '<w:p><w:ins w:id="1" w:author="x"><w:r><w:t>新</w:t></w:r></w:ins></w:p>'), "a.docx", "修订痕迹"),
    ],
)  # fmt: skip
def test_what_a_file_may_not_be(data: bytes, name: str, sentence: str) -> None:
    assert sentence in told(data, name=name)


def test_page_numbers_stay_allowed() -> None:
    assert {"PAGE", "NUMPAGES"} <= FIELDS
    assert told(in_body(BASE, field(" PAGE \\* MERGEFORMAT "))) == ""


def test_faults_are_told_together_and_not_without_end() -> None:
    answer = check(KINDS[ADVICE], with_line(ADVICE, "{{ 甲 }}{{ 乙 }}{{ 主送.x }}"), "a.docx")
    assert len(answer) == 3
    assert len(check(KINDS[ADVICE], with_line(ADVICE, "".join(f"{{{{ 甲{n} }}}}" for n in range(100))), "a.docx")) == 40
    assert "超过300个" in told(with_line(ADVICE, "{{ 主送 }}" * 301))
