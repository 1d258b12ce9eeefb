"""What is seen of a page before it is printed."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from laborclerk.printing.document import Column, Document, Page, Table
from laborclerk.ui.jobs import InlineRunner
from laborclerk.ui.kit.preview import PagesView, image_of
from laborclerk.ui.pages import Pages, pdf_of


@pytest.mark.parametrize("width", [655, 700, 871, 902, 933])
def test_a_page_is_seen_pixel_for_pixel_as_it_was_drawn(qtbot: QtBot, width: int) -> None:
    rows = [(n, "周瑞泽", "511527200106169977") for n in range(20)]
    table = Table([Column("序号", 10), Column("姓名", 30), Column("公民身份号码", 60)], rows)
    pages = Pages(pdf_of(Document("务工人员花名册", [table], page=Page.A4_LANDSCAPE)))
    view = PagesView(InlineRunner())
    qtbot.addWidget(view)
    view.resize(width, 700)
    view.show()
    view.show_pages(pages)
    view.viewport().grab()  # asks for what is seen
    [(number, dots)] = view._drawn
    drawn = image_of(pages.draw(number, dots))
    box = view._boxes()[number]
    assert 0 <= view.viewport().width() - drawn.width() <= 2 * 12 + 14  # as wide as there is room
    inner = box.adjusted(4, 4, -4, -(box.height() - 400))
    seen = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert seen.copy(inner) == drawn.copy(inner.translated(-box.topLeft()))
