"""The settings without a window: rounds and their checks, clerks, backups, look, words, log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.app import open_station
from laborclerk.catalog.retirement import LABOUR_RULES, LabourRule, labour_rule
from laborclerk.features.census.rounds import current_round, round_facts
from laborclerk.kernel.errors import Rejected
from laborclerk.store.journal import Act, Entry, Kind, unpack_changes
from laborclerk.store.store import Store
from laborclerk.ui.drives import Drive
from laborclerk.ui.entry import FieldState
from laborclerk.ui.jobs import InlineRunner
from laborclerk.ui.labour import explain
from laborclerk.ui.look import Look, load, save
from laborclerk.ui.screens.settings.backups import Backups
from laborclerk.ui.screens.settings.presenter import SettingsPresenter
from tests.unit.ui.stations import CLERK, Screen, add_household, found, opened


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = found(tmp_path / "township", "township", round_=False)
    yield made
    made.close()


@pytest.fixture
def presenter(store: Store, tmp_path: Path) -> SettingsPresenter:
    stick = tmp_path / "stick"
    stick.mkdir()
    drives = [Drive(stick, "KINGSTON", 2**30)]
    made = SettingsPresenter(opened(store), Screen(), lambda: drives, look_folder=tmp_path / "look")
    made.load()
    return made


# -- rounds --------------------------------------------------------------------------------------


def test_without_a_round_a_new_one_is_begun_with_what_is_usual(
    presenter: SettingsPresenter, store: Store
) -> None:
    form = presenter.rounds.form
    assert form is not None
    assert presenter.rounds.round_id is None
    assert form.values["starts"] == store.clock.today()
    assert form.values["labour_rule"] == "statutory-2024"
    assert str(form.values["name"]).endswith("摸底")


def test_a_round_is_kept_with_its_items_and_severities(
    presenter: SettingsPresenter, store: Store
) -> None:
    rounds = presenter.rounds
    assert rounds.form is not None
    rounds.form.enter("name", "2026年秋季摸底")
    rounds.form.enter("form_number", "镇劳1表")
    rounds.toggle_item("phone")
    rounds.toggle_item("channel")
    rounds.set_severity("head_name_differs", "block")
    rounds.set_severity("income_odd", "ignore")
    rounds.save()
    assert rounds.ended is not None
    assert rounds.ended.whole
    with store.read() as session:
        record = current_round(session)
        assert record is not None
        facts = round_facts(record)
        assert record.form_number == "镇劳1表"
    assert "phone" in facts.required
    assert "channel" not in facts.required
    assert dict(facts.severities) == {"head_name_differs": "block", "income_odd": "ignore"}


def test_a_severity_set_back_to_the_default_is_not_kept(presenter: SettingsPresenter) -> None:
    rounds = presenter.rounds
    rounds.set_severity("income_odd", "block")
    rounds.set_severity("income_odd", "warn")
    rounds.save()
    assert rounds.lines[0].values["severities"] is None


def test_an_empty_required_field_stops_the_round_at_the_field(
    presenter: SettingsPresenter, store: Store
) -> None:
    rounds = presenter.rounds
    assert rounds.form is not None
    rounds.form.enter("name", "")
    rounds.save()
    assert rounds.go_to == "name"
    assert rounds.form.shown("name").state is FieldState.WRONG
    with store.read() as session:
        assert current_round(session) is None


def test_a_date_that_cannot_be_read_stays_as_typed_and_stops_saving(
    presenter: SettingsPresenter,
) -> None:
    rounds = presenter.rounds
    assert rounds.form is not None
    rounds.form.enter("ends", "2026-13-40")
    assert rounds.form.shown("ends").text == "2026-13-40"
    rounds.save()
    assert rounds.go_to == "ends"


def test_a_closed_round_can_only_be_looked_at_and_a_new_one_carries_its_numbers(
    presenter: SettingsPresenter,
) -> None:
    rounds = presenter.rounds
    assert rounds.form is not None
    rounds.form.enter("maker", "某某县人力资源和社会保障局")
    rounds.save()
    assert not rounds.may_begin
    rounds.close()
    assert rounds.closed
    assert rounds.may_begin
    rounds.toggle_item("phone")
    assert not rounds.form.dirty
    rounds.begin()
    assert rounds.form.values["maker"] == "某某县人力资源和社会保障局"
    assert rounds.round_id is None


def test_every_check_is_listed_with_its_source_and_no_placeholder(
    presenter: SettingsPresenter,
) -> None:
    lines = presenter.rounds.checks()
    assert len(lines) > 30
    assert all("{" not in line.text and line.source for line in lines)


@pytest.mark.parametrize("rule", LABOUR_RULES, ids=lambda r: r.code)
def test_every_labour_rule_is_explained_with_its_source(rule: LabourRule) -> None:
    lines = explain(rule, "2026-11-01")
    assert any(line.startswith("依据:") for line in lines)
    assert any("2010-11-01 及以前出生" in line for line in lines)


def test_the_statutory_rule_names_the_birth_dates_it_draws_the_line_at() -> None:
    lines = explain(labour_rule("statutory-2024"), "2026-11-01")
    # 2024-09-13 decision: a man of 1966-06-01 reaches 60 years and 5 months on 2026-11-01 itself
    assert any("男 1966-06-02 及以后" in line and "女 1971-06-02 及以后" in line for line in lines)


# -- clerks --------------------------------------------------------------------------------------


def test_a_new_clerk_logs_in_and_a_stopped_one_does_not(
    presenter: SettingsPresenter, store: Store
) -> None:
    clerks = presenter.clerks
    clerks.add("李录入", "another-1")
    assert [(c.name, c.disabled, c.self_) for c in clerks.lines] == [
        (CLERK, False, True),
        ("李录入", False, False),
    ]
    open_station(store.folder, "李录入", "another-1").close()
    clerks.disable("李录入")
    with pytest.raises(Rejected):
        open_station(store.folder, "李录入", "another-1")
    clerks.set_password("李录入", "third-one")
    open_station(store.folder, "李录入", "third-one").close()


def printed(store: Store) -> list[tuple[str, object, object]]:
    """What the journal says left the house on paper: use case, document, pages."""
    with store.read() as session:
        notes = session.execute(
            sa.select(Act.use_case, Entry.changes)
            .join(Entry, (Entry.device == Act.device) & (Entry.act == Act.act))
            .where(Entry.kind == Kind.NOTE, Act.use_case.like("print.%"))
        ).all()
        facts = [(use_case, unpack_changes(blob)) for use_case, blob in notes]
        return [(use_case, f["document"][1], f["pages"][1]) for use_case, f in facts]


def test_the_only_clerk_is_not_stopped_and_it_says_why(presenter: SettingsPresenter) -> None:
    presenter.clerks.disable(CLERK)
    assert presenter.clerks.ended is not None
    assert "唯一" in presenter.clerks.ended.text


def test_a_new_recovery_code_gives_a_sheet_to_print_and_is_then_forgotten(
    presenter: SettingsPresenter,
) -> None:
    presenter.clerks.new_recovery()
    assert presenter.clerks.sheet is not None
    assert presenter.clerks.sheet.title == "数据恢复单"
    presenter.clerks.sheet_shown()
    assert presenter.clerks.sheet is None
    presenter.clerks.sheet_taken(1)
    assert printed(presenter.station.store) == [("print.recovery-sheet", "recovery-sheet", 1)]


def test_the_countys_own_wording_is_kept_and_given_up(presenter: SettingsPresenter) -> None:
    notices = presenter.notices
    assert notices.notice is not None
    assert not notices.notice.confirmed
    proposed = notices.notice.text
    notices.keep("只用于就业服务。", "本次调查由县人社局组织。")
    assert notices.notice.confirmed
    assert notices.notice.text == "本次调查由县人社局组织。"
    notices.choose(notices.bases[0][0])
    assert not notices.notice.confirmed
    notices.choose(notices.bases[-1][0])
    notices.keep("", "")
    assert notices.notice.text == proposed


# -- backups, look, words, log -------------------------------------------------------------------


def test_a_backup_to_a_stick_is_listed_and_says_where_it_is(
    presenter: SettingsPresenter, store: Store
) -> None:
    add_household(store, "0001", "周测试") if presenter.rounds.lines else None
    drive = presenter.backups.drives[0]
    stick = drive.path
    presenter.backups.backup_now(stick)
    ended = presenter.backups.work.ended
    assert ended is not None
    assert ended.whole
    assert f"{drive.name} › {presenter.backups.file_name()}" in ended.text
    assert presenter.backups.facts is not None
    assert [f.file.parent for f in presenter.backups.facts.files] == [stick]
    assert presenter.backups.facts.state.last is not None


def test_backups_in_folders_of_the_clerks_choice_are_listed_in_another_session(
    presenter: SettingsPresenter, tmp_path: Path
) -> None:
    folders = [tmp_path / f"chosen-{n}" for n in range(3)]
    for folder in folders:
        folder.mkdir()
        presenter.backups.backup_now(folder)
    folders.pop(0).joinpath(presenter.backups.file_name()).unlink()
    later = Backups(presenter.station.store, InlineRunner(), list, lambda: None)
    later.refresh()
    assert later.facts is not None
    assert {f.file.parent for f in later.facts.files} == set(folders)


def test_a_backup_that_cannot_be_written_says_so(
    presenter: SettingsPresenter, tmp_path: Path
) -> None:
    presenter.backups.backup_now(tmp_path / "pulled-out")
    assert presenter.backups.work.ended is not None
    assert not presenter.backups.work.ended.whole


def test_the_backup_folder_is_kept(presenter: SettingsPresenter, tmp_path: Path) -> None:
    presenter.backups.set_folder(tmp_path / "there")
    assert presenter.backups.facts is not None
    assert presenter.backups.facts.folder == tmp_path / "there"
    presenter.backups.set_folder(None)
    assert presenter.backups.facts.own


def test_the_look_is_kept_on_this_computer(presenter: SettingsPresenter, tmp_path: Path) -> None:
    presenter.set_look(Look("dark", True, 150))
    assert load(tmp_path / "look") == Look("dark", True, 150)


@pytest.mark.parametrize("text", ["", "[]", '{"scale": "big", "theme": 3}', "{"])
def test_an_unreadable_look_is_the_standard_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "look.json").write_text(text)
    assert load(tmp_path) == Look()
    save(Look(large=True), tmp_path)
    assert load(tmp_path).large


def test_the_word_for_groups_is_a_setting(presenter: SettingsPresenter, store: Store) -> None:
    presenter.set_word("社")
    assert store.setting("words.group") == "社"
    assert presenter.word == "社"


def test_the_log_is_written_where_the_clerk_wants_it(
    presenter: SettingsPresenter, tmp_path: Path
) -> None:
    presenter.save_log(tmp_path / "log.txt")
    assert "laborclerk" in (tmp_path / "log.txt").read_text("utf-8")
    presenter.save_log(tmp_path / "nowhere" / "log.txt")
    assert presenter.saving.ended is not None
    assert not presenter.saving.ended.whole
