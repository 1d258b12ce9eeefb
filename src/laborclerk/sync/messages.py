"""What the exchange refuses, one message per reason, each saying what the clerk should do."""

from __future__ import annotations

from laborclerk.kernel.errors import Message


class Exchange(Message):
    """Refusals of exchange files, certificates and enrolment files."""

    # the file itself
    BUNDLE_NOT_A_BUNDLE = "“{file}”不是交换文件,或已损坏。请选择由本程序导出的那一份(.lcb)"
    BUNDLE_CUT_SHORT = "文件“{file}”不完整,可能没拷完就拔了U盘。请重新拷贝或请对方重新导出"
    BUNDLE_DAMAGED = "文件损坏:“{file}”{reason}。请重新拷贝或请对方重新导出"
    BUNDLE_TOO_LARGE = "文件“{file}”的{what}超过允许的大小。请联系县里核对来源"
    BUNDLE_UNREADABLE_MANIFEST = "“{file}”开头的说明部分读不懂,没有导入。请对方升级程序后重新导出"
    BUNDLE_READ_BACK = "写到“{file}”的内容读回来不一样,没有导出。请换一个U盘再试"
    # who signed it
    BUNDLE_UNSIGNED = "“{file}”没有签名,证明不了是谁写的,没有导入。请对方用本程序重新导出"
    BUNDLE_SIGNATURE_WRONG = "“{file}”的签名对不上,内容可能被改动过。请不要使用,并请对方重新导出"
    BUNDLE_NOT_ENROLLED = "“{file}”来自没有登记的站点。请对方先在县里办理登记"
    BUNDLE_CERTIFICATE_DIFFERS = "“{file}”里前后两处的站点证书不一样,没有导入。请对方重新导出"
    BUNDLE_SENDER_DIFFERS = (
        "“{file}”自称来自“{claimed}”,证书却是“{certified}”的。请不要使用,并报告县里"
    )
    BUNDLE_NOT_FROM_COUNTY = "“{file}”自称是县里的回执,却不是县里签的。请不要使用,并报告县里"
    BUNDLE_REVOKED = (
        "“{who}”的登记已注销({reason}),只认到第 {last} 号变更,"
        "“{file}”写到第 {found} 号,没有导入。要用它的,请由县里核实后重新登记该电脑"
    )
    BUNDLE_REVOKED_BRANCH = (
        "“{who}”的登记已注销({reason}),“{file}”与县里最后认可的那一份不同,没有导入。请由县里核实"
    )
    BUNDLE_FORMER_KEY = (
        "“{file}”是县站换密钥以前签的,已不再算数。请向县里要新的一份,里面什么都不会少"
    )
    BUNDLE_NOT_ISSUED = (
        "“{file}”所用的证书(第 {serial} 号)本县没有发过或发给了别的电脑,没有导入。"
        "请不要使用;确是本县乡镇的,请对方重新交来登记申请"
    )
    # what is in it
    BUNDLE_PAYLOAD_DIFFERS = "文件损坏:“{file}”的内容与签名时的不同。请重新拷贝或请对方重新导出"
    BUNDLE_NOT_FOR_US = "“{file}”不是发给本站的。请交给收件站点,或请对方重新导出给本站"
    BUNDLE_CANNOT_DECRYPT = "“{file}”不是加密给本站的,本站打不开。请对方取最新的批复后重新导出"
    BUNDLE_CONTENT_WRONG = "“{file}”的内容与它的说明不符({reason}),没有导入。请对方重新导出"
    BUNDLE_NEEDS_NEWER = (
        "“{file}”由更新的程序写成(第 {needed} 版文件,本机只读到第 {ours} 版)。请升级程序后再导入"
    )
    BUNDLE_SUITE_UNKNOWN = "“{file}”用了本机不认识的加密办法。请升级程序后再导入"
    # certificates
    CERTIFICATE_UNREADABLE = "读不懂站点证书。请到县里重新办理登记"
    CERTIFICATE_OTHER_COUNTY = "站点证书不是本县签发的。请核对是否属于本县,或到本县办理登记"
    CERTIFICATE_WRONG = "站点证书的签名对不上,可能被改动过。请不要使用,并报告县里"
    CERTIFICATE_EXPIRED = "“{who}”的证书已于 {day} 过期。请先换发证书,再导入这一份"
    CERTIFICATE_NOT_YET = "“{who}”的证书从 {day} 起才有效。请检查本机日期是否正确"
    COUNTY_DATE_PAST = (
        "县里写这一份时电脑的日期不对(证书只到 {day}),或本机的日期不对。"
        "请核对两边电脑的日期,再请县里重新写一份返还文件"
    )
    COUNTY_DATE_AHEAD = (
        "县里写这一份时电脑的日期超前(证书从 {day} 起才算),或本机的日期慢了。"
        "请核对两边电脑的日期,再请县里重新写一份返还文件"
    )
    # enrolment files
    ENROL_UNREADABLE = "“{file}”不是{kind},或已损坏。请核对是否选对了文件"
    ENROL_NEEDS_NEWER = "“{file}”由更新版本的程序生成。请升级本机程序后再试"
    ENROL_SIGNATURE_WRONG = "“{file}”的签名对不上,内容可能被改动过。请不要使用,并请对方重新生成"
    ENROL_OTHER_DEVICE = "“{file}”是批给“{who}”的,不是本机。请换用批给本机的文件"
    ENROL_OTHER_COUNTY = (
        "“{file}”不是本站登记的那个县签发的(指纹 {fingerprint})。请打电话向县里核对,不要使用"
    )
    ENROL_OLDER_REVOCATIONS = (
        "“{file}”里的注销名单(第 {found} 期)比本机的(第 {ours} 期)旧。请向县里要最新的文件"
    )
    ENROL_OLDER_APPROVAL = (
        "“{file}”里的证书(第 {found} 号)比本机现用的(第 {ours} 号)旧,没有换。请向县里要最新的批复"
    )


class Enrolment(Message):
    """Approving, renewing, revoking devices, and a station's own keys."""

    ONLY_COUNTY = "这一步只能在县站做"
    ONLY_TOWNSHIP = "这一步只能在乡镇站做"
    REQUEST_NOT_OURS = "“{name}”({place})不属于本县。请核对申请文件"
    REQUEST_NEWER_KEY = (
        "“{name}”已收到本县换密钥的通知({on}),本站用的还是以前的密钥。"
        "请用 {on} 以后打印的密钥恢复单"
    )
    REQUEST_REVOKED = "这台电脑已注销({reason})。确要重新使用,请核实清楚、电话核对指纹后再批准"
    UNKNOWN_DEVICE = "没有登记过“{who}”。请写站点名称、站点代码或电脑编号"
    ALREADY_REVOKED = "“{who}”已经注销了"
    REVOKED_NEEDS_REQUEST = "“{who}”已注销,不能直接换发。请对方重新交来登记申请"
    SEVERAL_DEVICES = "“{who}”有几台电脑({devices})。请写明是哪一台的电脑编号"
    REASON_MISSING = "请写明注销的原因,对方会看到"
    CERTIFICATE_ENDS = (
        "本站的证书 {day} 到期,还有 {left} 天。请写登记申请交县里换发,免得上报时被搁下"
    )
    CERTIFICATE_ENDED = (
        "本站的证书已于 {day} 到期:上报的文件县里会先搁下,数据不会少。请写登记申请交县里换发"
    )
    SHEET_LENGTH = "密钥恢复单上的码应为 {wanted} 位,现在是 {found} 位。请照单子重新输入"
    SHEET_WRONG = (
        "码不对:抄错了一位,或者这不是“县站密钥恢复单”(数据恢复单的码不能用在这里)。请照单子重新输入"
    )
    COUNTY_AT_WORK = (
        "本站已用自己的密钥批准过 {count} 台电脑,不能再换成恢复单上的密钥。请在新建的县站上恢复"
    )
    SUCCESSION_FOREIGN = "“{file}”不是本站登记的那个县换密钥的通知。请打电话向县里核对,不要使用"
