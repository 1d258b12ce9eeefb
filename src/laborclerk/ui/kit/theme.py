"""The look of the window: named tokens in a light, a dark and a high-contrast set, one style.

Fusion with our palette on every platform, a 4-pixel grid, one text size for data and one larger
for the title of a record. Scaling (100–200 %) is Qt's own scale factor, set before the
application starts; large type is a bigger base size on the same grid.

The login window waits for this module: Qt's namespace `Qt`, whose enumerations alone take a tenth
of its time, is not touched before somebody asks for an alignment.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from PySide6 import QtCore
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from laborclerk.kernel.resources import resource

GRID = 4  # every distance is a multiple of it
DATA_SIZE, LARGE_SIZE = 14, 17  # pixels at 100 %
SCALES = (100, 125, 150, 175, 200)
FAMILY, RARE_FAMILY = "Noto Sans SC", "HanaMinB"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The named colours. Every text colour has a contrast of at least 4.5 : 1 on `surface`,
    `panel` and `selection` (tested)."""

    surface: str  # what data stands on
    panel: str  # what frames it
    line: str  # hairlines between rows and around fields
    border: str  # edge of something that can be typed into
    text: str
    muted: str  # labels, hints
    accent: str  # focus, the one main action, links
    on_accent: str
    selection: str
    passed: str
    warned: str
    wrong: str
    carried: str
    not_applicable: str
    warned_tint: str
    wrong_tint: str


LIGHT = Tokens(
    surface="#ffffff", panel="#f3f5f7", line="#dde2e7", border="#8b95a0", text="#16202a",
    muted="#50606e", accent="#0a5aa6", on_accent="#ffffff", selection="#d9e9f8",
    passed="#17693a", warned="#7d4e00", wrong="#b3201a", carried="#66409c",
    not_applicable="#566270", warned_tint="#fdf3dc", wrong_tint="#fdeceb",
)  # fmt: skip
DARK = Tokens(
    surface="#191d22", panel="#22272e", line="#363d46", border="#64707c", text="#e6eaee",
    muted="#a9b4bf", accent="#74b5f5", on_accent="#0c1a28", selection="#26405c",
    passed="#6fcf8e", warned="#e6b94d", wrong="#ff988f", carried="#c9abf2",
    not_applicable="#a3aeb9", warned_tint="#37301d", wrong_tint="#3d2526",
)  # fmt: skip
HIGH_CONTRAST = Tokens(
    surface="#000000", panel="#000000", line="#9a9a9a", border="#ffffff", text="#ffffff",
    muted="#e0e0e0", accent="#ffe600", on_accent="#000000", selection="#00438a",
    passed="#5cff8a", warned="#ffd24a", wrong="#ffb0a8", carried="#e3c4ff",
    not_applicable="#d0d0d0", warned_tint="#2a2200", wrong_tint="#330b08",
)  # fmt: skip
THEMES = {"light": LIGHT, "dark": DARK, "contrast": HIGH_CONTRAST}
THEME_NAMES = {"light": "浅色", "dark": "深色", "contrast": "高对比"}

_tokens = LIGHT
_size = DATA_SIZE


def tokens() -> Tokens:
    """The set in force."""
    return _tokens


def color(name: str) -> QColor:
    """A token of the set in force, by name."""
    return QColor(getattr(_tokens, name))


def size() -> int:
    """Height of data text in pixels."""
    return _size


def row_height() -> int:
    """Height of a table row or a field, on the grid."""
    return -(-(_size + 12) // GRID) * GRID


def head_height() -> int:
    """Height of the names over the columns of a table, with the line below them."""
    return row_height() - GRID + 1


def apply(app: QApplication, theme: str = "light", *, large: bool = False) -> None:
    """Put the theme in force, at once and for all windows."""
    global _tokens, _size
    _tokens = THEMES[theme]
    _size = LARGE_SIZE if large else DATA_SIZE
    app.setFont(_data_font())
    app.setPalette(_palette(_tokens))
    app.setStyleSheet(_sheet(_tokens, _size))


def load_fonts() -> None:
    """The fonts of every window; the one for rare characters follows after the first paint."""
    for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"):
        QFontDatabase.addApplicationFont(str(resource("fonts", name)))


def load_rare_font_later(context: QObject) -> None:
    """Ext B–F: loaded when the event loop is idle; what is shown already is drawn again."""

    def load() -> None:
        QFontDatabase.addApplicationFont(str(resource("fonts", "HanaMinB.ttf")))
        for window in QApplication.topLevelWidgets():
            window.update()

    QTimer.singleShot(0, context, load)


def font(*, bold: bool = False, title: bool = False, small: bool = False) -> QFont:
    """The data font, or the one for a record's title, or for key hints."""
    made = _data_font()
    if title:
        made.setPixelSize(_size + GRID)
    elif small:
        made.setPixelSize(_size - 2)
    made.setBold(bold or title)
    return made


def _data_font() -> QFont:
    made = QFont()
    made.setFamilies([FAMILY, RARE_FAMILY])
    made.setPixelSize(_size)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def _palette(t: Tokens) -> QPalette:
    role = QPalette.ColorRole
    made = QPalette()
    for which, value in {
        role.Window: t.panel, role.WindowText: t.text, role.Base: t.surface,
        role.AlternateBase: t.panel, role.Text: t.text, role.Button: t.panel,
        role.ButtonText: t.text, role.BrightText: t.wrong, role.ToolTipBase: t.surface,
        role.ToolTipText: t.text, role.PlaceholderText: t.muted, role.Highlight: t.selection,
        role.HighlightedText: t.text, role.Link: t.accent, role.LinkVisited: t.accent,
        role.Light: t.surface, role.Midlight: t.line, role.Mid: t.border, role.Dark: t.border,
        role.Shadow: t.border, role.Accent: t.accent,
    }.items():  # fmt: skip
        made.setColor(which, QColor(value))
    for which in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(t.not_applicable))
    return made


def _sheet(t: Tokens, size: int) -> str:
    row = row_height()
    field = "QLineEdit, QPlainTextEdit, QComboBox, QSpinBox"
    box = "QCheckBox::indicator, QRadioButton::indicator"
    return f"""
{field} {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: 2px;
  padding: 0 4px; min-height: {row - 2}px; }}
QPlainTextEdit {{ padding: 0; }}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QSpinBox:focus {{
  border: 2px solid {t.accent}; padding: 0 3px; min-height: {row - 4}px; }}
QLineEdit:disabled, QLineEdit[readOnly="true"], QComboBox:disabled, QSpinBox:disabled {{
  background: {t.panel}; color: {t.muted}; border-color: {t.line}; }}
QComboBox {{ combobox-popup: 0; padding-right: 24px; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{ border: 1px solid {t.text}; }}
QSpinBox::up-button, QSpinBox::down-button {{ width: 0; border: none; }}
{box} {{ width: {GRID * 3}px; height: {GRID * 3}px; background: {t.surface};
  border: 1px solid {t.border}; border-radius: 2px; }}
QCheckBox::indicator:checked, QRadioButton::indicator:checked {{ background: {t.accent};
  border-color: {t.text}; }}
QCheckBox:focus, QRadioButton:focus {{ border: 1px solid {t.accent}; }}
QCheckBox:disabled, QRadioButton:disabled {{ color: {t.not_applicable}; }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border-color: {t.line};
  background: {t.panel}; }}
QPushButton {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.border};
  border-radius: 2px; padding: 0 12px; min-height: {row - 2}px; }}
QPushButton:hover {{ background: {t.selection}; }}
QPushButton:focus {{ border: 2px solid {t.accent}; padding: 0 11px; min-height: {row - 4}px; }}
QPushButton:disabled {{ color: {t.not_applicable}; border-color: {t.line}; background: {t.panel}; }}
QPushButton[main="true"] {{ background: {t.accent}; color: {t.on_accent};
  border-color: {t.accent}; font-weight: bold; }}
QPushButton[main="true"]:focus {{ border: 2px solid {t.text}; }}
QPushButton[main="true"]:disabled {{ background: {t.panel}; color: {t.not_applicable};
  border-color: {t.line}; }}
QPushButton[link="true"] {{ background: transparent; color: {t.accent}; border: none;
  padding: 0 4px; text-decoration: underline; }}
QPushButton[link="true"]:focus {{ border: 1px solid {t.accent}; }}
QTableView, QTreeView, QListView, QListWidget {{
  background: {t.surface}; border: 1px solid {t.line};
  gridline-color: {t.line}; selection-background-color: {t.selection};
  selection-color: {t.text}; outline: none; }}
QTableView:focus, QTreeView:focus, QListView:focus, QListWidget:focus {{
  border: 1px solid {t.accent}; }}
QListWidget::item {{ min-height: {row - GRID}px; padding: 0 4px; }}
QListView[popup="true"] {{ border: 1px solid {t.text}; }}
QHeaderView {{ background: {t.panel}; }}
QHeaderView::section {{ background: {t.panel}; color: {t.muted}; border: none;
  border-bottom: 1px solid {t.border}; padding: 0 8px; min-height: {head_height() - 1}px; }}
QToolTip {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.border};
  padding: 4px; }}
QLabel[muted="true"] {{ color: {t.muted}; }}
QLabel[title="true"] {{ font-size: {size + GRID}px; font-weight: bold; }}
QLabel[strong="true"] {{ font-weight: bold; }}
QLabel[small="true"] {{ color: {t.muted}; font-size: {size - 2}px; }}
QLabel[wrong="true"] {{ color: {t.wrong}; }}
QLabel[warned="true"] {{ color: {t.warned}; }}
QFrame[strip="true"] {{ background: {t.warned_tint}; border: 1px solid {t.line}; }}
QFrame[strip="true"] QLabel {{ border: none; background: transparent; }}
QFrame[panel="true"] {{ background: {t.panel}; }}
QFrame[surface="true"] {{ background: {t.surface}; }}
QTabBar::tab {{ background: transparent; color: {t.muted}; border: none;
  border-bottom: 2px solid transparent; padding: 0 12px; min-height: {row - 2}px; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom-color: {t.accent}; }}
QTabBar::tab:hover {{ color: {t.text}; }}
QTabBar::tab:disabled {{ color: {t.not_applicable}; }}
QScrollBar:vertical {{ background: {t.panel}; width: 12px; }}
QScrollBar:horizontal {{ background: {t.panel}; height: 12px; }}
QScrollBar::handle {{ background: {t.border}; border-radius: 2px; min-height: 24px;
  min-width: 24px; margin: 2px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QSplitter::handle {{ background: {t.line}; }}
"""


def restyle(widget: QWidget, **properties: object) -> None:
    """Set style properties such as `muted=True` and have the style sheet look again (which takes a
    while) where one of them differs."""
    if all(widget.property(name) == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def text_tokens() -> tuple[str, ...]:
    """Names of the tokens that colour text."""
    grounds = {
        "surface", "panel", "line", "border", "on_accent", "selection", "warned_tint", "wrong_tint",
    }  # fmt: skip
    return tuple(f.name for f in fields(Tokens) if f.name not in grounds)


if TYPE_CHECKING:
    ALIGN_RIGHT: QtCore.Qt.AlignmentFlag
    ALIGN_LEFT: QtCore.Qt.AlignmentFlag
else:

    def __getattr__(name: str) -> QtCore.Qt.AlignmentFlag:
        if name not in ("ALIGN_LEFT", "ALIGN_RIGHT"):
            raise AttributeError(name)
        flag = QtCore.Qt.AlignmentFlag
        side = flag.AlignLeft if name == "ALIGN_LEFT" else flag.AlignRight
        globals()[name] = made = side | flag.AlignVCenter
        return made
