"""The screen of papers: the list and what may be chosen on the left, the pages on the right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import (
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from laborclerk.ui import entry
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.combo import Combo
from laborclerk.ui.kit.line_edit import LineEdit
from laborclerk.ui.kit.page import Page, button, label, labelled
from laborclerk.ui.kit.paper_out import PaperOut
from laborclerk.ui.kit.pick import PickEdit
from laborclerk.ui.kit.preview import PagesView
from laborclerk.ui.kit.small import Elided, Turning, bring_into_sight
from laborclerk.ui.kit.table import Cell, Column, Table
from laborclerk.ui.kit.work import WorkStrip
from laborclerk.ui.screens.papers.kinds import BATCH, COPIES, LIST, MONTH, NUMBER, PAPERS, PLACE
from laborclerk.ui.screens.papers.presenter import PapersPresenter
from laborclerk.ui.station import Station

_LEFT = 336
_LEAST = 320, 240  # pixels at 100 % of the pages
_COUNTED = 110  # and of which page is seen
_PLAIN = "打印和另存都记入日志。另存的 PDF 没有加密,用完请删除"
_HINTS = "↑↓ 选哪一种 · Enter 或 Ctrl+Enter 预览 · Tab 到右边各项"
_HINTS_READY = (
    "PgUp/PgDn 翻页 · Ctrl+P 打印 · Ctrl+S 另存为PDF · ↑↓ 换一种,再按 Ctrl+Enter 预览 · Esc 回名单"
)


class PapersScreen(Page):
    """Choose, look, print."""

    def __init__(self, station: Station, parent: QWidget | None = None) -> None:
        super().__init__("打印", parent)
        self.presenter = PapersPresenter(station, self)
        p = self.presenter
        self.work = WorkStrip(p.work)
        self.list = Table((Column(""),))
        self.list.horizontalHeader().hide()
        self._list_papers()
        self.list.current.connect(self._select)
        self.list.opened.connect(lambda _: p.preview())
        self.told = label(muted=True, wrap=True)
        self.contents = label(wrap=True)
        self.place = PickEdit(self._places)
        self.place.picked.connect(lambda place: p.choose(place=place))
        self.which = Combo()
        self.which.currentIndexChanged.connect(self._listed)
        self.batch = Combo()
        self.batch.currentIndexChanged.connect(self._batched)
        self.copies = QSpinBox()
        self.copies.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.copies.setRange(1, 9999)
        self.copies.valueChanged.connect(lambda n: p.choose(copies=n))
        self.number = LineEdit()
        self.number.setPlaceholderText("如 A0001,接着往下编;不填则不印")
        self.number.textEdited.connect(lambda text: p.choose(first_number=text.strip()))
        self.month = LineEdit(p.choice.month)
        self.month.editingFinished.connect(lambda: p.choose(month=self.month.text().strip()))
        self.options = {
            PLACE: labelled("地方", self.place, 72), BATCH: labelled("批次", self.batch, 72),
            LIST: labelled("哪一种", self.which, 72),
            COPIES: labelled("份数", self.copies, 72),
            NUMBER: labelled("起始编号", self.number, 72),
            MONTH: labelled("月份", self.month, 72),
        }  # fmt: skip
        self.pages = PagesView(station.runner)
        self.pages.setMinimumSize(*_LEAST)
        self.pages.empty_text = "选好后按“预览”(Ctrl+Enter 或在名单上按 Enter)"
        self.pages.turned.connect(lambda _: self._count())
        self.out = PaperOut(self, p.work, "", p.taken)
        self.look = button("预览 (Ctrl+Enter)", p.preview)
        self.print_ = button("打印… (Ctrl+P)", self._print, main=True)
        self.save = button("另存为PDF…", self._save)
        self.whole = button("整页", self._whole)
        self.page = Elided(keeps=_COUNTED, muted=True)
        self._shown: object = None
        self._filling = False
        self._build()
        self.changed()

    def _build(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(2 * theme.GRID)
        left.addWidget(self.list, 100)  # gives way first
        left.addWidget(self.told)
        for option in self.options.values():
            left.addWidget(option)
        left.addWidget(self.contents)
        left.addWidget(self.look)
        left.addStretch(1)
        left.addWidget(label(_PLAIN, small=True, wrap=True))
        holder = QWidget()
        holder.setLayout(left)
        row = Turning()
        row.add(holder, width=_LEFT)
        row.add(self.pages, 1)
        self.side.addWidget(self.page)
        for one in (self.whole, self.save, self.print_):
            self.side.addWidget(one)
        self.body.addWidget(row, 1)
        self.body.addWidget(self.work)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            self.key(keys, self.presenter.preview)
        self.key("Ctrl+S", self._save)
        for keys, step in (("PgDown", 1), ("PgUp", -1)):
            self.key(keys, partial(self._turn, step), self.list)
        self.setFocusProxy(self.list)

    def _list_papers(self) -> None:
        titles = [(Cell(self.presenter.title(x)),) for x in PAPERS]
        self.list.fill(titles, [x.code for x in PAPERS])

    # -- showing -------------------------------------------------------------------------------

    def changed(self) -> None:
        p = self.presenter
        self.work.refresh()
        self._filling = True
        self._list_papers()
        self.list.setMaximumHeight(self.list.height_of_rows(len(PAPERS)))
        self.list.go_to(p.paper.code)
        self.told.setText(p.paper.about.format(word=p.station.tree.word))
        self.contents.setText(p.contents())
        self.contents.setVisible(bool(p.contents()))
        for name, option in self.options.items():
            option.setVisible(name in p.paper.asks)
        if p.choice.place != self.place.value and p.choice.place:
            self.place.choose(p.choice.place, p.station.tree.path(p.choice.place, "township"))
        if p.choice.month != self.month.text() and not self.month.hasFocus():
            self.month.setText(p.choice.month)
        wanted = [value for value, _ in p.paper.lists]
        if [self.which.itemData(n) for n in range(self.which.count())] != wanted:
            self.which.clear()
            for value, text in p.paper.lists:
                self.which.addItem(text, value)
        self.which.setCurrentIndex(max(0, self.which.findData(p.choice.list)))
        self._show_batches()
        self._filling = False
        if p.pages is not self._shown:
            self._shown = p.pages
            self.out.pages = p.pages
            self.pages.show_pages(p.pages)
            if p.pages is not None:
                bring_into_sight(self.pages)
        ready = p.pages is not None and not p.stale and not p.work.running
        self.look.setEnabled(not p.work.running)
        theme.restyle(self.look, main=not ready)
        theme.restyle(self.print_, main=ready)
        for one in (self.print_, self.save):
            one.setEnabled(ready)
        self.whole.setEnabled(p.pages is not None)
        self.hints.setText(_HINTS_READY if ready else _HINTS)
        self._count()

    def _show_batches(self) -> None:
        """The batches to choose from; a handbook may be for none."""
        p = self.presenter
        offered = list(p.batches)
        if p.paper.code == "handbook":
            offered.append((0, "(不按批次,姓名行程自己填)"))
        if [self.batch.itemData(n) for n in range(self.batch.count())] != [b for b, _ in offered]:
            self.batch.clear()
            for value, text in offered:
                self.batch.addItem(text, value)
        self.batch.setCurrentIndex(max(0, self.batch.findData(p.choice.batch)))

    def _batched(self, at: int) -> None:
        if not self._filling and at >= 0:
            self.presenter.choose(batch=self.batch.itemData(at))

    def _count(self) -> None:
        p = self.presenter
        if p.pages is None:
            self.page.setText("")
            return
        stale = " · 已改选,请重新预览" if p.stale else ""
        self.page.setText(f"第 {self.pages.current() + 1} 页 共 {len(p.pages):,} 页{stale}")

    # -- acting --------------------------------------------------------------------------------

    def _places(self, typed: str) -> Sequence[entry.Choice]:
        return self.presenter.places().search(typed)

    def _select(self, code: str) -> None:
        if not self._filling and code != self.presenter.paper.code:
            self.presenter.select(code)

    def _listed(self, at: int) -> None:
        if not self._filling and at >= 0:
            self.presenter.choose(list=self.which.itemData(at))

    def _turn(self, step: int) -> None:
        self.pages.turn_to(self.pages.current() + step)

    def _whole(self) -> None:
        whole = self.whole.text() == "整页"
        self.pages.show_whole(whole)
        self.whole.setText("页宽" if whole else "整页")

    def print_now(self) -> None:
        """Ctrl+P: print what is previewed, or preview first."""
        if self.print_.isEnabled():
            self._print()
        else:
            self.presenter.preview()

    def _print(self) -> None:
        self.out.name = self.presenter.name()
        self.out.print_()

    def _save(self) -> None:
        if self.save.isEnabled():
            self.out.name = self.presenter.name()
            self.out.save()
