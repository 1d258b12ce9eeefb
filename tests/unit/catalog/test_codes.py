"""Code lists: what is stored, typed, shown and understood."""

import pytest

from laborclerk.catalog.codes import CodeList, _key, clashes, code_list, item_of, list_names

NEEDED = [
    "id_type", "sex", "ethnicity", "relation", "marital_status", "political_status",
    "education", "in_school", "health", "work_ability", "hukou_type", "skill_level",
    "employment_status", "population_class", "industry", "occupation", "work_place_scope",
    "channel", "employment_form", "person_identity", "hardship", "unemployment_reason",
    "insurance", "training_item", "training_type", "household_kind", "residence", "presence",
    "visit_result", "delete_reason",
]  # fmt: skip


def test_every_list_that_the_fields_need_is_there() -> None:
    assert set(NEEDED) <= set(list_names())


@pytest.mark.parametrize("name", list_names())
def test_no_code_number_or_word_leads_to_two_items(name: str) -> None:
    codes = code_list(name)
    assert codes.source
    assert len({i.code for i in codes.items}) == len(codes.items)
    numbers = [i.number for i in codes.items if i.number]
    assert len(set(numbers)) == len(numbers)
    assert all(_key(word) for item in codes.items for word in codes.accepted(item))
    assert clashes(codes) == []


def test_words_that_mean_two_items_are_told() -> None:
    row = {"short": "", "initials": "", "retired": ""}
    one = {"code": "1", "number": "1", "name": "脱贫户", "words": "贫困户", **row}
    other = {"code": "2", "number": "1", "name": "贫困户", "words": "", **row}
    found = dict(clashes(CodeList("x", map(item_of, (one, other)))))
    assert found == {"贫困户": ["脱贫户", "贫困户"], "1": ["脱贫户", "贫困户"]}


@pytest.mark.parametrize("name", list_names())
def test_every_label_and_code_with_its_label_is_understood_again(name: str) -> None:
    codes = code_list(name)
    labels = [i.short for i in codes.items]
    assert len(set(labels)) == len(labels)
    for item in codes.items:
        assert item.initials, item
        assert codes.recognise(item.short) == item.code
        if item.number:
            assert codes.recognise(f"{item.number} {item.short}") == item.code
            found = codes.by_number(item.number)
            assert found is not None
            assert found.code == item.code


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("sex", "男", "1"),
        ("sex", " 女性 ", "2"),
        ("sex", "1", "1"),
        ("sex", "\uff11", "1"),
        ("sex", "0", None),
        ("ethnicity", "汉", "01"),
        ("ethnicity", "苗 族", "06"),
        ("ethnicity", "傈傈族", "20"),
        ("ethnicity", "毛难族", "36"),
        ("ethnicity", "01", "01"),
        ("ethnicity", "1", "01"),
        ("relation", "户主", "02"),
        ("relation", "本人", "02"),
        ("relation", "之外孙女", "44"),
        ("relation", "01", None),
        ("relation", "02", "02"),
        ("relation", "2", None),  # the head's code without its zero, or number 2, the spouse
        ("relation", "10", None),  # the spouse's code, or number 10, a daughter's daughter
        ("relation", "2 配偶", "10"),
        ("relation", "2.配偶", "10"),
        ("relation", "3 配偶", None),
        ("relation", "父母", "50"),
        ("relation", "子女", None),
        ("relation", "之叔伯", "97"),
        ("education", "小学及以下", "80"),
        ("education", "文盲或半文盲", "90"),
        ("education", "90", None),  # two systems mean two things
        ("education", "1", "90"),
        ("education", "71", "71"),
        ("health", "6", "60"),
        ("health", "患有大病", "50"),
        ("health", "健康", "10"),
        ("work_ability", "弱(半)劳动力", "3"),
        ("employment_status", "04", "04"),
        ("employment_status", "4", "04"),
        ("employment_status", "打工", "04"),
        ("employment_status", "04 外出务工", "04"),
        ("industry", "c", "C"),
        ("industry", "C 制造业", "C"),
        ("industry", "纺织业", "17"),
        ("occupation", "6-18", "6-18"),
        ("occupation", "焊工", "6-18"),
        ("occupation", "6-18 焊工", "6-18"),
        ("work_place_scope", "市内县外", "2"),
        ("insurance", "新农合", "4"),
        ("household_kind", "建档立卡户", "1"),
        ("skill_level", "初级技工", "5"),
        ("in_school", "初一", "04"),
        ("sex", "", None),
        ("sex", "不详", None),
    ],
)
def test_texts_of_real_sheets_are_understood(name: str, text: str, code: str | None) -> None:
    assert code_list(name).recognise(text) == code


def test_words_that_need_the_sex_are_decided_by_it() -> None:
    relation = code_list("relation")
    assert relation.recognise("子女", sex="1") == "20"
    assert relation.recognise("子女", sex="2") == "30"
    assert relation.recognise("媳婿", sex="2") == "38"


def test_bare_digits_are_understood_when_their_meaning_is_said() -> None:
    relation = code_list("relation")
    assert relation.recognise("10", by="code") == "10"
    assert relation.recognise("10", by="number") == "44"


@pytest.mark.parametrize(
    ("name", "typed", "first"),
    [
        ("relation", "2", "10"),
        ("relation", "10", "44"),  # the paper's number before the stored code of 配偶
        ("relation", "02", "10"),  # as the form reads it: number 2, not the stored code of 户主
        ("relation", "98", "98"),  # no number on paper: the stored code
        ("relation", "po", "10"),
        ("relation", "配", "10"),
        ("relation", "hz", "02"),
        ("employment_status", "4", "04"),
        ("employment_status", "wc", "04"),
        ("industry", "c", "C"),
        ("ethnicity", "miao", None),
        ("ethnicity", "mz", "06"),
        ("occupation", "618", "6-18"),
        ("occupation", "焊", "6-18"),
    ],
)
def test_a_drop_down_finds_by_number_initials_or_text(
    name: str, typed: str, first: str | None
) -> None:
    found = code_list(name).search(typed)
    assert (found[0].code if found else None) == first


def test_after_the_papers_number_comes_the_stored_code_then_the_rest() -> None:
    found = [item.code for item in code_list("relation").search("10")]
    assert found[:2] == ["44", "10"]


def test_what_the_drop_down_offers_first_for_digits_is_what_the_field_reads() -> None:
    relation = code_list("relation")
    for number in range(1, 28):
        for typed in (str(number), f"{number:02}"):
            assert relation.search(typed)[0].code == relation.recognise(typed, by="number")


def test_an_empty_search_offers_all_with_the_papers_short_list_first() -> None:
    items = code_list("relation").search("")
    assert [i.number for i in items[:27]] == [str(n) for n in range(1, 28)]
    assert "99" not in {i.code for i in items}


def test_every_visit_result_says_what_follows() -> None:
    outcomes = {i.extra["outcome"] for i in code_list("visit_result").items}
    assert outcomes == {"done", "revisit", "reason"}


def test_every_finer_education_falls_in_a_numbered_bucket() -> None:
    education = code_list("education")
    for item in education.items:
        bucket = education.item(item.extra["bucket"])
        assert bucket is not None
        assert bucket.number


def test_codes_are_put_in_the_lists_order_without_doubles() -> None:
    assert code_list("health").order(["60", "10", "60"]) == ["10", "60"]
