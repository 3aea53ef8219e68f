"""Across apps only what is meant for others may be imported; the layers themselves are import-linter's (pyproject.toml)."""

import sys
import tomllib
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
# A module of one of these names (or a package) belongs to its app alone; models, querysets, selectors, services,
# permissions, scopes and states are for others too.
PRIVATE = {"views", "forms", "tables", "filters", "tasks", "exports", "urls", "admin", "policies"}
# The bottom layer has no domain: its helpers of these names are there for everybody.
SHARED = {"common"}
# Puts the apps together.
ASSEMBLY = {"config"}


def faults(graph: grimp.ImportGraph) -> list[str]:
    """The imports of another app's private modules."""
    found = []
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            app, *inside = imported.split(".")
            own = importer.split(".")[0]
            if own != app and own not in ASSEMBLY and app not in SHARED and inside and inside[0] in PRIVATE:
                found.append(f"{importer} imports {imported}, which is {app}'s own")
    return found


def main() -> int:
    """Print the faults; 1 when there are any."""
    sys.path.insert(0, str(ROOT))
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = settings["tool"]["importlinter"]["root_packages"]
    found = faults(grimp.build_graph(*packages, cache_dir=None))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
