"""The sheet from which a county's keys can be typed in on a new machine.

Whoever holds it can speak as the county, so it lies sealed in a safe, apart from the sheet that
opens the store. It carries the private keys themselves: no file is needed beside it that could be
lost, and thirty characters are typed in a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from laborclerk.features.registry.papers import characters, envelope
from laborclerk.printing.document import (
    Block,
    Document,
    Heading,
    KeyValues,
    Paragraph,
    Signatures,
    Spacer,
)
from laborclerk.printing.pdf import Out, render_pdf
from laborclerk.store.store import Store
from laborclerk.sync.county_keys import county_code, note_printed
from laborclerk.sync.keys import fingerprint
from laborclerk.sync.ledger import Station, keys_of, station_of

_WHEN = (
    "县站的电脑坏了、丢了，备份也没有了，用上面的码可以在一台新电脑上重新成为本县的县站：各乡镇认得"
    "它，他们的数据由上报文件补回。有备份的，恢复备份，不用此单。"
)
_HOW = (
    "1. 在新电脑上按本县的区划代码建一个县站。",
    "2. 在“接收上报”里按“用密钥恢复单恢复…”，照上面的格子输入30位，不分大小写，横线不用输。",
    "3. 请各乡镇写登记申请交来，电话核对后批准，把批复交回；他们的下一份上报文件带全部数据。",
)
_WHERE = (
    "1. 打印后当场核对，装入信封，封口处签名、盖章、写日期，锁进单位保险柜，由负责人保管。",
    "2. 拿到此单的人可以冒充县站，看到各乡镇上报的内容。不要拍照，不要存进手机、电脑、U盘。",
    "3. 怀疑有人看过，在程序里换县站密钥，打印新单；这一张随即作废，当场销毁。",
    "4. 打印用的文件请立即删除。",
)


def print_county_key_sheet(store: Store, out: Out) -> int:
    """Print the sheet to `out` → pages; that it was printed is noted. The caller deletes the file
    once it is printed. Rejected at a township, EnvironmentFault for the disk."""
    pages = render_pdf(sheet_of(store), out)
    if isinstance(out, Path):
        note_printed(store)
    return pages


def sheet_of(store: Store) -> Document:
    """The sheet of the keys this county uses; Rejected at a township."""
    code, digits = county_code(store), fingerprint(keys_of(store).public)
    return county_key_sheet(station_of(store), code, digits, store.clerk, store.clock.today())


def county_key_sheet(station: Station, code: str, digits: str, clerk: str, on: str) -> Document:
    """The sheet for the sealed envelope: `code` of 30 characters in groups joined by `-`, `digits`
    the county's fingerprint, `on` the day it was made (YYYY-MM-DD)."""

    def blocks() -> Iterator[Block]:
        yield KeyValues(
            [
                ("县站", station.name),
                ("区划代码", station.place),
                ("制作人", clerk),
                ("制作日期", on),
                ("县站指纹", digits),
            ],
            label_width=24,
        )
        yield Spacer(3)
        yield Heading("县站密钥")
        yield characters(code.split("-"), columns=3, height=17)
        yield Paragraph(
            "只有数字和大写字母；没有字母 I、L、O、U，看着像的就是数字 1 和 0。", small=True
        )
        yield Heading("什么时候用", 2)
        yield Paragraph(_WHEN, indent=True)
        yield Heading("怎样用", 2)
        yield from (Paragraph(line) for line in _HOW)
        yield Heading("怎样保管", 2)
        yield from (Paragraph(line) for line in _WHERE)
        yield Signatures(["制作人", "保管人", "单位负责人", "封存日期"])
        yield Spacer(6)
        yield envelope("县站密钥恢复单（密封）", station, on)

    return Document(
        "县站密钥恢复单",
        blocks(),
        subtitle="凭此单可以成为本县的县站，请按密件保管，与数据恢复单分开存放",
        note="打印后请立即删除电脑里的这个文件",
        numbered=False,
    )
