"""House rules about files that no linter knows: length, names, and that nothing of one machine gets in."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_LINES = 400
# Data, not code: read by programs, or made by tools.
LONG_ALLOWED = re.compile(
    r"(^|/)(package-lock\.json|CHANGELOG\.md|.+\.(po|csv|svg|txt|toml))$|(^|/)migrations/|^docs/|^requirements/|^demo/content/"
)
CODE = {".py", ".html", ".js", ".css", ".sh", ".md", ".yml", ".yaml", ".toml", ".txt", ".in", ".json", ".cfg", ""}
# Lock files must install from whatever registry a machine is set up for; no path of a maintainer's machine belongs here.
FORBIDDEN = {
    "address in a lock file": re.compile(r"https?://|--index-url|--find-links|\"resolved\""),
    "path of one machine": re.compile(r"(?<![\w./-])/(?:work|tmp|home|root)/\w"),
}


def tracked() -> list[Path]:
    """The files git knows, or would know."""
    output = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return [path for name in output.split("\0") if name and (path := ROOT / name).is_file()]


def faults(paths: list[Path]) -> list[str]:
    """One sentence for each breach of a rule."""
    found = [
        f"{entry.name}: bears the name of a standard-library module and would shadow it"
        for entry in sorted(ROOT.iterdir())
        # A folder without __init__.py (locale/, for gettext) gives way to the standard library.
        if entry.stem in sys.stdlib_module_names and (entry.suffix == ".py" or (entry / "__init__.py").exists())
    ]
    for path in paths:
        name = path.relative_to(ROOT).as_posix()
        if path.suffix not in CODE:
            continue
        text = path.read_text("utf-8", errors="replace")
        lines = text.count("\n")
        if lines > MAX_LINES and not LONG_ALLOWED.search(name):
            found.append(f"{name}: {lines} lines; split it (at most {MAX_LINES})")
        if name.startswith("requirements/") and FORBIDDEN["address in a lock file"].search(text):
            found.append(f"{name}: names an address")
        if name == "package-lock.json" and '"resolved"' in text:
            found.append(f"{name}: names download addresses (npm install --omit-lockfile-registry-resolved)")
        if path.suffix in {".py", ".html", ".js", ".css"} and name != "scripts/check_files.py":
            found += [
                f"{name}:{number}: a path of one machine"
                for number, line in enumerate(text.splitlines(), 1)
                if FORBIDDEN["path of one machine"].search(line)
            ]
    return found


def main() -> int:
    """Print the faults; 1 when there are any."""
    found = faults(tracked())
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
