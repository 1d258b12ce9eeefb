"""What is entered on the screen of dispatch: a batch, its people, arrivals, absences, returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from laborclerk.catalog.fields import Field, Text, Value
from laborclerk.catalog.values import Context
from laborclerk.features.dispatch import service, travels
from laborclerk.features.dispatch.batches import MemberLine, willing
from laborclerk.features.dispatch.model import (
    Batch,
    BatchLeader,
    BatchMember,
    PostChange,
)
from laborclerk.features.dispatch.service import Done
from laborclerk.features.registry.lookup import one_person
from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import Record, values_of
from laborclerk.ui.asked import Asked, form_of
from laborclerk.ui.jobs import Way
from laborclerk.ui.longwork import Ended, told
from laborclerk.ui.record_form import RecordForm
from laborclerk.ui.station import Station

BATCH_FIELDS = (
    "name", "destination", "departs", "arrives", "employer_name", "job", "address", "organiser",
    "gather_time", "gather_place", "transport", "transport_number", "point_to_point", "leader",
    "leader_phone", "station", "station_contact", "station_phone", "number", "note",
)  # fmt: skip
MEMBER_FIELDS = (
    "job", "wage", "contract", "health_check", "injury_insurance", "first_time", "referrer",
    "contact", "contact_phone", "note",
)  # fmt: skip
WHO = Field(
    "who", "加谁", Text(400), required=True, help="姓名、证件号码或编号;几个人用空格隔开"
)  # fmt: skip


class Home(Protocol):
    """What is looked at (the presenter)."""

    ended: Ended | None

    @property
    def today(self) -> str: ...

    @property
    def batch(self) -> int | None: ...

    def shown(self) -> None: ...


class Entering:
    """What is entered for the batch that is looked at."""

    def __init__(self, station: Station, home: Home) -> None:
        self._station, self._home = station, home
        self.asked: Asked[Done] | None = None
        self.go_to: str | None = None
        self.made: int | None = None  # the batch that was just made

    # -- asking --------------------------------------------------------------------------------

    def new_batch(self, told: Mapping[str, Value] | None = None) -> None:
        """A batch from nothing, or with what a post tells of it; its number is made when it is
        kept."""
        store, told = self._station.store, told or {}
        shown = {k: v for k, v in told.items() if k in BATCH_FIELDS}
        behind = {k: v for k, v in told.items() if k not in BATCH_FIELDS}  # employer and post
        self._ask(
            "新建一批(编号不填由程序编)", Batch, BATCH_FIELDS,
            {"departs": self._home.today, "transport": "1", "point_to_point": True, **shown},
            "name", lambda v, _: service.save_batch(store, {**v, **behind}), "已新建",
            required=("name", "destination", "departs"),
        )  # fmt: skip

    def for_post(self, post: int) -> None:
        """A batch of people for a post: where it goes is known."""
        store, runner = self._station.store, self._station.runner

        def work(_progress: Progress) -> dict[str, Value]:
            with store.read() as session:
                return service.told_by_post(session, post)

        runner.run(work, self.new_batch, way=Way.LOOK, key="dispatch-post")

    def change_batch(self, values: Mapping[str, Any]) -> None:
        """The batch that is looked at."""
        store, batch = self._station.store, self._home.batch
        if batch is not None:
            self._ask(
                f"改这一批 · {values.get('name')}", Batch, BATCH_FIELDS,
                {k: values.get(k) for k in BATCH_FIELDS}, "name",
                lambda v, seen: service.save_batch(store, v, batch, seen), "已改",
            )  # fmt: skip

    def add_people(self) -> None:
        """Persons by name or number."""
        store, batch = self._station.store, self._home.batch
        if batch is None:
            return

        def keep(values: dict[str, Any], _seen: dict[str, Any]) -> Done:
            texts = str(values["who"]).replace("\u3000", " ").replace("、", " ").split()
            with store.read() as session:
                found = [one_person(session, text).id for text in texts]
            return service.add_members(store, batch, found)

        form = RecordForm({"who": WHO}, {}, self._context)
        self._show(Asked("往这一批加人", form, "who", keep, "已加入"))

    def add_willing(self, post: int | None) -> None:
        """Everybody who said yes to the batch's post."""
        store, batch = self._station.store, self._home.batch
        if batch is None or post is None:
            self._say("这一批没有对应的用工岗位。请按 J 逐个加人", whole=False)
            return

        def work(_progress: Progress) -> Done:
            with store.read() as session:
                people = willing(session, post)
            return service.add_members(store, batch, people)

        self._run(work, "已加入愿意去的")

    def change_members(self, lines: Sequence[MemberLine]) -> None:
        """The papers and terms of the chosen members."""
        store, ids = self._station.store, [m.id for m in lines]
        if len(ids) == 1:
            self._change_member(lines[0])
        elif ids:
            self._ask(
                f"改 · {len(ids)} 人,只改填了的项", BatchMember, MEMBER_FIELDS, {}, "contract",
                lambda v, _: service.change_members(store, ids, _filled(v)), "已改",
            )  # fmt: skip

    def _change_member(self, line: MemberLine) -> None:
        store, runner = self._station.store, self._station.runner

        def work(_progress: Progress) -> dict[str, Value]:
            with store.read() as session:
                return values_of(session.get_one(BatchMember, line.id))

        def done(values: dict[str, Value]) -> None:
            self._ask(
                f"改 · {line.name}", BatchMember, MEMBER_FIELDS, values, "contract",
                lambda v, seen: service.change_members(store, [line.id], v, seen), "已改",
            )  # fmt: skip

        runner.run(work, done, way=Way.LOOK, key="dispatch-member")

    def arrive(self, lines: Sequence[MemberLine]) -> None:
        """Who arrived, and when."""
        store, ids = self._station.store, [m.id for m in lines]
        seen = {m.id: m.status for m in lines}
        self._ask(
            f"确认到岗 · {_who(lines)}", BatchMember, ("arrived",), {"arrived": self._home.today},
            "arrived", lambda v, _: _told(seen, travels.arrive, store, ids, v["arrived"]),
            "已确认到岗",
            required=("arrived",),
        )  # fmt: skip

    def absent(self, lines: Sequence[MemberLine], *, left: bool) -> None:
        """Who did not go, or went and did not arrive."""
        store, ids = self._station.store, [m.id for m in lines]
        word, seen = "走了没到岗" if left else "未成行", {m.id: m.status for m in lines}
        self._ask(
            f"{word} · {_who(lines)}", BatchMember, ("absence",), {}, "absence",
            lambda v, _: _told(seen, travels.absent, store, ids, v["absence"], left=left),
            f"已登记{word}",
            required=("absence",),
        )  # fmt: skip

    def change_post(self, line: MemberLine) -> None:
        """Another post at the destination."""
        store = self._station.store
        self._ask(
            f"调整岗位 · {line.name}(务工不中断)", PostChange,
            ("date", "after", "wage", "employer_name", "reason"),
            {"date": self._home.today}, "after",
            lambda v, _: travels.change_post(store, line.id, v), "已调岗",
            required=("date", "after"),
        )  # fmt: skip

    def come_home(self, lines: Sequence[MemberLine]) -> None:
        """Who came back, when and why."""
        store, ids = self._station.store, [m.id for m in lines]
        self._ask(
            f"返乡 · {_who(lines)}", BatchMember, ("returned", "return_reason"),
            {"returned": self._home.today}, "return_reason",
            lambda v, _: travels.come_home(store, ids, v["returned"], v["return_reason"]),
            "已登记返乡", required=("returned", "return_reason"),
        )  # fmt: skip

    def leader(self, place: int, name: str, phone: str) -> None:
        """Who leads the people of a township; an empty name takes the leader away."""
        store, batch = self._station.store, self._home.batch
        if batch is not None and place:
            self._ask(
                f"带队人 · {self._station.tree.name(place)}(超过20人的乡镇要有,004-20)",
                BatchLeader, ("name", "phone"), {"name": name or None, "phone": phone or None},
                "name", lambda v, seen: service.set_leader(
                    store, batch, place, v.get("name") or "", v.get("phone") or "", seen),
                "已指定带队人", required=(),
            )  # fmt: skip

    def remove(self, lines: Sequence[MemberLine]) -> None:
        """Take members out, without asking again: Ctrl+Z brings them back."""
        store, ids = self._station.store, [m.id for m in lines]
        self._run(lambda _p: service.remove_members(store, ids), f"已移出 {_who(lines)}")

    def _ask(
        self, title: str, model: type[Record], keys: Sequence[str], values: dict[str, Any],
        first: str, keep: Callable[[dict[str, Any], dict[str, Any]], Done], word: str,
        required: Sequence[str] | None = None,
    ) -> None:  # fmt: skip
        form = form_of(model, keys, values, self._context, required)
        self._show(Asked(title, form, first, keep, word))

    def _context(self) -> Context:
        return Context(today=self._home.today, codes_by="number")

    def _show(self, asked: Asked[Done]) -> None:
        self.asked, self._home.ended = asked, None
        self._home.shown()

    # -- keeping -------------------------------------------------------------------------------

    def keep(self) -> None:
        """Keep what is asked; what stops it is marked in the form."""
        asked = self.asked
        if asked is None:
            return
        self.go_to = asked.form.stop()
        if self.go_to is not None:
            self._say("还有项目没有填好,见标红处", whole=False)
            return
        act = asked.entered()
        self._run(lambda _p: act(), asked.word, asked)

    def drop(self) -> None:
        """Keep nothing of it."""
        self.asked = None
        self._home.shown()

    def _run(
        self, work: Callable[[Progress], Done], word: str, asked: Asked[Done] | None = None
    ) -> None:  # fmt: skip
        runner = self._station.runner

        def done(kept: Done) -> None:
            if asked is self.asked:
                self.asked = None
            self.made = kept.ids[0] if word == "已新建" and kept.ids else None
            lines = [p.text for p in kept.problems]
            several = len(kept.ids) > 1 or asked is None or word.startswith("已加入")
            more = f" {len(kept.ids)} 人" if several else ""
            self._home.ended = Ended("。".join([word + more, *lines[:3]]), whole=not lines)
            runner.changed(kept.touched)
            self._home.shown()

        def failed(error: BaseException) -> None:
            if asked is not None and isinstance(error, Rejected):
                self.go_to = asked.form.refuse(error.problems)
            self._home.ended = told(error)
            self._home.shown()
            if self._home.ended is None:
                runner.fail(error)

        runner.run(work, done, failed)

    def _say(self, text: str, *, whole: bool) -> None:
        self._home.ended = Ended(text, whole=whole)
        self._home.shown()


def _told(seen: dict[int, str], do: Callable[..., Done], *args: Any, **more: Any) -> Done:
    """Do it with the statuses that were seen; what a refusal tells of is seen the next time."""
    try:
        return do(*args, **more, seen=seen)
    except Rejected as error:
        seen.update((p.params["member"], p.params["now"]) for p in error.problems
                    if "member" in p.params)  # fmt: skip
        raise


def _filled(values: Mapping[str, Value]) -> dict[str, Value]:
    return {key: value for key, value in values.items() if value is not None}


def _who(lines: Sequence[MemberLine]) -> str:
    names = "、".join(m.name for m in lines[:3])
    return names if len(lines) <= 3 else f"{names}等 {len(lines)} 人"
