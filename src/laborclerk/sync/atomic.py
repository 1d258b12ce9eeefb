"""Files on a stick: wholly new or wholly old, whenever the stick is pulled."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from laborclerk.kernel.errors import Common, EnvironmentFault, Problem, fault_of


def write_whole(
    path: Path, parts: Iterable[bytes], check: Callable[[bytes], None], most: int
) -> None:
    """Writes `parts` to a temporary name in the folder of `path`, flushes to the medium, reads
    back (at most `most` bytes), lets `check` look at what was read, then renames. Raises
    EnvironmentFault for the disk's failures; after any failure the old file stands."""
    with staged(path, parts, check, most):
        pass


@contextlib.contextmanager
def staged(
    path: Path, parts: Iterable[bytes], check: Callable[[bytes], None], most: int
) -> Iterator[None]:
    """`write_whole`, where the file gets its name on leaving: not before what is done meanwhile
    was."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
            if hasattr(os, "posix_fadvise"):  # read back from the stick, not from memory
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        check(_read(temporary, most))
        yield
        temporary.replace(path)
        _flush_folder(path.parent)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise fault_of(error, path) from error
        raise


def write_same(path: Path, data: bytes) -> None:
    """`write_whole` of bytes that are at hand: what is read back must be the same."""

    def check(written: bytes) -> None:
        if written != data:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    write_whole(path, [data], check, len(data))


def read_whole(path: Path, most: int) -> bytes:
    """The file's bytes, and never more than `most` + 1 of them: the caller refuses more. Raises
    EnvironmentFault when it cannot be read."""
    try:
        return _read(path, most)
    except OSError as error:
        problem = fault_of(error, path).problem
        if problem.message is Common.CANNOT_WRITE:
            problem = Problem(Common.CANNOT_READ, problem.params)
        raise EnvironmentFault(problem) from error


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most + 1)


def _flush_folder(folder: Path) -> None:
    """Makes the new name durable where folders can be flushed (not on Windows, nor on some
    sticks: there the rename itself is all one gets)."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
