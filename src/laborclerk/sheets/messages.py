"""What a clerk is told about a spreadsheet file."""

from __future__ import annotations

from laborclerk.kernel.errors import Message


class SheetMessage(Message):
    """Reading and mapping spreadsheets."""

    SHEET_ENCRYPTED = "“{file}”加了密码。请输入打开它的密码"
    SHEET_WRONG_PASSWORD = "打开“{file}”的密码不对。请核对后重新输入"
    SHEET_WEB_PAGE = "“{file}”其实是网页格式。请用 Excel 或 WPS 打开,另存为 .xlsx 后再导入"
    SHEET_NOT_A_SHEET = (
        "“{file}”不是能读的表格(.xlsx、.xls、.csv)。请用 Excel 或 WPS 打开,另存为 .xlsx 后再导入"
    )
    SHEET_TOO_LARGE = "“{file}”太大,读不进来。请按村或按乡镇分成几个文件再导入"
    SHEET_FAR_CELLS = (
        "“{file}”里有内容的格子一直到第{rows}行、第{columns}列,读不进来。"
        "请删去远处多余的格子(或把要用的部分复制到新表),存好再导入"
    )
    SHEET_EMPTY = "“{file}”里没有数据。请核对是否选对了文件或工作表"
    SHEET_NO_SUCH = "“{file}”里没有名为“{sheet}”的工作表。可选:{names}"
    SHEET_OTHERS = "只读了工作表“{sheet}”,没有读:{names}。需要时请指明工作表,再导入一次"
    SHEET_NO_HEADER = "在“{sheet}”里找不到表头。请保证表头单独成行、每列有名称,可照“空表”的样子"
    SHEET_NO_ROWS = "没有可导出的内容,没有写文件“{file}”。请换一个地方或种类,或先登记、导入"
    MAP_NO_FIELD = "没有名为“{field}”的项目。可用的项目见空表"
    MAP_NO_COLUMN = "表里没有“{column}”这一列。请照表头原文填写,或用列号如 C"
    MAP_TWICE = "“{column}”这一列被指给了两个项目。请只留一个"
    MAP_UNIT = "列“{column}”的单位与“{label}”(单位{unit})不同,没有自动对应。请核对后再指定"
    MAP_UNUSED = "这些列没有对应的项目,没有导入:{columns}"
    MAP_NOTHING = "表头里没有一列能对应上。请用“列对应”指明各列,或改用“空表”"
