"""First start without a window: which kind of station, which place, who, the recovery sheet, the
first round; or practice data, or a backup brought back.

Nothing is written before the third step is left, and nothing of it stays when that fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from laborclerk.catalog.division_codes import DivisionRow, Level
from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.progress import Progress
from laborclerk.store.keyring import CODE_LENGTH, tidy_code
from laborclerk.ui.doors import Doors
from laborclerk.ui.jobs import Runner
from laborclerk.ui.longwork import Ended, LongWork
from laborclerk.ui.screens.setup.divisions import Divisions, FileDivisions
from laborclerk.ui.screens.setup.places import PlaceChoice

if TYPE_CHECKING:
    from laborclerk.store.store import Store
    from laborclerk.ui.record_form import RecordForm
    from laborclerk.ui.screens.setup.work import Backup, Made

CHECKED = 5  # characters of the recovery code that are typed again
LEAVE = "恢复码还没有核对。现在离开,忘记密码时就没有办法了;可以以后在“设置·录入员”里换一个。"


class Kind(Enum):
    """What the first page offers: title and one sentence each."""

    TOWNSHIP = "乡镇站", "乡镇(街道)用:逐村逐户录入本辖区的户和人,上报给县里"
    COUNTY = "县站", "县(市、区)就业部门用:汇总各乡镇上报的数据,看全县进度"
    PRACTICE = "打开练习乡镇", "里面的人都是虚构的,随便练,不影响正式数据"
    PRACTICE_COUNTY = "打开练习县", "五个乡镇的人都已上报,练找人、派遣、报表;同样是虚构的"
    RESTORE = "从备份恢复", "换了电脑,或数据坏了:用备份文件(.lcbak)找回全部数据"


class Step(Enum):
    """The pages, with their titles in the row of steps."""

    KIND = "站点"
    PLACE = "地方"
    WHO = "录入员"
    SHEET = "恢复单"
    ROUND = "摸底轮次"
    RESTORE = "恢复"


PRACTICES = (Kind.PRACTICE, Kind.PRACTICE_COUNTY)
_LEVELS = {Kind.TOWNSHIP: Level.TOWNSHIP, Kind.COUNTY: Level.COUNTY}
_STATION = (Step.KIND, Step.PLACE, Step.WHO, Step.SHEET, Step.ROUND)


class View(Protocol):
    """What the presenter tells the screen."""

    def changed(self) -> None:
        """Show everything anew."""

    def start(self) -> None:
        """Another page, or the same again: the cursor to where it begins."""


class SetupPresenter:
    """State and actions. `opened` gets the open store. With `left` only a backup is brought back
    in place of a damaged store; going back calls it."""

    def __init__(
        self,
        folder: Path,
        doors: Doors,
        runner: Runner,
        view: View,
        opened: Callable[[Store], None],
        left: Callable[[], None] | None = None,
    ) -> None:
        self.folder = folder
        self.kind = Kind.TOWNSHIP if left is None else Kind.RESTORE
        self.step = Step.KIND if left is None else Step.RESTORE
        self.places: PlaceChoice | None = None
        self.made: Made | None = None
        self.backup: Backup | None = None
        self.round: RecordForm | None = None
        self.go_to: str | None = None  # the field of the round that stopped it
        self.work = LongWork(runner, view.changed)
        self.runner = runner
        self._doors, self._view = doors, view
        self._opened, self._left = opened, left
        self._country: Divisions | None = None
        self._rows: Sequence[DivisionRow] | None = None
        self._done = False

    # -- the way through -----------------------------------------------------------------------

    def steps(self) -> tuple[Step, ...]:
        """The pages of the way that is gone."""
        if self._left is not None:
            return (Step.RESTORE,)
        if self.kind is Kind.RESTORE:
            return Step.KIND, Step.RESTORE
        return _STATION if self.kind in _LEVELS else (Step.KIND,)

    @property
    def can_go_back(self) -> bool:
        """Whether the page before may still be changed."""
        return self.step is not Step.KIND and not self.work.running and self.made is None

    def back(self) -> None:
        """The page before."""
        if not self.can_go_back:
            return
        if self._left is not None:
            self._left()
            return
        steps = self.steps()
        self._go(steps[steps.index(self.step) - 1])

    def _go(self, step: Step) -> None:
        self.step = step
        self.work.ended = None
        self._view.changed()
        self._view.start()

    def warm_up(self) -> None:
        """Load divisions and the store's libraries while the first page is read."""

        def load(_progress: Progress) -> Divisions:
            from laborclerk.catalog.divisions import national
            from laborclerk.catalog.spelling import spelling

            spelling("乡镇")
            return national()

        def libraries(_progress: Progress) -> None:
            import_module("laborclerk.ui.screens.setup.work")

        self.runner.run(load, self._take_country, key="setup-divisions")
        self.runner.run(libraries, key="setup-warm")

    def _take_country(self, country: Divisions) -> None:
        self._country = country
        if self.places is None and self.kind in _LEVELS:
            self.places = PlaceChoice(country, _LEVELS[self.kind])
        if self.step is Step.PLACE:
            self._view.start()  # it was waited for

    # -- kind, place ---------------------------------------------------------------------------

    def choose(self, kind: Kind) -> None:
        """What is to be done on this computer."""
        if self.work.running or kind is self.kind:
            return
        self.kind = kind
        self.work.ended = None
        self._view.changed()

    def next_kind(self) -> None:
        """On from the first page."""
        if self.work.running:
            return
        if self.kind in PRACTICES:
            self.work.run(self.kind.value[0].replace("打开", "准备"), self._practise, self._enter)
            return
        if self.kind is Kind.RESTORE:
            self._go(Step.RESTORE)
            return
        level = _LEVELS[self.kind]
        if self.places is not None and self.places.level is not level:
            self.places.for_level(level)
        elif self.places is None and self._country is not None:
            self.places = PlaceChoice(self._country, level)
        self._go(Step.PLACE)

    def _practise(self, progress: Progress) -> Store:
        from laborclerk.ui.screens.setup.work import practice_station

        return practice_station(self._doors, progress, county=self.kind is Kind.PRACTICE_COUNTY)

    def warm_place(self) -> None:
        """Open the province's block in the worker before one of its counties is chosen."""
        places = self.places
        if places is None or not places.columns[0].chosen:
            return
        divisions, province = places.divisions, places.columns[0].chosen

        def work(_progress: Progress) -> None:
            cities = divisions.children(province)
            counties = divisions.children(cities[0].code) if cities else []
            if counties:
                divisions.children(counties[0].code)

        self.runner.run(work, key="setup-block")

    def use_file(self, file: Path | None) -> None:
        """Choose among the divisions of a file, or (None) of the whole country again."""
        country, level = self._country, _LEVELS.get(self.kind, Level.TOWNSHIP)
        if country is None:
            return
        if file is None:
            self._rows, self.places = None, PlaceChoice(country, level)
            self._go(Step.PLACE)
            return

        def work(_progress: Progress) -> Sequence[DivisionRow]:
            from laborclerk.features.registry.station import divisions_in

            return divisions_in(file)

        def done(rows: Sequence[DivisionRow]) -> Ended | None:
            self._rows = rows
            self.places = PlaceChoice(FileDivisions(rows, country), level, file.name)
            self._view.start()
            return None

        self.work.run(f"读 {file.name}", work, done)

    def next_place(self) -> None:
        """On from the place, when it is chosen."""
        places = self.places
        if places is None or self.work.running:
            return
        if places.chosen:
            self._go(Step.WHO)
            return
        what = "乡镇(街道)" if places.level is Level.TOWNSHIP else "县(市、区)"
        self.work.say(Ended(f"还没有选到{what}。请从左到右逐级选定", whole=False))

    # -- who -----------------------------------------------------------------------------------

    @staticmethod
    def refuse_name(name: str) -> str:
        """What is wrong with a clerk's name, '' when nothing."""
        return "" if name.strip() else "请填录入员姓名"

    def create(self, clerk: str, password: str) -> None:
        """Make the station; the view has seen to the password's rule."""
        places = self.places
        if places is None or not places.chosen or self.work.running or self.made is not None:
            return
        level, code, rows = places.level, places.chosen, self._rows

        def work(progress: Progress) -> Made:
            from laborclerk.ui.screens.setup.work import make_station

            return make_station(
                self._doors, self.folder, level, code, rows, clerk.strip(), password, progress
            )

        def done(made: Made) -> None:
            self.made = made
            self._go(Step.SHEET)

        self.work.run("建站", work, done, lambda _error: self._view.start())

    # -- recovery sheet ------------------------------------------------------------------------

    def refuse_code(self, typed: str) -> str:
        """What is wrong with the characters typed from the sheet, '' when they are right."""
        have, made = tidy_code(typed), self.made
        if made is None or have == tidy_code(made.code)[-CHECKED:]:
            return ""
        if len(have) < CHECKED:
            return f"请照抄下或印出的恢复码,输入最后 {CHECKED} 位"
        return f"不对。请看第 {CODE_LENGTH // CHECKED} 组,照纸上的输入"

    def sheet_taken(self, pages: int) -> None:
        """The recovery sheet was printed or saved: the journal notes it."""
        made = self.made
        if made is not None:
            self.runner.run(lambda _p: made.sheet_taken(pages))

    def next_sheet(self, typed: str) -> None:
        """On from the recovery code, when its end was typed from paper."""
        if self.made is None or self.refuse_code(typed):
            return
        from laborclerk.ui.screens.setup.work import round_form

        self.round = round_form(self.made.store)
        self._go(Step.ROUND)

    @property
    def question(self) -> str:
        """What to ask before the window closes now; '' when it may."""
        return LEAVE if self.step is Step.SHEET and self.made is not None else ""

    # -- first round ---------------------------------------------------------------------------

    def explanation(self) -> list[str]:
        """What the chosen labour-force rule means."""
        from laborclerk.catalog.retirement import labour_rule
        from laborclerk.ui.labour import explain

        values = self.round.values if self.round else {}
        try:
            rule = labour_rule(str(values.get("labour_rule") or ""))
        except KeyError:
            return ["请选劳动力口径:谁算劳动力"]
        return explain(rule, str(values.get("reference_date") or ""))

    def next_round(self) -> None:
        """Open the round, then the station."""
        form, made = self.round, self.made
        if form is None or made is None or self.work.running:
            return
        self.go_to = form.stop()
        if self.go_to:
            self.work.say(Ended("还有项目没有填好,见标红处", whole=False))
            return

        def work(_progress: Progress) -> None:
            from laborclerk.ui.screens.setup.work import begin_round

            begin_round(made.store, form)

        def failed(error: BaseException) -> None:
            if isinstance(error, Rejected):
                self.go_to = form.refuse(error.problems)
            self._view.changed()

        self.work.run("开轮次", work, lambda _: self._enter(made.store), failed)

    def skip_round(self) -> None:
        """Into the station without a round; it can be opened in the settings."""
        if self.made is not None and not self.work.running:
            self._enter(self.made.store)

    # -- backup --------------------------------------------------------------------------------

    def look_into(self, file: Path) -> None:
        """See what a backup file holds."""

        def work(_progress: Progress) -> Backup:
            from laborclerk.ui.screens.setup.work import look_into

            return look_into(file)

        def done(backup: Backup) -> None:
            self.backup = backup
            self._view.start()

        def failed(error: BaseException) -> None:
            self.backup = None
            self._view.changed()

        self.work.run("看备份", work, done, failed)

    def restore(self, clerk: str, password: str = "", code: str = "", new: str = "") -> None:
        """Bring the backup back as `clerk`, opened by her password of that day, or by the recovery
        code with a new password."""
        backup = self.backup
        if backup is None or self.work.running:
            return
        have = len(tidy_code(code))
        wrong = "" if code or password else "请输入做备份那天的密码"
        if code and have != CODE_LENGTH:
            wrong = f"恢复码共 {CODE_LENGTH} 位,现在是 {have} 位。请照恢复单核对"
        if wrong:
            self.work.say(Ended(wrong, whole=False))
            self._view.start()
            return

        def work(progress: Progress) -> Store:
            from laborclerk.ui.screens.setup.work import restore_station

            return restore_station(
                self._doors, backup.file, self.folder, clerk,
                lambda ring: ring.recover(code) if code else ring.unlock(clerk, password),
                new if code else "", progress,
            )  # fmt: skip

        self.work.run("恢复", work, self._enter, lambda _error: self._view.start())

    # ------------------------------------------------------------------------------------------

    def _enter(self, store: Store) -> None:
        self._done = True
        self._opened(store)

    def abandon(self) -> None:
        """The window closes: a store that was made and not handed over is closed."""
        if self.made is not None and not self._done:
            self._done = True
            self.made.store.close()
