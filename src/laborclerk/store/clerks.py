"""Who may log in changes together with its note in the journal: both or neither."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from laborclerk.store.files import KEYS
from laborclerk.store.keyring import Keyring, write_atomically
from laborclerk.store.store import Store

R = TypeVar("R")


def change_keyring(store: Store, change: Callable[[Keyring], R], **facts: str) -> R:
    """Run `change` on the station's keyring and note `facts` (such as added="李某") → what it
    answers. When the note cannot be kept (a full disk) the former keyring is put back: a new
    recovery code that nobody was shown must not void the printed one."""
    path = store.folder / KEYS
    former = path.with_name(KEYS + ".former")
    write_atomically(former, path.read_bytes())
    try:
        with store.write("clerk.change") as work:
            work.note("clerk", 0, **facts)
            answer = change(Keyring.load(path))
    except BaseException:
        former.replace(path)  # takes no room on the disk
        raise
    former.unlink()
    return answer
