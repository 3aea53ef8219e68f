"""Charts that Word draws itself: sharp in print, and their numbers can be read. No picture library, no fonts of the server's."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import nsdecls
from docx.shared import Length, Mm

from reporting.documents.parts import BODY_FONT, clean

_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_URI = "http://schemas.openxmlformats.org/drawingml/2006/chart"
# Light and dark, so that the series are told apart in black and white.
_SHADES = ("BFBFBF", "1F4E79", "7F7F7F", "000000")
_SIZE = 1000  # hundredths of a point
_QUOTES = {'"': "&quot;"}
# More categories than this lie on their side, one below the other, so that their names can be read.
_UPRIGHT = 5


@dataclass(frozen=True, slots=True)
class Series:
    """One set of columns: its name and a value for each category."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Picture:
    """Columns (bars, of many categories) from zero with their numbers; `title` is also what a screen reader says."""

    title: str
    categories: Sequence[str]
    series: Sequence[Series]
    percent: bool = False

    def drawn_in(self, owner: Part) -> str:
        """The drawing for a run of text in a part of a document, to which the chart is added."""
        package = owner.package
        count = sum(1 for part in package.iter_parts() if str(part.partname).startswith("/word/charts/"))
        content = _chart(self.title, [clean(category) for category in self.categories], self.series, self.percent).encode()
        part = Part(PackURI(f"/word/charts/chart{count + 1}.xml"), _CHART, content, package)
        link = owner.relate_to(part, RELATIONSHIP_TYPE.CHART)
        many = len(self.categories)
        height = 75 if many <= _UPRIGHT else min(30 + 11 * many, 210)  # millimetres; a page has 225
        return _frame(link, count + 1, self.title, width=Mm(150), height=Mm(height))


def _frame(link: str, number: int, title: str, *, width: Length, height: Length) -> str:
    words = escape(clean(title), _QUOTES)
    return (
        f"<w:drawing {nsdecls('w', 'wp', 'a', 'r')}>"
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{int(width)}" cy="{int(height)}"/>'
        f'<wp:docPr id="{1000 + number}" name="chart{number}" descr="{words}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{_URI}"><c:chart xmlns:c="{_URI}" r:id="{link}"/></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing>"
    )


def _chart(title: str, categories: Sequence[str], series: Sequence[Series], percent: bool) -> str:
    code = escape('0.0"%"' if percent else "General", _QUOTES)
    columns = "".join(_series(number, one, categories, code) for number, one in enumerate(series))
    lying = len(categories) > _UPRIGHT
    direction, order, at = ("bar", "maxMin", "l") if lying else ("col", "minMax", "b")
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace xmlns:c="{_URI}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><c:roundedCorners val="0"/><c:chart>'
        f"<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr>{_type('defRPr', 1200)}</a:pPr><a:r>{_type('rPr', 1200)}"
        f'<a:t>{escape(clean(title))}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
        '<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>'
        f'<c:barChart><c:barDir val="{direction}"/><c:grouping val="clustered"/><c:varyColors val="0"/>{columns}'
        f'<c:gapWidth val="{50 if lying else 80}"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        f'<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/><c:axPos val="{at}"/>{_text()}'
        '<c:crossAx val="2"/></c:catAx>'
        # The numbers stand on the columns: an axis would only repeat them.
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling><c:delete val="1"/>'
        '<c:axPos val="l"/><c:crossAx val="1"/></c:valAx>'
        f'</c:plotArea><c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_text()}</c:legend><c:plotVisOnly val="1"/>'
        "</c:chart></c:chartSpace>"
    )


def _series(number: int, one: Series, categories: Sequence[str], code: str) -> str:
    """`code`: how numbers are written, escaped already."""
    names = "".join(f'<c:pt idx="{n}"><c:v>{escape(name)}</c:v></c:pt>' for n, name in enumerate(categories))
    values = "".join(f'<c:pt idx="{n}"><c:v>{value:g}</c:v></c:pt>' for n, value in enumerate(one.values))
    shade = _SHADES[number % len(_SHADES)]
    return (
        f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/><c:tx><c:strRef><c:f>Sheet1!${chr(66 + number)}$1</c:f><c:strCache>'
        f'<c:ptCount val="1"/><c:pt idx="0"><c:v>{escape(clean(one.name))}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f'<c:spPr><a:solidFill><a:srgbClr val="{shade}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        f'<c:dLbls><c:numFmt formatCode="{code}" sourceLinked="0"/>{_text()}<c:showLegendKey val="0"/><c:showVal val="1"/>'
        '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f'<c:cat><c:strLit><c:ptCount val="{len(categories)}"/>{names}</c:strLit></c:cat>'
        f'<c:val><c:numLit><c:formatCode>{code}</c:formatCode><c:ptCount val="{len(one.values)}"/>{values}</c:numLit></c:val>'
        "</c:ser>"
    )


def _text() -> str:
    return f"<c:txPr><a:bodyPr/><a:p><a:pPr>{_type('defRPr', _SIZE)}</a:pPr></a:p></c:txPr>"


def _type(tag: str, size: int) -> str:
    return f'<a:{tag} sz="{size}" b="0"><a:latin typeface="{BODY_FONT}"/><a:ea typeface="{BODY_FONT}"/></a:{tag}>'
