"""What the command line itself has to say."""

from __future__ import annotations

from laborclerk.kernel.errors import Message


class Command(Message):
    """Refusals that only the command line knows."""

    USAGE = "{text}"
    STOPPED = "已中止,没有改动数据"
    BUG = "程序出了意外,没有做完。报告已存到“{file}”(不含个人信息),请发给技术支持"
    PASSWORD_NOT_GIVEN = "没有给{label}。请用环境变量 {variable} 或选项 {option},或在终端里运行"
    WHICH_CLERK = "有几位录入员用同一个密码。请用 --clerk 写明是谁:{names}"
    STORE_URL_UNKNOWN = "不支持“{url}”开头的地址。请用本站的文件夹,或 postgresql://用户@主机/数据库"
    FIELD_VALUE = "“{text}”写法不对,应为 项=值,如 phone=13800000000"
    STORE_INCONSISTENT = "检查出 {count} 处不一致。请先备份,再把检查结果发给技术支持"
    FINGERPRINT_DIFFERS = "指纹不同:对方念的是 {given},申请里是 {found}。没有批复,请核对申请文件"
    PRACTICE_EXISTS = (
        "“{folder}”里已有另一个{kind}({people}人,种子{seed})。请换一个文件夹(--store),"
        "或删去那个文件夹再试"
    )
    NOT_TO_PRINT = "“{what}”不是地方、户或人,不能印调查表"
    FOLDER_NO_NAME = "“{folder}”是一个文件夹。请在后面写上文件名,如 {example}"
    KIND_UNKNOWN = "没有“{kind}”这一种。可用:{kinds}"
