"""Compares a PDF with what it should say and look like.

Text is compared exactly, page by page. Pages are compared as small grey pictures with a little
tolerance. `LABORCLERK_REWRITE_GOLDEN=1 pytest tests/golden` writes what is printed now as the new
expectation: look at it before you commit it.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import pypdf
import pypdfium2
from PIL import Image, ImageChops

EXPECTED = Path(__file__).parent / "expected"
DPI = 60
FAINT = 48  # grey levels by which a pixel may differ: other rounding of an edge
SHARE = 0.002  # share of pixels that may differ more


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page as a reader's search finds it."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def page_pictures(pdf: bytes, dpi: int = DPI) -> list[Image.Image]:
    """Each page as a grey picture of 16 shades."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]
    finally:
        document.close()
    return [page.convert("L").point([v // 16 * 17 for v in range(256)]) for page in pages]


def differing(one: Image.Image, other: Image.Image) -> float:
    """Share of pixels that differ by more than a faint shade; 1 if the sizes differ."""
    if one.size != other.size:
        return 1.0
    counts = ImageChops.difference(one, other).histogram()
    return sum(counts[FAINT:]) / (one.width * one.height)


def check(pdf: bytes, name: str, folder: Path = EXPECTED, actual: Path | None = None) -> None:
    """Fail if `pdf` differs from `<name>.txt` and `<name>-<page>.png` in `folder`. What was
    printed is left in `actual`, if given, to be looked at."""
    text = "\n\f\n".join(page_texts(pdf)) + "\n"
    pictures = page_pictures(pdf)
    rewrite = os.environ.get("LABORCLERK_REWRITE_GOLDEN") == "1"
    if rewrite:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{name}-*.png"):
            old.unlink()
        _write(folder, name, text, pictures)
        return
    if actual is not None:
        _write(actual, name, text, pictures)
    assert text == (folder / f"{name}.txt").read_text("utf-8")
    golden = sorted(folder.glob(f"{name}-*.png"), key=lambda p: int(p.stem.rsplit("-", 1)[1]))
    assert len(pictures) == len(golden)
    for picture, path in zip(pictures, golden, strict=True):
        with Image.open(path) as expected:
            share = differing(picture, expected.convert("L"))
        assert share <= SHARE, f"{path.name}: {share:.2%} of the page differs; printed: {actual}"


def _write(folder: Path, name: str, text: str, pictures: list[Image.Image]) -> None:
    (folder / f"{name}.txt").write_text(text, "utf-8", newline="\n")
    for number, picture in enumerate(pictures, 1):
        picture.quantize(16).save(folder / f"{name}-{number}.png", optimize=True)
