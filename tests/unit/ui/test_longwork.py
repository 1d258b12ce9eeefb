"""Long work: what is told while it runs, when it is stopped, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from laborclerk.kernel.errors import Common, fault, reject
from laborclerk.kernel.progress import Cancelled, Progress
from laborclerk.ui.drives import size_text
from laborclerk.ui.jobs import InlineRunner, Steps
from laborclerk.ui.longwork import CANCELLED, Ended, LongWork, time_left


class Later(InlineRunner):
    """Starts work only when told."""

    waiting: Callable[[], object]
    steps: Callable[[Steps], None]
    cancelled = False

    def run(self, work: Any, done: Any = None, failed: Any = None, **kw: Any) -> Any:
        self.waiting = lambda: InlineRunner.run(self, work, done, failed)
        self.steps = kw["steps"]
        return self

    def cancel(self) -> None:
        self.cancelled = True


def test_progress_is_told_with_count_and_time_left() -> None:
    clock = [0.0]
    runner = Later()
    work = LongWork(runner, lambda: None, now=lambda: clock[0])
    work.run("导入", lambda _p: 3, lambda n: Ended(f"读 {n} 行"))
    assert work.text() == "导入……"
    runner.steps(Steps("导入", 0, 60_000))
    clock[0] = 10.0
    runner.steps(Steps("导入", 15_000, 60_000))
    assert work.text() == "导入 15,000 / 60,000 · 还要约 30 秒"
    work.cancel()
    assert runner.cancelled
    assert work.text() == "正在停下……"
    runner.waiting()
    assert not work.running
    assert work.ended == Ended("读 3 行")


def test_a_second_stage_counts_its_own_time() -> None:
    clock = [0.0]
    runner = Later()
    work = LongWork(runner, lambda: None, now=lambda: clock[0])
    work.run("读取", lambda _p: None, lambda _: None)
    clock[0] = 100.0
    runner.steps(Steps("写入", 0, 100))
    clock[0] = 101.0
    runner.steps(Steps("写入", 50, 100))
    assert "马上就好" in work.text()


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (Cancelled(), CANCELLED),
        (reject(Common.NOT_FOUND, what="甲"), "没有找到“甲”。请检查输入"),
        (fault(Common.DISK_FULL, file="E:"), "磁盘空间不足,没有写入“E:”。请清理磁盘后再试"),
    ],
)
def test_a_failure_ends_in_a_sentence_that_says_what_to_do(error: Exception, text: str) -> None:
    def work(_progress: Progress) -> None:
        raise error

    told: list[BaseException] = []
    long = LongWork(InlineRunner(), lambda: None)
    long.run("导入", work, lambda _: None, told.append)
    assert long.ended is not None
    assert long.ended.text == text
    assert not long.ended.whole
    assert told == [error]


def test_a_bug_is_not_swallowed() -> None:
    def work(_progress: Progress) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        LongWork(InlineRunner(), lambda: None).run("导入", work, lambda _: None)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "马上就好"), (42, "还要约 42 秒"), (150, "还要约 2 分钟")]
)
def test_time_left_is_said_roughly(seconds: float, text: str) -> None:
    assert time_left(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(512, "512 B"), (2_100, "2.1 KB"), (34_000, "33 KB"), (7_730_000_000, "7.2 GB")],
)
def test_sizes_are_said_as_people_do(size: int, text: str) -> None:
    assert size_text(size) == text
