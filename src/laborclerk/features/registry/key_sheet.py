"""The sheet from which a county's keys can be typed in on a new machine.

Whoever holds it can speak as the county, so it lies sealed in a safe, apart from the sheet that
opens the store. It carries the private keys themselves: no file is needed beside it that could be
lost, and thirty characters are typed in a minute.
"""

from __future__ import annotations

from pathlib import Path

from laborclerk.features.registry.sealed_sheet import Wording, sealed_sheet
from laborclerk.printing.document import Document
from laborclerk.printing.pdf import Out, render_pdf
from laborclerk.store.store import Store
from laborclerk.sync.county_keys import county_code, note_printed
from laborclerk.sync.keys import fingerprint
from laborclerk.sync.ledger import Station, keys_of, station_of

_WORDS = Wording(
    title="县站密钥恢复单",
    subtitle="凭此单可以成为本县的县站，请按密件保管，与数据恢复单分开存放",
    station="县站",
    code="县站密钥",
    when=(
        "县站的电脑坏了、丢了，备份也没有了，用上面的码可以在一台新电脑上重新成为本县的县站：各乡镇认得"
        "它，他们的数据由上报文件补回。有备份的，恢复备份，不用此单。"
    ),
    how=(
        "1. 在新电脑上按本县的区划代码建一个县站。",
        "2. 在“接收上报”里按“用密钥恢复单恢复…”，照上面的格子输入30位，不分大小写，横线不用输。",
        "3. 请各乡镇写登记申请交来，电话核对后批准，把批复交回；他们的下一份上报文件带全部数据。",
    ),
    where=(
        "1. 打印后当场核对，装入信封，封口处签名、盖章、写日期，锁进单位保险柜，由负责人保管。",
        "2. 拿到此单的人可以冒充县站，看到各乡镇上报的内容。不要拍照，不要存进手机、电脑、U盘。",
        "3. 怀疑有人看过，在程序里换县站密钥，打印新单；这一张随即作废，当场销毁。",
        "4. 打印用的文件请立即删除。",
    ),
    above=6,
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
    return sealed_sheet(_WORDS, code, ("县站指纹", digits), station, clerk, on)
