"""Two sheets that are kept, not filed away: the recovery code of a station's store, and the
fingerprint two offices compare by telephone.

The recovery sheet is the only thing that opens the store when every password is forgotten, so it
lies sealed in a safe. Its file holds the code in the clear and is to be deleted once printed; the
sheet says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from laborclerk.features.registry.places import place_id
from laborclerk.features.registry.sealed_sheet import Wording, sealed_sheet
from laborclerk.printing.document import (
    Block,
    Box,
    Document,
    FormGrid,
    Heading,
    KeyValues,
    Page,
    Paragraph,
    Signatures,
    Spacer,
)
from laborclerk.printing.pdf import Out, render_pdf
from laborclerk.store.store import Store
from laborclerk.sync.keys import fingerprint
from laborclerk.sync.ledger import Station, keys_of, station_of

_A5 = 124.0  # mm of text


def print_recovery_sheet(store: Store, code: str, out: Out) -> int:
    """Print the sheet with the recovery `code` (30 characters, groups joined by `-`) to `out` →
    pages. The caller deletes the file once it is printed. Raises EnvironmentFault."""
    document = recovery_sheet(station_of(store), code, store.clerk, store.clock.today())
    return _print(store, document, "recovery-sheet", out)


def print_enrolment_sheet(store: Store, out: Out) -> int:
    """Print the sheet with this computer's fingerprint, which is compared by telephone before the
    county approves it, to `out` → pages. Raises EnvironmentFault."""
    digits = fingerprint(keys_of(store).public)
    document = enrolment_sheet(station_of(store), digits, store.clerk, store.clock.today())
    return _print(store, document, "enrolment-sheet", out)


def note_recovery_sheet(store: Store, pages: int) -> None:
    """Note in the journal that the recovery sheet was printed or saved: not the code."""
    _note(store, "recovery-sheet", pages)


def _print(store: Store, document: Document, kind: str, out: Out) -> int:
    pages = render_pdf(document, out)
    if isinstance(out, Path):  # a preview has not left the house
        _note(store, kind, pages)
    return pages


def _note(store: Store, kind: str, pages: int) -> None:
    with store.write(f"print.{kind}") as work:
        work.note("place", place_id(station_of(store).place), document=kind, pages=pages)


# -- recovery ----------------------------------------------------------------------------------

_WORDS = Wording(
    title="数据恢复单",
    subtitle="凭此单可以打开本站的全部数据，请按密件保管",
    station="站点",
    code="恢复码",
    when=(
        "录入员忘了密码，又没有别的录入员能登录时，用上面的恢复码可以打开本站数据，重设密码。密码和恢复码"
        "都没有了，数据谁也打不开，程序的作者也打不开。"
    ),
    how=(
        "1. 在登录窗口选用恢复码登录。",
        "2. 照上面的格子输入30位恢复码，不分大小写，横线和空格不用输。",
        "3. 给自己设一个新密码。恢复码照旧有效，用完请重新封好。",
    ),
    where=(
        "1. 打印后当场核对，装入信封，封口处签名、盖章、写日期。",
        "2. 锁进单位保险柜，由负责人保管，不要和电脑放在一起。",
        "3. 不要拍照，不要抄到手机、微信、U盘里。打印用的文件请立即删除。",
        "4. 换了负责人要当面移交；怀疑有人看过，请在程序里另做一张，这一张随即作废。",
    ),
    above=9,
)


def recovery_sheet(station: Station, code: str, clerk: str, on: str) -> Document:
    """The sheet for the sealed envelope; `on` is the day it was made (YYYY-MM-DD)."""
    return sealed_sheet(_WORDS, code, ("电脑编号", station.device), station, clerk, on)


# -- enrolment ---------------------------------------------------------------------------------

_CALL = (
    "1. 把登记申请文件用U盘交到县里。",
    "2. 打县里的座机（自己查号码拨过去，不接别人打来的）。",
    "3. 县里打开申请文件，念屏幕上的二十位数字；您对着下面一组一组核对，一样的打√。",
    "4. 有一个数字不一样，就不要批准：文件可能被换过，请重新写一份再核对。",
    "5. 全部一样，双方签字，县里再点“批准”。",
)


def enrolment_sheet(station: Station, digits: str, clerk: str, on: str) -> Document:
    """The sheet for the telephone call; `on` is the day it was made (YYYY-MM-DD)."""

    def blocks() -> Iterator[Block]:
        yield KeyValues(
            [
                ("站点", station.name),
                ("区划代码", station.place),
                ("录入员", clerk),
                ("日期", on),
                ("电脑编号", station.device),
            ],
            label_width=20,
        )
        yield Heading("怎样核对", 2)
        yield from (Paragraph(line) for line in _CALL)
        yield Spacer(2)
        yield Heading("本机指纹")
        yield _digits(digits.split())
        yield Spacer(3)
        yield KeyValues(
            [
                ("核对结果", "□ 全部一样　　□ 不一样，没有批准"),
                ("通话时间", "　　　　年　　月　　日　　时　　分"),
                ("县里电话", ""),
            ],
            columns=1,
            label_width=24,
        )
        yield Spacer(2)
        yield Signatures(["乡镇核对人", "县级核对人"])

    return Document(
        "电脑登记核对单",
        blocks(),
        subtitle="县里批准这台电脑上报数据以前，双方先用电话核对指纹",
        note="指纹不是密码，念给县里听没有关系",
        page=Page.A5,
        numbered=False,
    )


def _digits(groups: Sequence[str]) -> FormGrid:
    """The groups side by side in figures that are read across a desk, a tick box under each."""
    across, tall = _A5 / len(groups), 17.0
    boxes: list[Box] = []
    for index, group in enumerate(groups):
        x = index * across
        boxes.append(Box(x, 0, across, 6, f"第{index + 1}组", shaded=True, size=8.5))
        boxes.append(Box(x, 6, across, tall, value=group, strong=True, size=25))
        boxes.append(Box(x, 6 + tall, across, 8, "□ 一样", size=9))
    boxes.append(Box(0, 0, _A5, tall + 14, outline=True))
    return FormGrid(boxes, _A5, tall + 14)
