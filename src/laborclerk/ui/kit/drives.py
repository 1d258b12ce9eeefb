"""Asks the system which drives are plugged in."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QDir, QStorageInfo

from laborclerk.ui.drives import Drive

_MOUNTED_BY_PEOPLE = ("/media/", "/run/media/", "/mnt/", "/Volumes/")


def list_drives() -> list[Drive]:
    """Every drive that is not the computer's own, by name. It may take a moment on a sleeping
    drive: call it in the worker."""
    home = QStorageInfo(QDir.homePath()).rootPath()
    found = []
    for volume in QStorageInfo.mountedVolumes():
        root = volume.rootPath()
        if not (volume.isValid() and volume.isReady()) or root == home:
            continue
        if sys.platform != "win32" and not root.startswith(_MOUNTED_BY_PEOPLE):
            continue
        name = volume.name() or Path(root).name
        if sys.platform == "win32":
            name = f"{name} ({root[:2]})" if name else root[:2]
        drive = Drive(Path(root), name, volume.bytesAvailable(), volume.isReadOnly())
        found.append(drive)
    return sorted(found, key=lambda d: d.name)
