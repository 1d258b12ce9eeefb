"""Documents of every shape the layer must carry, with invented people: a roster, a paper form, a
summary table, a certificate and a booklet page."""

from __future__ import annotations

from collections.abc import Sequence

from laborclerk.printing.document import (
    Align,
    Band,
    Box,
    Cell,
    Column,
    Document,
    FormGrid,
    Heading,
    KeyValues,
    Lead,
    Page,
    PageBreak,
    Paragraph,
    Row,
    Signatures,
    Spacer,
    Table,
    TableRow,
    Value,
)

NAMES = (
    "周某某",
    "阿卜杜热合曼·买买提吐尔逊·艾力克木江某",
    "\U00020bb7\U000233b4某",
    "\ue170某",
    "欧阳某某",
    "李某",
)
MAKER = "某某县人力资源和社会保障局"


def hide(number: str) -> str:
    return number[:6] + "********" + number[-4:]


def people(count: int) -> list[tuple[int, str, str, int, str, str, str, str, int, str, str]]:
    remark = (
        "首次外出，已体检；需安排在有同乡的班组，联系人为本村带头人周某某（电话见带队人名单）。"
    )
    return [
        (
            i + 1,
            NAMES[i % 6],
            "女男"[i % 2],
            18 + i,
            f"530627{2006 - i}0{i % 9 + 1}15{996 + i % 4}{i % 10}",
            "乌峰街道" if i < 18 else "塘房镇",
            "油榨街社区" if i < 18 else "顶拉村",
            f"{i % 5 + 1}组",
            4000 + i * 100,
            "焊工" if i % 3 else "电子装配操作工",
            "" if i % 4 else remark,
        )
        for i in range(count)
    ]


def roster(*, public: bool = False) -> Document:
    """Two townships, the first a group of 18, over several pages."""
    columns = [
        Column("序号", 10, Align.RIGHT, code="甲"),
        Column("姓名", 26, code="乙"),
        Column("性别", 10, Align.CENTER, code="丙"),
        Column("年龄", 10, Align.RIGHT, code="1"),
        Column("公民身份号码", 37, Align.CENTER, code="丁", mask=hide if public else None),
        Column("乡镇", 19, group="住址", code="戊"),
        Column("村（社区）", 22, group="住址", code="己"),
        Column("组", 11, Align.CENTER, group="住址", code="庚"),
        Column("月收入（元）", 18, Align.RIGHT, group="务工", code="2"),
        Column("工种", 24, group="务工", code="辛"),
        Column("备注", 46, code="壬"),
    ]
    everyone = people(40)
    total = Cell("小计", span=8, align=Align.CENTER)
    rows: list[TableRow] = [
        Band("乌峰街道　18 人"),
        *everyone[:18],
        Row((total, sum(p[8] for p in everyone[:18]), None, "18 人"), strong=True),
        Band("塘房镇　22 人"),
        *everyone[18:],
        Row((total, sum(p[8] for p in everyone[18:]), None, "22 人"), strong=True),
    ]
    end = (Cell("合　计", span=8, align=Align.CENTER), sum(p[8] for p in everyone), None, "40 人")
    return Document(
        "农村劳动力外出务工花名册",
        [
            KeyValues(
                [
                    ("批次号", "2026-FZ-003"),
                    ("目的地", "福建省福州市马尾区"),
                    ("用人单位", "福州某电子有限公司"),
                    ("出发日期", "2026-11-26"),
                    ("带队人", "周某某　138****0000"),
                ],
                columns=3,
            ),
            Spacer(3),
            Table(columns, rows, totals=[end]),
            Heading("说明", 2),
            Paragraph(
                "本表由乡镇劳动保障所填报，一式三份。姓名中的生僻字按原字形打印；字库没有的字以编码"
                "方框表示，请核对原件。",
                indent=True,
            ),
            Signatures(["单位负责人", "审核人", "填表人", ("填报日期", "2026年11月22日")]),
        ],
        page=Page.A4_LANDSCAPE,
        form_number="劳务3表",
        maker=MAKER,
        approval="某统制〔2026〕3号",
        valid_until="2027年12月",
        confidentiality="本表含个人信息，仅供劳务组织使用，请妥善保管，不得外传。",
        lead=Lead("综合机关名称：乌峰街道", "2026年11月", "计量单位：人、元"),
        made="制表：乌峰街道劳动保障所　王某某　2026-11-22",
        note="2026年秋季摸底 · 16岁至法定退休年龄",
    )


def summary() -> Document:
    """A4 portrait: header groups, many number columns, totals."""
    columns = [
        Column("村（社区）", 30, code="甲"),
        *(Column(n, 14, Align.RIGHT, g, c) for n, g, c in _SUMMARY_COLUMNS),
    ]
    villages = ("油榨街社区", "上街村", "银厂村（小河）", "\ue08b\U00021413村", "中屯村")
    numbers = [tuple((i + 2) * (k + 3) * 7 for k in range(9)) for i in range(5)]
    rows: list[Sequence[Value]] = [
        (village, *line) for village, line in zip(villages, numbers, strict=True)
    ]
    sums = (sum(line[k] for line in numbers) for k in range(9))
    totals: list[Value | Cell] = [Cell("合　计", align=Align.CENTER), *sums]
    return Document(
        "乌峰街道劳动力资源摸底进度表",
        [Table(columns, rows, totals=[totals]), Signatures(["单位负责人", "制表人"])],
        subtitle="2026年秋季摸底（劳动力口径：16岁至法定退休年龄）",
        form_number="摸底2表",
        maker=MAKER,
        lead=Lead(left="填报单位：乌峰街道", right="单位：户、人"),
        made="制表：王某某　2026-11-22",
    )


_SUMMARY_COLUMNS = (
    ("应访", "户", "1"),
    ("已访", "户", "2"),
    ("已完成", "户", "3"),
    ("待复访", "户", "4"),
    ("应登记", "人", "5"),
    ("已登记", "人", "6"),
    ("劳动力", "人", "7"),
    ("外出", "人", "8"),
    ("缺项", "", "9"),
)


def certificate() -> Document:
    """A4 portrait: running text, labelled values, places to sign."""
    text = (
        "经逐户核对户籍底册与入户登记，油榨街社区应访398户，已访398户，其中已完成登记371户，"
        "整户外出并由亲属代报19户，空挂户8户。应登记劳动力1,204人，已登记1,204人。未登记0人。"
        "以上数据由本村（社区）复核确认。"
    )
    return Document(
        "村级劳动力资源摸底完成确认书",
        [
            KeyValues(
                [("县", "某某县"), ("乡（镇、街道）", "乌峰街道"), ("村（社区）", "油榨街社区"),
                 ("摸底轮次", "2026年秋季摸底"), ("劳动力口径", "16岁至法定退休年龄")],
                label_width=30,
            ),
            Spacer(4),
            Paragraph(text, indent=True),
            Heading("确认后有变动的户"),
            Table([Column("户编号", 20), Column("户主", 30), Column("变动", 100)], []),
            Spacer(6),
            Signatures(["村（社区）负责人（签章）", "登记员", "日期"]),
        ],
        form_number="摸底5表",
        maker=MAKER,
        made="制表：王某某　2026-11-22",
    )  # fmt: skip


def booklet() -> Document:
    """A5: headings and running text with all kinds of breaking."""
    body = (
        "用人单位应当自用工之日起一个月内与您订立书面劳动合同。合同应当写明工作内容、工作地点、"
        "工作时间、劳动报酬（计时或计件）、社会保险等。有疑问请拨打12333；被拖欠工资可拨打"
        "12345或登录https://www.gov.cn/查询“根治欠薪”线索反映平台。"
    )
    return Document(
        "务工人员手册",
        [
            Heading("一、签订劳动合同"),
            *(Paragraph(body, indent=True) for _ in range(4)),
            Heading("二、保存工资凭证"),
            *(Paragraph(body, indent=True) for _ in range(5)),
            Paragraph("本页内容核对于2026-11-01。", small=True, align=Align.RIGHT),
        ],
        page=Page.A5,
        made="2026年版",
    )


def census_form() -> Document:
    """A4 landscape: seven lines, as many columns as a hand can fill, codes below the heads."""
    boxes: list[Box] = []
    for x, width, label, value in _HOUSEHOLD_1:
        boxes.append(Box(x, 0, width, 8, label, value, label_width=14, entry=True, shaded=True))
    for x, width, label, value in _HOUSEHOLD_2:
        boxes.append(Box(x, 8, width, 8, label, value, label_width=22, entry=True, shaded=True))
    left = 0
    for number, (across, label, hint) in enumerate(_PERSON):
        boxes.append(Box(left, 18, across, 24, label, hint=hint, shaded=True))
        boxes.append(Box(left, 42, across, 4, str(number) if number else "甲", shaded=True))
        for line in range(7):
            value, comb = _filled(number, line), 18 if number == 4 else 0
            boxes.append(Box(left, 46 + line * 11, across, 11, value=value, entry=True, comb=comb))
        left += across
    boxes.append(Box(0, 0, 273, 16, outline=True))
    boxes.append(Box(0, 18, 273, 105, outline=True))
    boxes.append(Box(0, 125, 273, 16, hint=_LEGEND))
    return Document(
        "农村劳动力资源调查表",
        [
            FormGrid(boxes, width=273, height=141),
            Signatures(["申报人（签字）", "调查员（签字）", "审核人", "调查日期"]),
            PageBreak(head=True),
            FormGrid([b for b in boxes if b.y >= 18], width=273, height=141),
        ],
        page=Page.A4_LANDSCAPE,
        form_number="摸底1表",
        maker=MAKER,
        approval="某统制〔2026〕1号",
        valid_until="2027年12月",
        confidentiality="本表所填个人资料仅用于劳动力资源登记与就业服务，未经本人同意不得外传。",
        note="每户一表；超过七人的，续填第二张",
    )


_HOUSEHOLD_1 = (
    (0, 48, "县", "某某县"),
    (48, 54, "乡镇", "乌峰街道"),
    (102, 58, "村", "油榨街社区"),
    (160, 36, "组", "3组"),
    (196, 77, "户编号", "0187"),
)
_HOUSEHOLD_2 = (
    (0, 70, "户主姓名", NAMES[1]),
    (70, 70, "联系电话", ""),
    (140, 45, "家庭人口", "6"),
    (185, 43, "劳动力数", "4"),
    (228, 45, "外出人数", "2"),
)
_PERSON = (
    (8, "序号", ""),
    (26, "姓名", ""),
    (13, "与户主关系", "见下表"),
    (10, "性别", "1男 2女"),
    (48, "公民身份号码", ""),
    (11, "民族", ""),
    (12, "婚姻状况", "1未 2已 3丧 4离"),
    (14, "文化程度", "1小学 2初中 3高中 4大专及以上"),
    (12, "健康状况", "1健康 2慢病 3大病 4残疾"),
    (14, "劳动能力", "1普通 2技能 3弱 4丧失 5无"),
    (16, "就业状况", "1务农 2外出 3本地 4创业 5灵活 6无业"),
    (25, "务工地点", "到县"),
    (17, "工种", ""),
    (15, "月收入", "元"),
    (10, "外出意愿", "1是 2否"),
    (10, "培训意愿", "1是 2否"),
    (12, "参保", "见下表"),
)
_LEGEND = (
    "关系：01户主 02配偶 03子 04女 05孙子女 06父母 07祖父母 08兄弟姐妹 09儿媳 10女婿 99其他。 "
    "参保：1城乡居民养老 2城镇职工养老 3城乡居民医疗 4城镇职工医疗 5失业 6工伤 7生育 8未参保"
    "（可多选）。 残疾人填20位残疾人证号。整户外出的由亲属代报，并在备注中写明代报人姓名和电话。"
)


def _filled(column: int, line: int) -> str:
    if line > 2:
        return str(line + 1) if column == 0 else ""
    values = {
        0: str(line + 1),
        1: NAMES[line + 1],
        2: ("01", "02", "03")[line],
        3: ("1", "2", "1")[line],
        4: f"53062719790{line + 1}15996{line}",
        10: "2",
        11: "浙江省金华市永康市",
        12: "焊工",
        13: "5200",
    }
    return values.get(column, "")


ALL = {
    "roster": roster,
    "public_roster": lambda: roster(public=True),
    "summary": summary,
    "certificate": certificate,
    "booklet": booklet,
    "census_form": census_form,
}
