"""The issue log of handbooks (002-11, 002-25), and which lines of their content were checked."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from laborclerk.catalog.fields import (
    Code,
    Date,
    Division,
    Number,
    PersonName,
    PlaceRef,
    Reference,
    Text,
)
from laborclerk.store.base import Record, field


class HandbookIssue(Record):
    """Handbooks given out: edition, receiver, date, how many."""

    __tablename__ = "handbook_issue"

    kind: Mapped[str | None] = field(
        "手册种类", Code("handbook_kind"), required=True, help="务工手册发给个人,工作指南发给村组"
    )
    edition: Mapped[str | None] = field(
        "手册版次", Text(40), required=True, help="封底印的版次,内容变了版次就变"
    )
    destination: Mapped[str | None] = field("手册目的地", Division(), help="按哪个目的地编的")
    date: Mapped[str | None] = field("发放日期", Date(), required=True, help="发到手的那一天")
    copies: Mapped[int | None] = field(
        "册数", Number(1, 999999, "册"), required=True, help="发了多少册"
    )
    batch: Mapped[int | None] = field("随批次", Reference("batch"), help="随哪一批外出人员发放")
    person: Mapped[int | None] = field(
        "领取人员", Reference("person"), index=True, help="发给登记里的哪个人"
    )
    place: Mapped[int | None] = field("领取地方", PlaceRef(), help="发给哪个乡镇、村、组")
    receiver: Mapped[str | None] = field(
        "签收人", PersonName(), pii=True, help="谁签的字;本人领取可不填"
    )
    giver: Mapped[str | None] = field("发放人", PersonName(), help="谁发的")
    note: Mapped[str | None] = field("发放备注", Text(200), help="在哪里发的、发了什么宣传品")


class HandbookCheck(Record):
    """Somebody compared a line of the content with its source. The id follows from line and text
    (`content.check_id`): when the text changes it must be checked anew."""

    __tablename__ = "handbook_check"

    line: Mapped[str | None] = field("条目", Text(60), required=True, help="手册内容里的哪一条")
    digest: Mapped[str | None] = field("条文校对码", Text(40), required=True, help="由程序算出")
    date: Mapped[str | None] = field("核对日期", Date(), required=True, help="哪天核对的")
    person: Mapped[str | None] = field("核对人", PersonName(), required=True, help="谁核对的")
    basis: Mapped[str | None] = field(
        "核对依据", Text(200), help="对照了什么:法规原文、打通了电话、问了哪个部门"
    )
