"""Copies the licence files of installed packages into a folder, and our own beside them.

`python licences.py OUT SITE_PACKAGES`: what a package of the program must carry by the terms of
the libraries in it. Build tools, which are not carried, are left out.
"""

from __future__ import annotations

import shutil
import sys
from importlib.metadata import distributions
from pathlib import Path

TOOLS = {"pip", "setuptools", "pyinstaller", "pyinstaller-hooks-contrib", "altgraph", "laborclerk"}
NAMES = ("licen", "copying", "notice", "authors")


def main(out: Path, site_packages: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(__file__).parents[1] / "LICENSE", out / "laborclerk.txt")
    bare = []
    for package in distributions(path=[site_packages]):
        name = package.metadata["Name"].lower()
        if name in TOOLS:
            continue
        texts = [file for file in package.files or () if is_licence(file.name, str(file))]
        for file in texts:
            target = f"{name}-{file.name}"
            shutil.copy(Path(str(package.locate_file(file))), out / target)
        if not texts:
            bare.append(f"{name} {package.version}: {terms(package.metadata)}")
    lines = ["Packages that ship no licence file, with the terms they state:", *sorted(bare), ""]
    (out / "OTHERS.txt").write_text("\n".join(lines), encoding="utf-8")


def is_licence(name: str, path: str) -> bool:
    if ".dist-info/licenses/" in path:
        return "Commercial" not in name  # Qt's other offer, not ours
    return ".dist-info" in path and name.lower().startswith(NAMES)


def terms(metadata) -> str:
    """What the package states of its licence, and where it comes from."""
    stated = metadata["License-Expression"] or metadata["License"] or "see its pages"
    return f"{stated.strip().splitlines()[0]} ({metadata['Home-page'] or metadata['Author'] or ''})"


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
