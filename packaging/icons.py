"""Draws resources/icons/laborclerk.svg as PNG in the sizes desktops ask for, and as one .ico.

Run with the .venv's Python after the drawing changed: `.venv/bin/python packaging/icons.py`.
"""

from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 24, 32, 48, 64, 128, 256)
ICONS = Path(__file__).resolve().parents[1] / "resources" / "icons"


def main() -> None:
    renderer = QSvgRenderer(str(ICONS / "laborclerk.svg"))
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        image.save(str(ICONS / f"laborclerk-{size}.png"))
    pictures = [Image.open(ICONS / f"laborclerk-{size}.png") for size in SIZES]
    pictures[-1].save(
        ICONS / "laborclerk.ico", sizes=[p.size for p in pictures], append_images=pictures[:-1]
    )


if __name__ == "__main__":
    main()
