"""A roster of 50,000 lines against bare canvas drawing of the same text, in one run.

    python -m tests.bench.print_rows [ROWS]

Each side runs in its own process, so that the peak memory is its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from ._ratio import ratio

ROWS = 50_000
LIMIT = 1.3
LABELS = ("序号", "姓名", "性别", "年龄", "公民身份号码", "联系电话", "住址", "工种")
SHARES = (10, 22, 10, 10, 38, 24, 46, 26)
SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉红梅建国志文斌辉鑫宇婷浩雪飞玲"
TRADES = ("电子装配操作工", "焊工", "缝纫工", "砌筑工", "家政服务员", "采摘工", "货车司机")


def row(i: int) -> tuple[int, str, str, int, str, str, str, str]:
    name = SURNAMES[i % 40] + GIVEN[i // 7 % 40] + (GIVEN[i // 3 % 40] if i % 3 else "")
    number = f"530627{1965 + i % 40}{i % 12 + 1:02}{i % 28 + 1:02}{996 + i % 4}{i % 10}"
    place = f"油榨街社区{i % 9 + 1}组{i % 400}号"
    phone = f"138{i:08}"
    return i + 1, name, "男女"[i % 2], 18 + i % 50, number, phone, place, TRADES[i % 7]


def bare(path: Path, rows: int) -> None:
    """The floor: the same strings with `Canvas.drawString`, one font, no rules, no measuring."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from laborclerk.kernel.resources import resource as file

    pdfmetrics.registerFont(TTFont("sc", str(file("fonts", "NotoSansSC-Regular.ttf"))))
    canvas = Canvas(str(path), pagesize=A4, pageCompression=1)
    at = [40 + sum(SHARES[:i]) * 2.75 for i in range(8)]
    for i in range(rows):
        if i % 40 == 0:
            if i:
                canvas.showPage()
            canvas.setFont("sc", 9)
            for x, label in zip(at, LABELS, strict=True):
                canvas.drawString(x, 800, label)
        y = 782 - i % 40 * 18
        for x, value in zip(at, row(i), strict=True):
            canvas.drawString(x, y, str(value))
    canvas.save()


def ours(path: Path, rows: int) -> None:
    from laborclerk.printing.document import Align, Column, Document, Table
    from laborclerk.printing.pdf import render_pdf

    right = {"序号", "年龄"}
    columns = [
        Column(label, share, Align.RIGHT if label in right else Align.LEFT)
        for label, share in zip(LABELS, SHARES, strict=True)
    ]
    table = Table(columns, (row(i) for i in range(rows)))
    render_pdf(Document("外出务工人员花名册", [table], form_number="劳务 3 表"), path)


def measure(side: str, rows: int) -> tuple[float, float, float]:
    """Seconds, peak MB and file MB of one side, run in a process of its own."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "out.pdf"
        command = [sys.executable, "-m", "tests.bench.print_rows", "--side", side, str(path)]
        out = subprocess.run([*command, str(rows)], check=True, capture_output=True, text=True)
        seconds, peak = out.stdout.split()
        return float(seconds), float(peak), path.stat().st_size / 1e6


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--side"]:
        _, side, path, count = arguments
        start = time.perf_counter()
        {"bare": bare, "ours": ours}[side](Path(path), int(count))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{time.perf_counter() - start:.2f} {peak:.0f}")
        return 0
    rows = int(arguments[0]) if arguments else ROWS
    results = {side: measure(side, rows) for side in ("bare", "ours")}
    for side, (seconds, peak, size) in results.items():
        print(f"{side}: {seconds:.2f} s, {peak:.0f} MB peak, {size:.1f} MB file")
    kept = ratio(f"roster of {rows} lines", results["ours"][0], results["bare"][0], LIMIT)
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
