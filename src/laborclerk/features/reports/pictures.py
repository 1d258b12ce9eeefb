"""The chart of a report; one that has nothing to draw has none."""

from __future__ import annotations

from itertools import pairwise

from laborclerk.features.dispatch.outcome import ABSENT
from laborclerk.features.reports.counts import AWAY, MEN, WOMEN, Line, Report
from laborclerk.features.reports.kinds import REPORTS, UNKNOWN, ReportKind
from laborclerk.features.reports.posts import share_of
from laborclerk.features.reports.rules import percent
from laborclerk.printing.chart_files import Sheet
from laborclerk.printing.charts import (
    Band,
    Bar,
    Bars,
    Chart,
    Funnel,
    Pyramid,
    Step,
    Tiles,
)


def charts_of(found: Report) -> list[tuple[str, Chart]]:
    """The charts of a report, each with what it shows."""
    kind = found.kind
    if not found.lines or not found.lines[0].values:
        return []
    if kind is ReportKind.PLACE:
        tiles = {line.key: line.whole for line in found.lines if line.key != UNKNOWN}
        return [("各省人数", Tiles(tiles, found.home)), ("从多到少", _bars(found))]
    if kind in (ReportKind.ORGANISED, ReportKind.STABLE):
        return [("按地方", _rates(found)), ("分类", _bars(found))]
    if kind is ReportKind.FAIRS:
        steps = found.lines[2:]
        funnel = Funnel([Step(s.brief or s.label, s.whole, percent(s.share)) for s in steps])
        return [("从岗位到到岗", funnel)]
    if kind is ReportKind.POSTS:
        first = found.columns[:2]  # all posts, and the one that was asked for most
        return [(c.name, _of_post(found, at)) for at, c in enumerate(first)]
    if kind is ReportKind.AGES:
        return [("年龄性别", _pyramid(found))]
    if kind is ReportKind.SUMMARY:
        return [
            (name, Bars([_bar(line) for line in found.lines if line.key.startswith(group)]))
            for name, group in (("外出地点", "place_"), ("外出渠道", "channel_"))
        ]
    return [("人数", _bars(found))]


def _of_post(found: Report, at: int) -> Funnel:
    """The steps of one column; who was asked is no share of those wanted."""
    steps = [s for s in found.lines if s.key != ABSENT]
    values = [int(s.values[at]) for s in steps]
    shares = ["", "", *(percent(share_of(b, a)) for a, b in pairwise(values[1:]))]
    return Funnel([Step(*s) for s in zip((s.brief for s in steps), values, shares, strict=True)])


def _bars(found: Report) -> Bars:
    return Bars([_bar(line) for line in found.lines])


def _bar(line: Line) -> Bar:
    share = f"　{percent(line.share)}" if line.share is not None else ""
    return Bar(line.brief or line.label, line.whole, f"{line.whole:,}{share}", line.key == UNKNOWN)


def _rates(found: Report) -> Bars:
    """The rate of each place below, and of the whole first."""
    shares, parts, sums = found.line("rate"), found.lines[0], found.line("total")
    bars = []
    rows = zip(found.columns, shares.values, parts.values, sums.values, strict=True)
    for column, share, part, whole in rows:
        if share:
            told = f"{share}　{part:,}/{whole:,}"
            bars.append(Bar(column.name, float(str(share).rstrip("%")), told))
    return Bars(bars, 100.0)


def _pyramid(found: Report) -> Pyramid:
    at = {c.key: n for n, c in enumerate(found.columns)}

    def of(line: Line, column: str) -> int:
        value = line.values[at[column]]
        return value if isinstance(value, int) else 0

    return Pyramid(
        [
            Band(line.label.removesuffix("岁"), of(line, MEN), of(line, MEN + AWAY),
                 of(line, WOMEN), of(line, WOMEN + AWAY))
            for line in found.lines
            if line.key != UNKNOWN
        ]
    )  # fmt: skip


def sheet_of(found: Report) -> Sheet | None:
    """The first chart of a report as a picture to put elsewhere."""
    charts = charts_of(found)
    if not charts:
        return None
    named = REPORTS[found.kind]
    about = f"{found.where}　统计日 {found.on}　单位：{named.unit}"
    return Sheet(named.title, about, found.rule, charts[0][1])
