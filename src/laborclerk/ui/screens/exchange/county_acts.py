"""What a county does with what came: bundles that wait, entries that are held, answers to give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from laborclerk.features.exchange import taking
from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.file_names import safe_name
from laborclerk.kernel.progress import Progress
from laborclerk.store.store import Store
from laborclerk.sync.exchange import Imported
from laborclerk.sync.overview import HeldLine, WaitingLine
from laborclerk.sync.records import Applied
from laborclerk.ui.longwork import Ended, LongWork

BUNDLE_SUFFIX = ".lcb"
_NOBODY = "没有写出返还文件:那里的电脑都已注销。要再用,请它交来登记申请,按“批准登记…”"


class CountyActs:
    """Each act ends with a sentence in the screen's `work`; `after` reads the screen anew, with
    True when records changed."""

    def __init__(self, store: Store, work: LongWork, after: Callable[[bool], None]) -> None:
        self._store, self._work, self._after = store, work, after

    def release(self, line: WaitingLine) -> None:
        """Take in a bundle that waits: what is missing will never come, or it was vouched for."""
        store = self._store

        def done(found: Imported) -> Ended:
            self._after(True)
            lines = [p.text for p in found.problems]
            later = "。缺的那一段以后若还是来了,照样能导入" if line.missing else ""
            return Ended(
                f"已放行“{found.name}”第 {found.number} 号,更改 {found.records:,} 条记录{later}",
                not found.held, lines,
            )  # fmt: skip

        self._work.run("放行", lambda p: taking.release_bundle(store, line.digest, p), done)

    def accept(self, line: HeldLine) -> None:
        """Apply held entries by the officer's word."""
        store = self._store

        def work(_progress: Progress) -> Applied:
            held = taking.held_entries(store, line.device, line.reason, line.record_type)
            return taking.accept_held(store, held)

        def done(found: Applied) -> Ended:
            self._after(True)
            left = sum(found.held.values())
            more = f",{left:,} 条还缺前项,仍留存" if left else ""
            conflicts = f",{found.conflicts:,} 处冲突待核定" if found.conflicts else ""
            return Ended(f"已接受,更改 {found.records:,} 条记录{conflicts}{more}", not left)

        self._work.run("写入待核的变更", work, done)

    def give_back(self, folder: Path, place: str | None = None) -> None:
        """Write the return bundle of one place (12 digits), or of every township, into a folder."""
        store = self._store

        def work(progress: Progress) -> tuple[list[str], list[str]]:
            made, refused = [], []
            for town in taking.townships(store):
                if place is None or town.place == place:
                    out = folder / f"返还-{safe_name(town.name)}{BUNDLE_SUFFIX}"
                    try:
                        taking.export_return(store, town.place, out, progress)
                        made.append(out.name)
                    except Rejected as error:
                        refused.append(f"{town.name}:{error}")
            return made, refused

        def done(found: tuple[list[str], list[str]]) -> Ended:
            made, refused = found
            self._after(False)
            where = self._work.place(folder)
            text = f"写出 {len(made)} 份返还文件,在 {where}。请带给乡镇,在“上报”里导入"
            if not made and not refused:
                return Ended(_NOBODY, False)
            return Ended(text if made else "没有写出返还文件", not refused, [*made, *refused])

        self._work.run("写返还文件", work, done)
