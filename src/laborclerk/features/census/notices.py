"""What a form tells the household: why it is asked, on which basis, what becomes of the data.

The county decides the basis per round (统计法, or 个人信息保护法 Art 13(3) with 17-18 and 35: who,
what for, which data, rights). The sentences here are a proposal and marked on the form as such
until the county has confirmed its own in the settings: law.md calls the articles general knowledge
to be checked by a person before printing.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Text
from laborclerk.features.census.model import CensusNotice
from laborclerk.kernel.errors import Message, reject
from laborclerk.kernel.ids import stable_id
from laborclerk.store.base import fields_of
from laborclerk.store.store import Store
from laborclerk.sync.ledger import COUNTY, station_level

STATISTICS, ADMINISTRATION = "1", "2"
_TAKEN_BACK = "4"  # of the code list delete_reason

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


class NoticeProblem(Message):
    """Deciding on the wording."""

    NOTICE_OF_COUNTY = "告知用语县里已经核定,随返还文件发来,本站不能改"
    NOTICE_CHANGED = "告知用语刚被另一处改过,现在是:“{sentence}”“{text}”。您填的没有存上:\
要用您填的,请再存一次"
    NOTICE_LONG = "“{label}”有{length}字,最多{most}字。请精简"


def notice_of(store: Store, basis: str | None) -> Notice:
    """The wording for a round's data basis: the county's, else what this station took down from
    it, else the proposal."""
    with store.read() as session:
        return _stands(store, session, basis)


def _stands(store: Store, session: Session, basis: str | None) -> Notice:
    proposed = _PROPOSED.get(basis or "", _PROPOSED[""])
    decided = _decided(session, basis)
    text = decided.text if decided else store.setting(_key(basis, "text"))
    sentence = decided.sentence if decided else store.setting(_key(basis, "sentence"))
    return Notice(sentence or proposed.sentence, text, True) if text else proposed


def confirm_notice(
    store: Store, basis: str | None, sentence: str, text: str, seen: Notice | None = None
) -> None:
    """Keep the wording the county decided on; an empty `text` goes back to the proposal. What a
    county station keeps goes to its townships; one that heard nothing of the county yet keeps it
    for itself. Rejected at a township whose county decided, and when another than what was `seen`
    stands there by now (`now` in the problem's params)."""
    said = {"sentence": sentence.strip(), "text": text.strip()}
    for key, value in said.items():
        most = fields_of(CensusNotice)[key].type
        if isinstance(most, Text) and len(value) > most.max_length:
            params = {"label": fields_of(CensusNotice)[key].label, "length": len(value)}
            raise reject(NoticeProblem.NOTICE_LONG, **params, most=most.max_length)
    if station_level(store) != COUNTY:
        with store.read() as session:
            if _decided(session, basis) is not None:
                raise reject(NoticeProblem.NOTICE_OF_COUNTY)
        for key, value in said.items():
            store.set_setting(_key(basis, key), value)
        return
    with store.write("census.notice") as work:
        now = _stands(store, work.session, basis)
        if seen is not None and now not in (seen, Notice(**said, confirmed=True)):
            told = {"sentence": now.sentence, "text": now.text, "now": now}
            raise reject(NoticeProblem.NOTICE_CHANGED, **told)
        record = work.get(CensusNotice, stable_id("census_notice", basis or ""))
        if record is None and said["text"]:
            work.add(CensusNotice(id=stable_id("census_notice", basis or ""), basis=basis, **said))
        elif record is not None and said["text"]:
            work.change(record, {**said, "deleted": None})
        elif record is not None and record.deleted is None:
            work.delete(record, _TAKEN_BACK)


def _decided(session: Session, basis: str | None) -> CensusNotice | None:
    record = session.get(CensusNotice, stable_id("census_notice", basis or ""))
    return record if record is not None and record.deleted is None else None


def _key(basis: str | None, part: str) -> str:
    return f"census.notice.{basis or '0'}.{part}"
