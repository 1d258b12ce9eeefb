"""The recovery sheet: printed once when a station begins, locked away, opens a store whose
passwords are all forgotten."""

from __future__ import annotations

from laborclerk.printing.document import Align, Document, KeyValues, Page, Paragraph, Spacer


def recovery_sheet(station: str, code: str, clerk: str, day: str) -> Document:
    """The sheet with the recovery code of `station`, made by `clerk` on `day` (YYYY-MM-DD)."""
    return Document(
        title="恢复单",
        subtitle=f"{station} · 劳动力资源台账",
        page=Page.A5,
        confidentiality="内部保管,不得外传",
        blocks=(
            KeyValues((("站点", station), ("制作日期", day), ("制作人", clerk)), columns=1),
            Spacer(6),
            Paragraph("恢复码", strong=True),
            Paragraph(code, align=Align.CENTER, strong=True),
            Spacer(6),
            Paragraph(
                "忘记密码时,在登录窗口选“忘记密码”,照本单输入恢复码(短横不必输),再设新密码,"
                "数据一条不少。",
                indent=True,
            ),
            Paragraph(
                "谁拿到本单和本站电脑,谁就能打开全部登记资料:请与电脑分开,锁在柜中,由负责人保管。"
                "遗失或被人看过,请在“设置·录入员”里换一个新的恢复码,本单随即作废。",
                indent=True,
            ),
            Paragraph("密码和恢复单都没有了,数据就再也打不开,任何人都无法恢复。", indent=True),
        ),
        made=f"{clerk} {day}",
    )
