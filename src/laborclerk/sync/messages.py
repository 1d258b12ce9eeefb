"""What the exchange refuses, one message per reason, each saying what the clerk should do."""

from __future__ import annotations

from laborclerk.kernel.errors import Message


class Exchange(Message):
    """Refusals of exchange files, certificates and enrolment files."""

    # the file itself
    BUNDLE_NOT_A_BUNDLE = "“{file}”不是交换文件。请选择扩展名为 .lcb 的文件"
    BUNDLE_CUT_SHORT = "文件“{file}”不完整,可能没拷完就拔了U盘。请重新拷贝或请对方重新导出"
    BUNDLE_DAMAGED = "文件损坏:“{file}”{reason}。请重新拷贝或请对方重新导出"
    BUNDLE_TOO_LARGE = "文件“{file}”的{what}超过允许的大小。请联系县里核对来源"
    BUNDLE_UNREADABLE_MANIFEST = "“{file}”的清单写法不对({reason})。请对方升级程序后重新导出"
    BUNDLE_READ_BACK = "写到“{file}”的内容读回来不一样,没有导出。请换一个U盘再试"
    # who signed it
    BUNDLE_UNSIGNED = "“{file}”没有签名,不能导入。请对方用本程序重新导出"
    BUNDLE_SIGNATURE_WRONG = "“{file}”签名不符,内容可能被改动过。请不要使用,并请对方重新导出"
    BUNDLE_NOT_ENROLLED = "“{file}”来自没有登记的站点。请对方先在县里办理登记"
    BUNDLE_CERTIFICATE_DIFFERS = "“{file}”签名所用的证书与清单里的不同。请对方重新导出"
    BUNDLE_SENDER_DIFFERS = (
        "“{file}”自称来自站点 {claimed},证书却属于 {certified}。请不要使用,并报告县里"
    )
    BUNDLE_NOT_FROM_COUNTY = "“{file}”自称是县里的回执,却不是县里签的。请不要使用,并报告县里"
    BUNDLE_REVOKED = (
        "站点 {station} 的设备 {device} 已注销,只认到第 {last} 号记录,“{file}”写到第 {found} 号。"
        "请由县里核实后重新登记该设备"
    )
    BUNDLE_REVOKED_BRANCH = (
        "站点 {station} 的设备 {device} 已注销,“{file}”与县里最后认可的那一份不同。请由县里核实"
    )
    # what is in it
    BUNDLE_PAYLOAD_DIFFERS = "文件损坏:“{file}”的内容与签名的清单不符。请重新拷贝或请对方重新导出"
    BUNDLE_NOT_FOR_US = "“{file}”不是发给本站的。请交给收件站点,或请对方重新导出给本站"
    BUNDLE_CANNOT_DECRYPT = "“{file}”用本站的密钥打不开。请对方更新本站的公钥后重新导出"
    BUNDLE_CONTENT_WRONG = "“{file}”的内容与清单所说不同({reason}),没有导入。请对方重新导出"
    BUNDLE_NEEDS_NEWER = "“{file}”需要新版本程序(格式 {needed},本机 {ours})才能读。请升级后再导入"
    BUNDLE_SUITE_UNKNOWN = "“{file}”用了本机不认识的加密方式“{suite}”。请升级程序后再导入"
    # certificates
    CERTIFICATE_UNREADABLE = "读不懂站点证书({reason})。请到县里重新办理登记"
    CERTIFICATE_OTHER_COUNTY = "站点证书不是本县签发的。请核对是否属于本县,或到本县办理登记"
    CERTIFICATE_WRONG = "站点证书的签名不符,可能被改动过。请不要使用,并报告县里"
    CERTIFICATE_EXPIRED = "站点 {station} 的证书已于 {day} 过期。请县里换发证书后再导入"
    CERTIFICATE_NOT_YET = "站点 {station} 的证书从 {day} 起才有效。请检查本机日期是否正确"
    # enrolment files
    ENROL_UNREADABLE = "“{file}”不是{kind}({reason})。请核对是否选对了文件"
    ENROL_NEEDS_NEWER = "“{file}”由更新版本的程序生成。请升级本机程序后再试"
    ENROL_SIGNATURE_WRONG = "“{file}”签名不符,内容可能被改动过。请不要使用,并请对方重新生成"
    ENROL_OTHER_DEVICE = (
        "“{file}”是批给站点 {station} 设备 {device} 的,不是本机。请换用批给本机的文件"
    )
    ENROL_OTHER_COUNTY = (
        "“{file}”不是本站登记的那个县签发的(指纹 {fingerprint})。请打电话向县里核对,不要使用"
    )
    ENROL_OLDER_REVOCATIONS = (
        "“{file}”里的注销名单(第 {found} 期)比本机的(第 {ours} 期)旧。请向县里要最新的文件"
    )
