from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from faulty import FaultServer, started
from nights import DIALECTS, Home, Rows, lasting, still_open

MB = 1 << 20
PAGED = frozenset({"lever", "smartrecruiters", "jsonld"})
DETAILED = frozenset({"smartrecruiters", "jsonld", "sitemap", "rss"})  # a page for each posting
SMALL = {"n": 12, "page_size": 5}  # enough for three pages of a list, and not too many of postings
BAD = "failed|blocked"
CUT = r"no whole JSON|is cut|neither a sitemap nor a feed"
BROKE = "the connection broke|the answer is cut"
LARGE = r"larger than 32 MiB|too large once unpacked"
HELD = r"1[125] of 1?2?5? ?.*missing: held until `rolecall sources confirm"


@dataclass(frozen=True)
class Case:
    """A fault, and what the night must say of a source that has it; nothing is ever closed or edited."""

    faults: dict[str, Any]
    whole: str = "complete"  # status of a source whose list is one document
    paged: str = ""  # of one whose list has pages; "" is the same
    says: str = ""  # what its reason holds, where it is not complete
    most: int = 3  # requests for its list, where it fails
    fast: str = ""  # which dialects are in the quick selection


CASES = {
    # what the list holds
    "loses at random": Case({"flip_flop": 0.3}, "complete|partial", fast="ashby lever"),
    "another order each time": Case(
        {"shuffle": True}, paged="partial", says="on two pages", fast="greenhouse smartrecruiters"
    ),
    "nothing all at once": Case(
        {"zero": True}, "partial", says="missing: held until", fast="ashby jsonld rss"
    ),
    "no more than two": Case({"cap_results": 1}, "partial", says="missing: held until", fast="lever"),
    "page after page the last": Case({"clamp_pages": True}, fast="lever"),
    "page after page the first": Case(
        {"loop_pages": True}, paged="partial", says="repeats", fast="lever jsonld"
    ),
    "the second page fails": Case(
        {"pages_fail": [2]},
        paged="partial",
        says="got (10 of 25|5 of 12) known: HTTP 500",
        most=9,
        fast="lever",
    ),
    "the second page is empty": Case(
        {"pages_empty": [2]}, paged="partial", says="got (10 of 25|5 of 12)", fast="smartrecruiters"
    ),
    # how the server is
    "slow": Case({"latency_s": 0.02, "jitter_s": 0.05}),
    "gone quietly": Case({"drop": True}, BAD, says=BROKE, fast="greenhouse"),
    "gone with a bang": Case({"drop": "rst"}, BAD, says=BROKE),
    "down": Case({"fail_after": 0}, BAD, says="HTTP 500", fast="sitemap"),
    "down after the first answer": Case({"fail_after": 1}, "complete|partial", says="HTTP 500", most=25),
    "every third answer fails": Case({"status_every": {"n": 3, "status": 500}}, fast="lever"),
    "every third answer breaks off": Case({"reset_every": 3}),
    "too many requests, once": Case({"http429": {"count": 1, "retry_after": "1"}}, fast="ashby"),
    "busy, until a date": Case({"status_first": {"status": 503, "count": 1, "retry_after": "date+2"}}),
    **{f"HTTP {code}": Case({"status": code}, "blocked", says=f"HTTP {code}", most=1) for code in (401, 403)},
    **{f"HTTP {code}": Case({"status": code}, BAD, says=f"HTTP {code}", most=1) for code in (206, 404, 410)},
    "HTTP 429 and no more": Case({"status": 429}, "blocked", says="HTTP 429"),
    "HTTP 500": Case({"status": 500}, BAD, says="HTTP 500"),
    "HTTP 204": Case({"status": 204}, BAD, says="empty|neither", most=1),
    "HTTP 200 and nothing": Case(
        {"status": 200, "empty": True}, BAD, says="empty|neither", most=1, fast="lever"
    ),
    # where it leads
    "a circle": Case({"redirect": "loop"}, BAD, says="in a circle", fast="greenhouse"),
    "a chain": Case({"redirect": "chain:30"}, BAD, says="max redirections", most=6),
    "a short chain": Case({"redirect": "chain:3"}, paged="partial", says="repeats"),
    "a private port": Case(
        {"redirect": "canary"}, BAD, says="not a public address", most=1, fast="ashby rss"
    ),
    "a private port, 307": Case({"redirect": "307"}, BAD, says="not a public address", most=1),
    "the machine's metadata": Case(
        {"redirect": "metadata"}, BAD, says="not a public address", most=1, fast="lever"
    ),
    "a file": Case({"redirect": "file"}, BAD, says="HTTP 302", most=1, fast="greenhouse"),
    "data": Case({"redirect": "data"}, BAD, says="HTTP 302", most=1),
    "home": Case({"redirect": "home"}, BAD, says=CUT, most=1, fast="jsonld"),
    "a private port, by a header": Case({"refresh_header": True}, fast="jsonld"),
    # how much comes
    **{
        f"a bomb in {kind}": Case({f"{kind}_bomb": 200 * MB}, BAD, says=LARGE, most=1, fast=fast)
        for kind, fast in (("gzip", "greenhouse sitemap"), ("deflate", ""), ("zstd", "lever"), ("br", ""))
    },
    "a bomb in a bomb": Case({"gzip_twice": 200 * MB}, BAD, says=LARGE, most=1),
    "without end": Case({"infinite": True}, BAD, says=LARGE, most=1, fast="rss"),
    "10 GB": Case({"huge": 10 << 30}, BAD, says=LARGE, most=1),
    "10 GB, unannounced": Case({"huge": 10 << 30, "no_cl": True}, BAD, says=LARGE, most=1),
    "10^20 bytes, announced": Case({"cl_raw": "9" * 20}, BAD, says=LARGE, most=1),
    "a heap of headers": Case({"headers": 3000}),
    "a huge header": Case({"header_bytes": 200_000}, BAD, says=BROKE),
    "fifty times 100": Case({"spam_100": 50}),
    # how it is wrapped
    "no gzip at all": Case({"encoding_lie": "gzip"}, BAD, says="gzip", most=1, fast="ashby"),
    "no brotli at all": Case({"encoding_lie": "br"}, BAD, says="brotli", most=1),
    "an unknown wrapping": Case({"encoding_lie": "x-nonsense"}),
    "half a gzip": Case({"gzip_truncate": 0.5}, BAD, says=CUT, most=1, fast="greenhouse"),
    "ten bytes missing": Case({"cl_delta": 10}, BAD, says=BROKE, fast="sitemap"),
    "ten bytes cut": Case({"cl_delta": -10}, f"{BAD}|partial", says=CUT, most=20),
    "a length in letters": Case({"cl_raw": "abc"}, BAD, says=BROKE),
    "a length below nothing": Case({"cl_raw": "-5"}, BAD, says=BROKE),
    "two lengths": Case({"cl_twice": True}, BAD, says=BROKE),
    "half of it": Case({"truncate": 0.5}, f"{BAD}|partial", says=CUT, most=20, fast="lever rss jsonld"),
    "all but the end of it": Case({"truncate": 0.99}, f"{BAD}|partial", says=CUT, most=20, fast="ashby"),
    "half, and no length": Case({"no_length_cut": 0.5}, f"{BAD}|partial", says=CUT, most=20),
    "half of the chunks": Case({"chunked": "cut"}, BAD, says=BROKE),
    "wrong chunks": Case({"chunked": "bad"}, BAD, says=BROKE),
    "reset in the middle": Case({"reset_at": 100}, BAD, says=BROKE, fast="smartrecruiters"),
    "one ETag for all": Case({"etag_constant": True}, fast="jsonld"),
    "a clock a year behind": Case({"date_skew_s": -400 * 86_400}),
}
SLOW = {
    "slow headers": {"slow_headers_s": 200},
    "a byte now and then": {"slow_body_bps": 5},
    "silence in the middle": {"stall_at": 50},
}


@dataclass(frozen=True)
class Told:
    """A source that has a fault, before the night and after it."""

    case: str
    dialect: str
    token: str
    source: str


def prepared(home: Home, chosen: Iterable[tuple[str, str]]) -> list[Told]:
    """These faults in these dialects, each with a source of its own, crawled once while all was well."""
    told = []
    for number, (case, dialect) in enumerate(chosen):
        token = f"acme-{number:03}-{dialect}"
        home.server.source(token, dialect=dialect, **(SMALL if dialect in DETAILED else {}))
        base = home.server.bases[number % len(home.server.bases)]  # the sources of a host wait for each other
        told.append(Told(case, dialect, token, home.add(dialect, token, base)))
    statuses = home.refresh(code=0)
    assert {row["status"] for row in statuses.values()} == {"complete"}, statuses
    return told


def wrongs(
    one: Told, row: dict[str, Any], before: Rows, after: Rows, log: list[dict[str, Any]]
) -> Iterator[str]:
    """What is not as it must be, in sentences."""
    case = CASES[one.case]
    expected = (case.paged if one.dialect in PAGED else "") or case.whole
    if not re.fullmatch(expected, row["status"]):
        yield f"{row['status']} and not {expected}"
    if row["status"] != "complete" and not re.search(case.says, row["reason"]):
        yield f"does not say {case.says!r}"
    old, new = before[one.source], after[one.source]
    if row["status"] in ("failed", "blocked") and old != new:
        yield "touched its listings"
    if lasting(old) != lasting(new):
        yield "edited its listings"
    if still_open(old) - still_open(new) or row["closed"]:
        yield "closed listings"
    if row["status"] != "complete" and any(listing["missed_at"] for listing in new.values()):
        yield "counted misses"
    asked = sum(request["token"] == one.token for request in log)
    if row["status"] in ("failed", "blocked") and asked > case.most:
        yield f"{asked} requests"


def check(home: Home, chosen: Iterable[tuple[str, str]]) -> None:
    """One night with every fault at once, each at a source of its own."""
    calm = home.add("greenhouse", "acme-calm")
    told = prepared(home, chosen)
    before, earlier = home.rows(), len(home.server.log())
    for one in told:
        home.server.faults(one.token, **CASES[one.case].faults)
    rows = home.refresh(code=0)
    after, log = home.rows(), home.server.log()[earlier:]
    wrong = [
        f"{one.case}, {one.dialect}: {sentence} ({rows[one.source]['reason']})"
        for one in told
        for sentence in wrongs(one, rows[one.source], before, after, log)
    ]
    assert not wrong, "\n".join(wrong)
    assert rows[calm]["status"] == "complete"
    assert lasting(before[calm]) == lasting(after[calm])
    assert not home.server.canary()


@pytest.fixture
def faulty(shared: Path) -> Iterator[FaultServer]:
    with started(shared / "tools", origins=16) as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, faulty: FaultServer) -> Home:
    return Home(tmp_path / "home", faulty)


FAST = [(name, dialect) for name, case in CASES.items() for dialect in case.fast.split()]
EVERY = [(name, dialect) for name in CASES for dialect in DIALECTS]


def test_a_fault_of_a_source_closes_edits_and_hides_nothing(home: Home) -> None:
    check(home, FAST)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_every_fault_in_every_dialect_closes_edits_and_hides_nothing(empty_url: str, home: Home) -> None:
    home.url = empty_url
    check(home, EVERY)


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_an_answer_that_does_not_end_is_left_and_the_others_do_not_wait(home: Home) -> None:
    names = {}
    for (name, faults), base in zip(SLOW.items(), home.server.bases, strict=False):
        home.server.source(name.replace(" ", "-"))
        names[home.add("greenhouse", name.replace(" ", "-"), base)] = (name.replace(" ", "-"), faults)
    calm = home.add("lever", "acme-calm", home.server.bases[len(SLOW)])
    home.refresh(code=0)
    before = home.rows()
    for token, faults in names.values():
        home.server.faults(token, **faults)
    rows = home.refresh(code=0)
    after = home.rows()
    for source in names:
        assert (rows[source]["status"], rows[source]["reason"].partition(" (")[0]) == (
            "failed",
            "no whole answer in time",
        )
        assert after[source] == before[source]
        assert rows[source]["seconds"] < 3 * 30 + 15
    assert rows[calm]["seconds"] < 15


ROBOTS = {
    "allow": ("complete", ""),
    "empty": ("complete", ""),
    "404": ("complete", ""),
    "403": ("complete", ""),
    "disallow": ("blocked", "forbids .* to rolecall"),
    "disallow_us": ("blocked", "forbids .* to rolecall"),
    "500": ("blocked", "HTTP 500"),
    "503": ("blocked", "HTTP 503"),
    "429": ("blocked", "HTTP 429"),
    "reset": ("blocked", "the connection broke"),
    "redirect:2": ("blocked", "forbids"),
    "redirect:6": ("blocked", "max redirections"),
    "redirect_canary": ("blocked", "not a public address"),
}


def test_a_host_whose_robots_txt_forbids_or_cannot_be_read_is_not_crawled(home: Home) -> None:
    sources = {}
    for number, (mode, base) in enumerate(zip(ROBOTS, home.server.bases, strict=False)):
        home.server.source(f"acme-{number}")
        sources[mode] = (f"acme-{number}", home.add("greenhouse", f"acme-{number}", base))
        home.server.robots(mode, port=int(base.rpartition(":")[2]))
    rows, stored = home.refresh(code=0), home.rows()
    asked = {request["token"] for request in home.server.log()}
    for mode, (status, says) in ROBOTS.items():
        token, source = sources[mode]
        assert rows[source]["status"] == status, (mode, rows[source])
        assert re.search(says, rows[source]["reason"]), (mode, rows[source])
        assert (token in asked) == (status == "complete"), mode
        assert bool(stored[source]) == (status == "complete"), mode
    assert not home.server.canary()


@pytest.mark.soak
def test_a_host_that_asks_for_a_break_gets_it(home: Home) -> None:
    short = home.add("greenhouse", "acme-short", home.server.bases[1])
    day = home.add("greenhouse", "acme-day", home.server.bases[2])
    home.refresh(code=0)
    before = home.rows()
    home.server.faults("acme-short", http429={"count": 2, "retry_after": "2"})
    home.server.faults("acme-day", http429={"count": 9, "retry_after": "86400"})
    earlier = len(home.server.log())
    rows = home.refresh(code=0)
    log = home.server.log()[earlier:]
    moments = [request["t"] for request in log if request["token"] == "acme-short"]
    assert [later - sooner > 1.9 for sooner, later in pairwise(moments)] == [True, True]
    assert rows[short]["status"] == "complete"
    assert (rows[day]["status"], "asked to wait 24 h" in rows[day]["reason"]) == ("blocked", True)
    assert sum(request["token"] == "acme-day" for request in log) == 1
    assert home.rows()[day] == before[day]
