"""The line below the screens: station, round, unsent changes, a certificate that ends, last backup,
who is at work."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QLabel

from laborclerk.kernel.clock import show_time
from laborclerk.kernel.errors import Message, Problem
from laborclerk.kernel.progress import Progress
from laborclerk.store.autobackup import BackupNotice, BackupState, state
from laborclerk.sync.export import unsent
from laborclerk.sync.messages import Enrolment
from laborclerk.sync.trust import certificate_notice
from laborclerk.ui.jobs import Way
from laborclerk.ui.kit import theme
from laborclerk.ui.station import Station

KEYS = ("station", "round", "unsent", "certificate", "backup", "clerk")
CERTIFICATE: Mapping[Message, str] = {
    Enrolment.CERTIFICATE_ENDS: "证书快到期(见“上报”)",
    Enrolment.CERTIFICATE_ENDED: "证书已到期(见“上报”)",
}
Found = tuple[int, BackupState, Problem | None]


class StatusLine:
    """Writes the line into `labels`, one for each of the `KEYS`."""

    def __init__(self, station: Station, labels: Mapping[str, QLabel]) -> None:
        self._station, self._labels = station, labels

    def refresh(self) -> None:
        """Read it anew."""
        store = self._station.store

        def work(_progress: Progress) -> Found:
            return unsent(store), state(store), certificate_notice(store)

        self._station.runner.run(work, self._show, way=Way.LOOK, key="status")

    def _show(self, found: Found) -> None:
        (changes, backup, ends), station = found, self._station
        last = show_time(backup.last) if backup.last else "还没有"
        texts = {
            "station": f" {station.name}",
            "round": station.round.title if station.round else "没有调查轮次",
            "unsent": "" if station.is_county else unsent_text(changes),
            "certificate": f"⚠ {CERTIFICATE[ends.message]}" if ends else "",
            "backup": f"上次备份 {last}",
            "clerk": f"录入员 {station.store.clerk} ",
        }
        for key, text in texts.items():
            self._labels[key].setText(text)
        self._labels["certificate"].setToolTip(ends.text if ends else "")
        theme.restyle(self._labels["certificate"], small=True, warned=ends is not None)
        reminder, label = backup.reminder, self._labels["backup"]
        label.setToolTip(reminder.text if reminder else "")
        if reminder is not None:
            away = reminder.message is BackupNotice.BACKUP_NOT_AWAY
            label.setText(f"⚠ {texts['backup']}({'请备份到U盘' if away else '自动备份出过错'})")
        theme.restyle(label, small=True, warned=reminder is not None)


def unsent_text(changes: int) -> str:
    """How many changes no bundle has yet."""
    return f"未写出变更 {changes:,} 条" if changes else "变更都已写出,待县里确认"
