"""Help about fields, written from their declarations: never a second time by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from laborclerk.catalog import fields as f
from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Field
from laborclerk.features.census.check_words import looks_for
from laborclerk.features.census.form import FORM_FIELDS, HEAD_FIELDS, SECTIONS, VISIT_FIELDS
from laborclerk.features.census.model import CensusForm, FrameEdition, FrameEntry, Round, Visit
from laborclerk.features.census.rules import RULES
from laborclerk.features.registry.model import Household, Person, Place
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.kernel.errors import Severity
from laborclerk.store.base import Record, fields_of

_LISTED = 40  # a longer list is not written out


def _codes(spec: f.Code | f.Codes) -> str:
    items = [i for i in code_list(spec.codes).items if not i.retired]
    if len(items) > _LISTED:
        return f"共 {len(items)} 项,输号、名称或拼音首字母,按 F4 看全"
    return "、".join(f"{i.number or i.code} {i.short}" for i in items)


def _number(spec: f.Number) -> str:
    unit = f",单位{spec.unit}" if spec.unit else ""
    return f"数字{unit}" + (f",可填 {spec.places} 位小数" if spec.places else "")


HOW: dict[type[f.FieldType], Callable[..., str]] = {
    f.Text: lambda t: f"文字,最多 {t.max_length} 字",
    f.PersonName: lambda t: "姓名;生僻字可直接输入或粘贴",
    f.IdNumber: lambda t: "号码;末位 X 大小写都行,填满自动跳格",
    f.Phone: lambda t: "11 位手机号,或带区号的座机",
    f.Number: _number,
    f.Date: lambda t: "日期,如 20261120 或 2026-11-20",
    f.Month: lambda t: "月份,如 202611 或 2026-11",
    f.YesNo: lambda t: "1 是、2 否",
    f.Code: lambda t: "选一项:" + _codes(t),
    f.Codes: lambda t: "可选几项,用空格或顿号隔开:" + _codes(t),
    f.PlaceRef: lambda t: "组号、村组名或拼音",
    f.Division: lambda t: "地名、拼音或区划代码,到县(市、区)",
    f.Reference: lambda t: "由程序填",
}


def how(spec: Field) -> str:
    """How a field is filled in."""
    return HOW[type(spec.type)](spec.type)


def registers() -> list[tuple[str, str, type[Record], tuple[str, ...]]]:
    """(key, title, register, its fields) in the order of the forms."""
    sections = [
        ("person", f"人员:{s.title}", Person, s.fields) for s in SECTIONS
    ]  # fmt: skip
    return [
        ("household", "户", Household, HEAD_FIELDS), *sections,
        ("census_form", "申报与调查", CensusForm, FORM_FIELDS),
        ("visit", "访问", Visit, VISIT_FIELDS),
        ("frame_entry", "底册户", FrameEntry, ("place", "number", "head_name", "persons")),
        ("frame_edition", "底册", FrameEdition, ("name", "as_of", "source")),
        ("job_seeking", "求职登记", JobSeeking,
         tuple(k for k in fields_of(JobSeeking) if k not in ("person", "deleted"))),
        ("place", "村组", Place, ("name", "leader", "leader_phone")),
        ("round", "调查轮次", Round, tuple(k for k in fields_of(Round) if k != "deleted")),
    ]  # fmt: skip


def fields_page() -> str:
    """The page of all fields, as Markdown."""
    return "\n".join(_fields())


def _fields() -> Iterator[str]:
    yield "# 字段说明\n"
    yield "带 * 的缺了算缺项(以本轮设置为准)。在表里按 F1 直接到这一项。\n"
    for _, title, model, keys in registers():
        yield f"## {title}\n"
        yield "| 项目 | 怎样填 | 说明与依据 |"
        yield "|---|---|---|"
        specs = fields_of(model)
        for key in keys:
            spec = specs[key]
            star = " *" if spec.required else ""
            yield f"| {spec.label}{star} | {_cell(how(spec))} | {_cell(spec.help)} |"
        yield ""


def place_of(register: str, key: str) -> tuple[str, str] | None:
    """(heading, label) of a field on the page of fields; without a register the first that has
    the field."""
    for name, title, model, keys in registers():
        if register in (name, "") and key in keys:
            spec = fields_of(model)[key]
            return title, spec.label + (" *" if spec.required else "")
    return None


_GRAVE = {Severity.BLOCK: "必须改", Severity.WARN: "要说明原因", Severity.HINT: "只提示"}


def checks_page() -> str:
    """The page of all checks of the form, as Markdown."""
    lines = [
        "# 检查说明\n",
        "录入时的检查。轻重可在“设置·调查轮次”里改;“要说明原因”的,写一句原因就能存为已完成。\n",
        "| 轻重 | 检查什么 |", "|---|---|",
    ]  # fmt: skip
    for rule in RULES:
        for message in rule.messages:
            lines.append(f"| {_GRAVE[rule.severity]} | {_cell(looks_for(message))} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")
