"""What is wrong or rare in the practice township on purpose, listed exactly.

Tests hold the program's answers against these lists. All ids are record ids; a place is a place id.
The terms are those of `coverage.states`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Pair = tuple[int, int]


@dataclass
class Planted:
    """Filled while the township is made; complete when `service.fill` returns it."""

    round: int = 0

    # gaps of places
    empty_village: int = 0  # not a single group or household
    empty_groups: list[int] = field(default_factory=list)  # no household in a village that has some
    signed_village: int = 0
    changed_after_signing: list[int] = field(default_factory=list)  # households
    no_report: list[int] = field(default_factory=list)  # groups without a report for `report_month`
    report_month: str = ""
    paper: dict[int, tuple[int, int, int]] = field(default_factory=dict)  # issued, returned, void
    laptops: dict[int, str] = field(default_factory=dict)  # village → letter

    # households: every one that is not deleted stands in exactly one of these
    done: list[int] = field(default_factory=list)
    unfinished: list[int] = field(default_factory=list)
    revisit: list[int] = field(default_factory=list)  # the next visit is still to come
    overdue: list[int] = field(default_factory=list)  # the next visit should have been
    explained: list[int] = field(default_factory=list)  # 空挂户核实 and the like
    unvisited: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)  # in the frame, exist no more

    # and some of them here too
    found: list[int] = field(default_factory=list)  # 在住不在册: due, not in the frame
    registered_elsewhere: list[int] = field(default_factory=list)  # 人户分离
    wholly_away: list[int] = field(default_factory=list)  # 整户外出
    empty_registration: list[int] = field(default_factory=list)  # 空挂户
    largest: int = 0  # 18 persons
    persons_missing: dict[int, int] = field(default_factory=dict)  # household → how many

    # persons
    items_missing: dict[int, tuple[str, ...]] = field(default_factory=dict)
    not_due: list[int] = field(default_factory=list)  # dead, moved out, settled abroad, born after
    due_all_the_same: list[int] = field(default_factory=list)  # died or left after the day
    newborn: list[int] = field(default_factory=list)  # due, not in the frame's count
    deleted: list[int] = field(default_factory=list)
    same_id: list[Pair] = field(default_factory=list)  # one number in two villages
    old_and_new_id: list[Pair] = field(default_factory=list)  # 15 and 18 digits of one person
    same_name_and_birth: list[Pair] = field(default_factory=list)  # numbers differ
    namesakes: dict[str, list[int]] = field(default_factory=dict)  # different people, one name
    rare_names: dict[str, int] = field(default_factory=dict)

    # a county: who can weld, looks for work and wants to go to 福州, by township
    welders: list[int] = field(default_factory=list)

    # demand
    posts: dict[str, int] = field(default_factory=dict)  # name → post
    answers: dict[int, str] = field(default_factory=dict)  # person → answer, of the welders' post
    late_fair: int = 0  # after the lantern festival, without a reason

    # the work register: kind of mismatch → persons that have it by intent; groups
    work: dict[str, list[int]] = field(default_factory=dict)
    no_work_update: list[int] = field(default_factory=list)  # of October
    wrong_work_update: list[int] = field(default_factory=list)  # told other numbers

    # job seekers: state → persons whose latest registration stands so
    seeking: dict[str, list[int]] = field(default_factory=dict)

    # dispatch
    batch: int = 0  # leaves next week, from more than the people of one township without a leader
    changed_after_printing: int = 0  # person who will not go after all: the roster's next edition
    wrong_campaign: int = 0  # its mean does not follow from its total

    @property
    def doubles(self) -> list[Pair]:
        """All pairs that are one person, however it shows."""
        return [*self.same_id, *self.old_and_new_id, *self.same_name_and_birth]
