"""What a form tells the household: why it is asked, on which basis, what becomes of the data.

The county decides the basis per round (统计法, or 个人信息保护法 Art 13(3) with 17-18 and 35: who,
what for, which data, rights). The sentences here are a proposal and marked on the form as such
until the county has confirmed its own in the settings: law.md calls the articles general knowledge
to be checked by a person before printing.
"""

from __future__ import annotations

from dataclasses import dataclass

from laborclerk.store.store import Store

STATISTICS, ADMINISTRATION = "1", "2"

TO_CONFIRM = "告知用语为通用稿，印发前请县级主管部门核定"


@dataclass(frozen=True, slots=True)
class Notice:
    """`sentence` stands at the head of every page, `text` in its box; `confirmed` by the county."""

    sentence: str
    text: str
    confirmed: bool = False


_PROPOSED = {
    STATISTICS: Notice(
        "依照《中华人民共和国统计法》，您家的资料受法律保护，只用于统计，不对外提供。",
        "本次调查是为了摸清本地劳动力资源。请照实回答。调查得到的各家各户资料，经办人员必须保密，"
        "不得用于统计以外的目的。右上角没有表号、制定机关、批准文号或已过有效期的，您可以拒绝填报。",
    ),
    ADMINISTRATION: Notice(
        "本表含个人信息，经办人员须妥善保管，不得拍照、外传，不得交给无关人员。",
        "收集这些信息，是制定机关为履行法定职责、办理劳动力资源登记和就业服务所必需，依据《中华人民"
        "共和国个人信息保护法》，不用于其他目的；健康、残疾、困难情况属敏感信息，只用于判断劳动能力"
        "和落实帮扶。您可以到村（社区）或乡镇查看、更正自己家的信息。",
    ),
    "": Notice(
        "本表所填资料只用于劳动力资源登记和就业服务，依法保密，不得外传。",
        "本次调查是为了摸清本地劳动力资源，做好就业服务。请照实回答。经办人员对您家的资料负有保密"
        "责任。您可以到村（社区）或乡镇查看、更正自己家的信息。",
    ),
}


def _key(basis: str | None, part: str) -> str:
    return f"census.notice.{basis or '0'}.{part}"


def notice_of(store: Store, basis: str | None) -> Notice:
    """The wording for a round's data basis: the county's own, else the proposal."""
    proposed = _PROPOSED.get(basis or "", _PROPOSED[""])
    text = store.setting(_key(basis, "text"))
    if not text:
        return proposed
    return Notice(store.setting(_key(basis, "sentence")) or proposed.sentence, text, True)


def confirm_notice(store: Store, basis: str | None, sentence: str, text: str) -> None:
    """Keep the wording the county decided on; an empty `text` goes back to the proposal."""
    store.set_setting(_key(basis, "sentence"), sentence.strip())
    store.set_setting(_key(basis, "text"), text.strip())
