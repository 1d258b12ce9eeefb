"""What people ask for who registered as job seekers (B5): while a registration holds that was made
since the survey, its wishes stand for those of the census form.

They are laid over the columns the rules read, so that one text of the rules weighs everybody. Of
several trades or places the one counts that is nearest to the post.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.features.matching.rules import COLUMNS, FITTING_PLACE, SAME_PROVINCE
from laborclerk.features.matching.standing import survey_day
from laborclerk.features.seeking.rules import PLACES
from laborclerk.features.seeking.service import open_sql

WISHES = ("wanted_job", "wanted_place", "expected_income", "wants_to_go")
OF_WISHES = ("wish_job", "place", "income", "wish")  # the criteria that read them
SAID = "求职登记:{said}"


@dataclass(frozen=True)
class Seekers:
    """Those with such a registration, as SQL that uses the values of the rule: `who` selects their
    ids."""

    who: str
    _sought: str

    def people(self, where: str) -> str:
        """What stands for `person`, with the columns of the rules, for those of them of whom a
        condition over its columns holds. Worked out once, before anything asks for a column."""
        return (
            f"(WITH sought AS MATERIALIZED ({self._sought} WHERE {where})"
            " SELECT * FROM sought) person"
        )


def seekers_for(session: Session, post: Mapping[str, Any], home: str, today: str) -> Seekers:
    """Those who registered, as a post of the county `home` (12 digits) sees them on a day."""
    held = open_sql(session, today, since=survey_day(session))
    laid = {
        "wanted_job": _case(_trades(post), "COALESCE(s_wanted_jobs, wanted_job)"),
        "wanted_place": _case(_places(post), "COALESCE(s_wanted_place, wanted_place)"),
        "expected_income": "COALESCE(s_expected_income, expected_income)",
        "wants_to_go": _case(_away(home), "wants_to_go"),
    }
    # the index the rules read is at hand already; a row of a person is a page to decrypt
    hint = "INDEXED BY ix_person_match" if session.get_bind().dialect.name == "sqlite" else ""
    columns = ", ".join(f"{laid[key]} AS {key}" if key in laid else key for key in COLUMNS)
    return Seekers(
        f"SELECT s_person FROM ({held}) held",
        f"SELECT {columns} FROM ({held}) held JOIN person {hint} ON id = s_person",
    )


def _case(when: Iterator[tuple[str, str]], otherwise: str) -> str:
    told = " ".join(f"WHEN {condition} THEN {value}" for condition, value in when)
    return f"CASE {told} ELSE {otherwise} END" if told else otherwise


def _trades(post: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    job = str(post.get("occupation") or "")
    major = [i.code for i in code_list("occupation").items if i.code[:2] == job[:2] and job]
    for code in sorted(major, key=lambda code: (code != job, code)):
        yield f"',' || s_wanted_jobs || ',' LIKE '%,{code},%'", f"'{code}'"


def _places(post: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if post.get("work_place"):
        for condition in (FITTING_PLACE, SAME_PROVINCE):
            for key in PLACES:
                yield condition.replace("wanted_place", f"s_{key}"), f"s_{key}"


def _away(home: str) -> Iterator[tuple[str, str]]:
    yield f"substr(s_wanted_place, 1, 6) <> '{home[:6]}'", "TRUE"
