"""Results as tables: text for a terminal, Markdown for a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from bench.cases import FLOORS, SCENARIOS, USUAL_SLOTS, Case
from bench.figures import Spread
from bench.ratios import ratios
from bench.results import Results, Row

Spreads = dict[str, Spread]
Column = tuple[str, Callable[[Spreads], str]]
MOST_OTHERS = 0.1
"""Of the machine: more than that for other work, and a run says so."""
LEAST_SHARE = 0.98
"""Who delivers less is marked: its price is that of another service."""


def _plain(name: str, digits: int, *, spread: bool = False) -> Callable[[Spreads], str]:
    def cell(found: Spreads) -> str:
        one = found.get(name)
        if one is None:
            return "-"
        said = f"{one.median:.{digits}f}"
        return f"{said} ({one.low:.{digits}f}-{one.high:.{digits}f})" if spread else said

    return cell


def _percent(name: str) -> Callable[[Spreads], str]:
    def cell(found: Spreads) -> str:
        one = found.get(name)
        return "-" if one is None else f"{one.median:.0%}"

    return cell


def _share(found: Spreads) -> str:
    one = found.get("share")
    if one is None:
        return "-"
    return f"{one.low:.1%}" + (" (!)" if one.low < LEAST_SHARE else "")


def _lost(found: Spreads) -> str:
    one, unread = found.get("lost"), found.get("unread")
    if one is None:
        return "-"
    return f"{one.high:.0f}" + (f" ({unread.high:.0f} unread)" if unread is not None and unread.high else "")


FLOW: Sequence[Column] = (
    ("us a packet", _plain("server_us", 2, spread=True)),
    ("media threads", _plain("worker_us", 2)),
    ("core", _percent("core_busy")),
    ("machine", _percent("machine_busy")),
    ("p50 ms", _plain("p50_ms", 2)),
    ("p99 ms", _plain("p99_ms", 2, spread=True)),
    ("worst ms", _plain("worst_ms", 1)),
    ("lost", _lost),
    ("delivered", _share),
    ("MiB a viewer", _plain("mib_a_viewer", 2)),
)
JOINS: Sequence[Column] = (
    ("p50 ms", _plain("join_p50_ms", 0, spread=True)),
    ("p99 ms", _plain("join_p99_ms", 0, spread=True)),
    ("p99 ms of who is there", _plain("watched_p99_ms", 2, spread=True)),
)


def text(results: Results) -> str:
    """All settings, one table each, in columns."""
    parts = []
    for setting, rows in settings(results):
        lines = cells(rows)
        widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
        table = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines
        ]
        parts.append("\n".join([setting, *(line.rstrip() for line in table), *_failed(rows)]))
    beside = "\n".join(
        f"{what}: {medians}; round by round {rounds} ({count} rounds)"
        for what, medians, rounds, count in _ratios(results)
    )
    return "\n\n".join([*parts, *filter(None, [beside]), _foot(results)])


def markdown(results: Results) -> str:
    """The same for a page, after a table of prices by size."""
    parts = [overview(results), side_by_side(results)]
    for setting, rows in settings(results):
        parts.append(f"### {setting.capitalize()}\n\n" + _rows(cells(rows)))
        if failed := _failed(rows):
            parts.append("\n".join(f"- {line}" for line in failed))
    return "\n\n".join([*(part for part in parts if part), _foot(results)]) + "\n"


def overview(results: Results) -> str:
    """Microseconds a packet of every server, by viewers of a webinar and by members of a meeting."""
    flows = [row for row in results.rows if row.case == _usual(row.case)]
    ordered = sorted(flows, key=lambda row: _place(row.case))
    columns = list(dict.fromkeys((row.case.scenario, row.case.size) for row in ordered))
    if len(columns) < 2:
        return ""
    medians = {
        (row.case.server, row.case.scenario, row.case.size): _price(row)
        for row in [*flows, *(row for row in results.rows if row.case.scenario == "floor")]
    }
    servers = list(dict.fromkeys(row.case.server for row in flows))
    lines = [["", *(f"{scenario} {size}" for scenario, size in columns)]]
    lines += [[name, *(medians.get((name, *column), "") for column in columns)] for name in servers]
    for name in FLOORS:
        found = [
            medians.get((name, "floor", size), "") if what == "webinar" else "" for what, size in columns
        ]
        if any(found):
            lines.append([f"floor: {name}", *found])
    return "Microseconds a delivered packet, medians:\n\n" + _rows(lines)


def side_by_side(results: Results) -> str:
    """What our own promises compare."""
    head = ("", "of the medians", "round by round", "rounds")
    lines = _ratios(results)
    return "Ratios of these:\n\n" + _rows([head, *lines]) if lines else ""


def _ratios(results: Results) -> list[tuple[str, str, str, str]]:
    """What is compared, of the medians, round by round, rounds."""
    return [
        (
            one.what,
            f"{one.medians:.3f}",
            f"{one.rounds.median:.3f} ({one.rounds.low:.2f}-{one.rounds.high:.2f})",
            str(one.count),
        )
        for one in ratios(results)
    ]


def settings(results: Results) -> list[tuple[str, list[Row]]]:
    """Rows by setting, whichever was measured first; the floor stands with the webinar of its size."""
    found: dict[str, list[Row]] = {}
    for row in results.rows:
        if row.attempts:
            found.setdefault(row.case.setting.replace("floor", "webinar"), []).append(row)
    return sorted(found.items(), key=lambda item: min(_place(row.case) for row in item[1]))


def _place(case: Case) -> tuple[int, ...]:
    """Where a case stands: the usual ones of a scenario first, by size."""
    return (SCENARIOS.index(case.scenario), case.layers, abs(case.slots - USUAL_SLOTS), case.rooms, case.size)


def cells(rows: Sequence[Row]) -> list[list[str]]:
    """A head, and a line for each row that has figures."""
    columns = JOINS if rows[0].case.scenario == "joins" else FLOW
    lines = [["", *(title for title, _ in columns), "rounds"]]
    for row in rows:
        found = row.spreads()
        if found:
            lines.append([label(row.case), *(cell(found) for _, cell in columns), str(len(row.rounds))])
    return lines


def label(case: Case) -> str:
    """Name of a row in its setting."""
    return f"floor: {case.server}" if case.scenario == "floor" else case.server


def others_busy(results: Results) -> float:
    """Share of the machine that neither servers nor the benchmark used: the median of all rounds."""
    rounds = [one.others_busy for row in results.rows for one in row.rounds if one.others_busy is not None]
    return median(rounds) if rounds else 0.0


def _usual(case: Case) -> Case | None:
    """The case with nothing special about it, if it is a webinar or a meeting."""
    if case.scenario not in ("webinar", "meeting"):
        return None
    return Case(server=case.server, scenario=case.scenario, size=case.size)


def _price(row: Row) -> str:
    price = row.spreads().get("server_us")
    if price is None:
        return "fails" if row.failures else ""
    return f"{price.median:.1f}"


def _failed(rows: Sequence[Row]) -> list[str]:
    return [f"{label(row.case)} failed: {failure}" for row in rows for failure in row.failures[:1]]


def _rows(lines: Sequence[Sequence[str]]) -> str:
    head, *rest = lines
    ruled = [head, ["---", *("---:" for _ in head[1:])], *rest]
    return "\n".join("| " + " | ".join(line) + " |" for line in ruled)


def _foot(results: Results) -> str:
    counts = {len(row.attempts) for row in results.rows} or {0}
    rounds = " to ".join(str(count) for count in sorted({min(counts), max(counts)}))
    lines = [
        f"{rounds} rounds of {results.seconds:g} s, interleaved: median (least-most). "
        + ", ".join(f"{what}: {which}" for what, which in results.machine.items())
        + "."
    ]
    lines.append(", ".join(f"{name} {version}" for name, version in results.versions.items()) + ".")
    if (busy := others_busy(results)) > MOST_OTHERS:
        lines.append(f"**Other work took {busy:.0%} of the machine meanwhile: these figures tell nothing.**")
    lines += [f"Not measured: {name}: {how}." for name, how in results.missing.items()]
    return "\n".join(lines)
