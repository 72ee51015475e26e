"""Every request that lists, searches or shows what a large hub has, on what ``bench.records_fill`` made."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from bench.records_size import Size, name_id


def requests(size: Size) -> Iterator[tuple[str, str]]:
    """What it is, and its address below /api/v1."""
    for name, path, queries in _all(size):
        for query in queries:
            words = " ".join(f"{key}={value}" for key, value in query.items())
            yield f"{name} {words}".strip(), path + (f"?{urlencode(query)}" if query else "")


def _all(size: Size) -> Iterator[tuple[str, str, list[dict[str, str]]]]:
    program, series = name_id("prg", 3), name_id("srs", 11)
    middle = size.sessions // 2
    session, person, site = name_id("ses", middle), name_id("per", 25), name_id("sit", 7)
    searches = [
        {"search": words} for words in ("a", "mar", "marisol vig", "ana example", "p77 clinic", "xyzzy")
    ]
    yield (
        "people",
        "/people",
        [
            {},
            {"limit": "200"},
            *searches,
            {"site_id": site},
            {"program_id": program},
            {"program_id": program, "search": "ana"},
            {"matched": "false"},
        ],
    )
    for rest in ("", "/registrations", "/merges"):
        yield "person" + rest, f"/people/{person}{rest}", [{}]
    sites = [{"search": words} for words in ("t", "taos school", "taos nm 77", "xyzzy")]
    yield "sites", "/sites", [{}, {"confirmed": "false"}, {"type": "school"}, *sites]
    yield "site", f"/sites/{site}", [{}]
    yield "merge suggestions", "/merge-suggestions", [{}, {"state": "dismissed"}, {"state": "merged"}]
    yield "programs", "/programs", [{}, {"search": "asthma"}, {"archived": "true"}]
    yield "program", f"/programs/{program}", [{}]
    words = [{"search": "echo"}, {"search": "pediatric asthma"}, {"search": "xyzzy"}]
    yield (
        "series",
        "/series",
        [{}, {"program_id": program}, {"status": "active"}, {"status": "cancelled"}, *words],
    )
    yield "one series", f"/series/{series}", [{}]
    yield (
        "sessions",
        "/sessions",
        [
            {},
            {"order": "asc", "from": "2026-11-21T00:00:00Z"},
            {"status": "scheduled", "order": "asc"},
            {"status": "open"},
            {"status": "cancelled"},
            {"program_id": program},
            {"series_id": series},
            {"program_id": program, "status": "scheduled", "order": "asc"},
            *words,
            {"search": "tribal", "status": "cancelled"},
        ],
    )
    yield "session", f"/sessions/{session}", [{}]
    yield "who may come", f"/sessions/{session}/registrations", [{}]
    yield "attendance", f"/sessions/{session}/attendance", [{}]
    month = {"from": "2026-11-01T00:00:00Z", "to": "2026-12-01T00:00:00Z"}
    two_months = {"from": "2026-10-31T00:00:00Z", "to": "2026-12-31T00:00:00Z"}
    yield "calendar", "/calendar", [month, two_months, {**two_months, "program_id": program}]
    of_series = {"series_id": series}
    registrations = [of_series, of_series | {"status": "pending"}, of_series | {"search": "ana"}]
    registrations += [{"program_id": program}, {"program_id": program, "search": "marisol"}]
    yield "registrations", "/registrations", [*registrations, {"session_id": session}]
    yield "registration", f"/registrations/{name_id('reg', 5)}", [{}]
    yield "imports", "/imports", [{}]
    yield "import", f"/imports/{name_id('imp', 1)}", [{}]
    yield "import's rows", f"/imports/{name_id('imp', 1)}/rows", [{}, {"fate": "refused"}]
    yield "notices", "/notices", [{}]
    yield "mails", "/mails", [{}, {"state": "failed"}, {"person_id": person}, {"session_id": session}]
    yield "mail status", "/mail-status", [{}]
    yield "certificates", "/certificates", [{"session_id": session}, {"person_id": person}]
    credit = [{"session_id": session}, {"person_id": person}, {"program_id": program}]
    yield "claims", "/claims", [{}, *credit]
    yield "shared cameras", f"/sessions/{session}/gatherings", [{}]
    yield "unknown visitors of a session", f"/sessions/{session}/unmatched", [{}]
    yield "removals", "/privacy/removals", [{}]
    yield "erasures", "/erasures", [{}]
    by_whom = [{"actor": name_id("acc", 1)}, {"subject": session}]
    yield "audit log", "/audit", [{}, *by_whom, {"since": "2026-11-01T00:00:00Z"}]
    yield "undecided registrations", "/undecided-registrations", [{}]
    yield "public page of a program", "/public/programs/program-3", [{}]
    yield "public page of a series", "/public/series/series-11", [{}]
    yield "public sites", "/public/sites", [{"search": "ta"}, {"search": "taos school"}]
