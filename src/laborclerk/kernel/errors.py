"""Problems as values: what is wrong, where, how grave, and what the clerk should do.

Checks *return* problems, services raise `Rejected`; a full disk or a pulled stick is an
`EnvironmentFault`; anything else that is raised is a bug.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any


class Severity(StrEnum):
    """How an entry check acts: stop, ask for a reason, or tell."""

    BLOCK = "block"
    WARN = "warn"
    HINT = "hint"


class Message(Enum):
    """Base of the enumerations of messages: member name = stable code, value = Chinese template.

    Each package declares its own subclass beside its checks. Member names are unique across the
    program (tested), every template says what to do, and placeholders are `str.format` names.
    """

    @property
    def code(self) -> str:
        return self.name.lower()


class Common(Message):
    """Messages that every layer needs."""

    REQUIRED = "“{label}”必须填写"
    UNREADABLE_FILE = "读不懂文件“{file}”:{reason}。请核对是否选对了文件"
    DISK_FULL = "磁盘空间不足,没有写入“{file}”。请清理磁盘后再试"
    CANNOT_WRITE = "不能写入“{file}”:{reason}。请检查是否被别的程序打开、U盘是否写保护或已拔出"
    CANNOT_READ = "打不开“{file}”:{reason}。请检查文件和文件夹是否存在、U盘是否插好"
    NOT_FOUND = "没有找到“{what}”。请检查输入"
    CHANGED_ELSEWHERE = "“{label}”刚被另一处改为“{value}”。您填的没有存上:要用您填的,请再存一次"
    CHANGED_UNSEEN = "“{label}”刚被另一处改过。您填的没有存上,请重新打开,看过改动再填"
    AMBIGUOUS = "“{what}”对应 {count} 条记录。请用编号指明是哪一条"


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a problem: a record's field, or a sheet's cell (row and column from 1)."""

    record_type: str | None = None
    record_id: int | None = None
    field: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of a check; `text` is the sentence a clerk reads."""

    message: Message
    params: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = Severity.BLOCK
    where: Where = Where()

    @property
    def code(self) -> str:
        return self.message.code

    @property
    def text(self) -> str:
        return str(self.message.value).format(**self.params)

    def at(self, **where: Any) -> Problem:
        """The same problem with its place filled in; what is already known stays."""
        known = {k: getattr(self.where, k) for k in Where.__slots__}
        known.update(where)
        return Problem(self.message, self.params, self.severity, Where(**known))

    def as_(self, severity: Severity) -> Problem:
        """The same problem with another severity (set per survey round)."""
        return Problem(self.message, self.params, severity, self.where)


class Rejected(Exception):
    """A use case refused: nothing was changed, `problems` say why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(p.text for p in self.problems))


class EnvironmentFault(Exception):
    """The machine failed us: disk, lock, stick, printer. Nothing is half done."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.text)


def reject(message: Message, **params: Any) -> Rejected:
    """A `Rejected` of one problem, ready to raise."""
    return Rejected([Problem(message, params)])


def fault(message: Message, **params: Any) -> EnvironmentFault:
    """An `EnvironmentFault`, ready to raise."""
    return EnvironmentFault(Problem(message, params))


def _is_folder(path: Path) -> bool:
    """Whether there is such a folder; on a stick that was pulled out there is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _still_there(file: Path) -> str:
    """The nearest folder above a file that is there, '' when there is none."""
    return next((str(folder) for folder in file.parents if _is_folder(folder)), "")


def fault_of(error: OSError, file: object) -> EnvironmentFault:
    """The fault an `OSError` on `file` stands for. Where its folder or drive went, `left` in the
    params is the nearest folder above that is there ('' for none)."""
    import errno

    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", -1)):
        return fault(Common.DISK_FULL, file=str(file))
    missing = error.errno == errno.ENOENT
    no_folder = missing and not _is_folder(Path(str(file)).parent)
    reason = {
        errno.ENOENT: "所在的文件夹不存在" if no_folder else "不存在",
        errno.ENOTDIR: "上级不是文件夹",
        errno.EACCES: "没有权限或正被占用",
        errno.EPERM: "没有权限或正被占用",
        errno.EBUSY: "正被占用",
        errno.EROFS: "只读",
        errno.EIO: "读写出错",
        errno.ENXIO: "设备已断开",
        errno.ENODEV: "设备已断开",
        errno.EISDIR: "是一个文件夹",
        errno.EEXIST: "已有同名的文件",
        errno.ENAMETOOLONG: "文件名太长",
        errno.EINVAL: "文件名或位置不能用",
        errno.EFBIG: "文件太大,这个盘放不下这么大的文件",
    }.get(error.errno or 0, f"系统错误{error.errno}" if error.errno else "系统错误")
    reading = error.errno in (errno.ENOENT, errno.EISDIR, errno.ENOTDIR)
    told: dict[str, Any] = {"file": str(file), "reason": reason}
    if no_folder or error.errno in (errno.ENXIO, errno.ENODEV):
        told["left"] = _still_there(Path(str(file))) if no_folder else ""
    return fault(Common.CANNOT_READ if reading else Common.CANNOT_WRITE, **told)
