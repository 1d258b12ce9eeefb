"""The registration of a job seeker (求职登记表, B5), one record each time somebody registers.

The census form asks everybody what she would like; this is what somebody who came asks for, for a
time. What both ask is declared once, with the person: a wish is read and typed alike in both.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, MappedColumn

from laborclerk.catalog.fields import Code, Codes, Date, Division, Number, Reference, Text
from laborclerk.features.registry.model import Person
from laborclerk.store.base import Record, field, fields_of


def _as_asked(key: str, label: str = "", help: str = "", *, pii: bool = False) -> MappedColumn[Any]:
    """A wish of the census form, declared there."""
    spec = fields_of(Person)[key]
    said = help or spec.help
    return field(label or spec.label, spec.type, pii=pii or spec.pii, help=said)


class JobSeeking(Record):
    """One registration. Where it stands on a day (open, placed, withdrawn, expired) is computed
    from it and the work spells (`rules.state_on`), never stored."""

    __tablename__ = "job_seeking"

    person: Mapped[int | None] = field(
        "求职人员", Reference("person"), required=True, help="谁来登记的"
    )
    registered: Mapped[str | None] = field(
        "登记日期", Date(), required=True, help="本人来登记(或打电话、上门登记)的那一天"
    )
    valid_until: Mapped[str | None] = field(
        "有效期至", Date(), required=True, help="空着按规定的月数算;过了就不再按它找岗位"
    )
    wanted_jobs: Mapped[str | None] = field(
        "求职工种", Codes("occupation"), required=True,
        help="想做哪几种,可多选,想做的都填上;可以打人们的叫法,如 焊工、保安",
    )  # fmt: skip
    wanted_post: Mapped[str | None] = field(
        "具体岗位", Text(60), help="本人的说法,如 二保焊、白案厨师"
    )
    wanted_place: Mapped[str | None] = _as_asked("wanted_place", help="最想去的省、市或县")
    second_place: Mapped[str | None] = field(
        "第二意向地区", Division(), help="也愿意去的省、市或县;没有就空着"
    )
    third_place: Mapped[str | None] = field(
        "第三意向地区", Division(), help="也愿意去的省、市或县;没有就空着"
    )
    expected_income: Mapped[int | None] = _as_asked(
        "expected_income", help="每月至少想拿到手多少,单位元,不是万元"
    )
    employment_form: Mapped[str | None] = _as_asked(
        "employment_form", "就业形式意向", "想在哪类单位、怎样就业"
    )
    wants_training: Mapped[bool | None] = _as_asked("wants_training")
    wanted_training: Mapped[str | None] = _as_asked("wanted_training")
    services: Mapped[str | None] = field(
        "服务需求", Codes("seeking_service"), help="要我们帮什么,可多选(002-26)"
    )
    school: Mapped[str | None] = field("毕业学校", Text(60), help="最后一所学校")
    major: Mapped[str | None] = field("所学专业", Text(40), help="没有专业的空着")
    height: Mapped[int | None] = field(
        "身高", Number(50, 250, "厘米"), pii=True, help="旧表有这一栏;岗位不问就空着"
    )
    weight: Mapped[int | None] = field(
        "体重", Number(20, 300, "公斤"), pii=True, help="旧表有这一栏;岗位不问就空着"
    )
    eyesight: Mapped[str | None] = field(
        "视力", Text(20), pii=True, help="旧表有这一栏,照原样写,如 左4.9右5.0"
    )
    certificate_number: Mapped[str | None] = field(
        "就业失业登记证号", Text(40), pii=True, help="《就业创业证》或旧的就业失业登记证上的编号"
    )
    closed: Mapped[str | None] = field("注销日期", Date(), help="不再找的那一天;还在找就空着")
    close_reason: Mapped[str | None] = field(
        "注销原因", Code("seeking_end"), help="填了注销日期时选"
    )
    note: Mapped[str | None] = field(
        "备注", Text(300, lines=2), pii=True, help="表上没有栏目的情况"
    )

    __table_args__ = (
        # the registrations of a person, the latest last
        sa.Index("ix_job_seeking_person", "person", "registered", "deleted"),
    )
