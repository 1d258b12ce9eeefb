"""The file: whole or absent, numbered, repeatable, with progress and cancel."""

from __future__ import annotations

import io

import pypdf
import pytest

from laborclerk.kernel.errors import EnvironmentFault
from laborclerk.kernel.progress import Cancelled
from laborclerk.printing.document import (
    Block,
    Column,
    Document,
    FormGrid,
    Heading,
    Page,
    PageBreak,
    Paragraph,
    Spacer,
    Table,
)
from laborclerk.printing.pdf import render_pdf, write_pdf


def roster(rows: int) -> Document:
    table = Table([Column("序号", 10), Column("姓名", 30)], [(i, "周某某") for i in range(rows)])
    return Document("花名册", [table], form_number="劳务3表", made="王某某 2026-11-22")


def texts(document: Document) -> list[str]:
    stream = io.BytesIO()
    write_pdf(document, stream)
    return [page.extract_text() for page in pypdf.PdfReader(stream).pages]


class Watch:
    """Progress that remembers, and stops after `stop_at` steps."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.total: int | None = None
        self.steps: list[int] = []
        self._stop_at = stop_at

    def start(self, label: str, total: int | None = None) -> None:
        self.total = total

    def step(self, done: int) -> None:
        self.steps.append(done)
        if self._stop_at is not None and len(self.steps) >= self._stop_at:
            raise Cancelled


def test_every_page_says_which_of_how_many_it_is(tmp_path):
    path = tmp_path / "花名册.pdf"
    count = render_pdf(roster(120), path)
    printed = [page.extract_text() for page in pypdf.PdfReader(path).pages]
    assert count == len(printed) > 3
    for number, text in enumerate(printed, 1):
        assert f"第 {number} 页" in text
        assert f"共 {count} 页" in text
        assert "劳务3表" in text
        assert "王某某 2026-11-22" in text


def test_the_same_document_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        render_pdf(roster(10), tmp_path / name, invariant=True)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_progress_counts_the_rows():
    watch = Watch()
    write_pdf(roster(1000), io.BytesIO(), watch)
    assert watch.total == 1001
    assert watch.steps == [200, 400, 600, 800, 1000]


def test_progress_has_no_total_when_rows_come_from_a_generator():
    watch = Watch()
    table = Table([Column("序号", 10)], ((i,) for i in range(300)))
    write_pdf(Document("花名册", [table]), io.BytesIO(), watch)
    assert watch.total is None
    assert watch.steps == [200]


def test_cancelling_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "花名册.pdf"
    path.write_bytes(b"old")
    with pytest.raises(Cancelled):
        render_pdf(roster(1000), path, Watch(stop_at=2))
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"old"]


def test_a_folder_that_is_gone_is_a_fault_of_the_environment(tmp_path):
    with pytest.raises(EnvironmentFault, match=r"花名册\.pdf.*文件夹不存在"):
        render_pdf(roster(1), tmp_path / "U盘" / "花名册.pdf")


def test_a_folder_in_the_file_s_place_is_a_fault_and_leaves_no_part(tmp_path):
    path = tmp_path / "花名册.pdf"
    path.mkdir()
    with pytest.raises(EnvironmentFault):
        render_pdf(roster(1), path)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("lines", range(20, 34))
def test_a_heading_never_stands_last_on_a_page(lines):
    blocks: list[Block] = [
        *(Paragraph("一行") for _ in range(lines)),
        Heading("标题"),
        Paragraph("正文"),
    ]
    (page,) = [text for text in texts(Document("手册", blocks, page=Page.A5)) if "标题" in text]
    assert "正文" in page


def test_a_batch_of_forms_repeats_the_full_head_with_each_title():
    blocks: list[Block] = [
        Paragraph("甲户"),
        PageBreak(head=True, title="第二张表"),
        Paragraph("乙户"),
    ]
    first, second = texts(Document("第一张表", blocks, maker="某局"))
    assert "第一张表" in first
    assert "第二张表" in second
    assert "制定机关" in second
    assert "续" not in second


def test_a_form_that_does_not_fit_goes_to_the_next_page():
    grid = FormGrid([], width=180, height=200)
    assert len(texts(Document("表", [Spacer(1), Paragraph("一"), grid, grid]))) == 2


def test_a_private_use_character_is_printed_as_its_code_point():
    (page,) = texts(Document("表", [Paragraph("\ue170某某 \U0002ebf0")]))
    assert "U+E170" in page
    assert "U+2EBF0" in page
