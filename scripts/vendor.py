"""Copy the browser libraries that pages use from node_modules to web/static/vendor, and build the icon sprite.

The sprite holds only the icons named in web/icons.txt, so that a page loads a few kilobytes instead of 5,000 icons.
Files already there and the same are left alone: their time stamps feed the static files cache.
"""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "web" / "static" / "vendor"
ICONS = ROOT / "web" / "icons.txt"
SVG = "http://www.w3.org/2000/svg"

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "dagre.min.js": "@dagrejs/dagre/dist/dagre.min.js",
}
# A map that is not served would make the manifest storage fail on a file it cannot find.
SOURCE_MAP = re.compile(rb"\s*(?://[#@]|/\*[#@])\s*sourceMappingURL=[^\s*]+(?:\s*\*/)?")


def icon_names(text: str) -> list[str]:
    """The icon names in a list of one name a line, `#` starting a comment; `name-filled` asks for the filled form."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return sorted({line for line in lines if line})


def sprite(names: list[str], source: Path) -> str:
    """An SVG sprite with one `<symbol id="name">` for each icon; raises SystemExit naming those that are not there."""
    ET.register_namespace("", SVG)
    root = ET.Element(f"{{{SVG}}}svg")
    missing = []
    for name in names:
        filled = name.endswith("-filled")
        path = source / ("filled" if filled else "outline") / f"{name.removesuffix('-filled')}.svg"
        if not path.is_file():
            missing.append(name)
            continue
        icon = ET.parse(path).getroot()
        symbol = ET.SubElement(root, f"{{{SVG}}}symbol", {"id": name, "viewBox": icon.get("viewBox", "")})
        for key in ("fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin"):
            if value := icon.get(key):
                symbol.set(key, value)
        # The first path of an outline icon is an invisible 24 × 24 frame.
        symbol.extend(part for part in icon if part.get("d") != "M0 0h24v24H0z")
    if missing:
        raise SystemExit(f"web/icons.txt names icons that @tabler/icons does not have: {', '.join(missing)}")
    return ET.tostring(root, encoding="unicode")


def write(name: str, content: bytes) -> None:
    """Write a file of the vendor folder unless it is there with the same content."""
    target = VENDOR / name
    if not target.is_file() or target.read_bytes() != content:
        target.write_bytes(content)


def main() -> None:
    """Fill web/static/vendor; what is no longer listed is removed."""
    if not MODULES.is_dir():
        raise SystemExit("node_modules is missing: run `make run` or `npm ci` first.")
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, source in FILES.items():
        write(name, SOURCE_MAP.sub(b"", (MODULES / source).read_bytes()))
    names = icon_names(ICONS.read_text("utf-8")) if ICONS.is_file() else []
    write("icons.svg", sprite(names, MODULES / "@tabler" / "icons" / "icons").encode())
    for path in VENDOR.iterdir():
        if path.name not in {*FILES, "icons.svg"}:
            path.unlink()


if __name__ == "__main__":
    main()
