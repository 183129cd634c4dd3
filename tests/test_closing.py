from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crawler import closing
from crawler.closing import Heard, Memory
from crawler.source import Bad, End, Trouble

SOURCE = "greenhouse:acme"
KNOWN = Memory(source=SOURCE, open_before=25, ever=True)
SMALL = replace(KNOWN, open_before=8)
NEW = Memory(source=SOURCE)
PROVEN = End("the document closes")
NEWEST = replace(PROVEN, newest=True)
WHOLE = Heard(listed=25, postings=25, end=PROVEN)
FORBIDDEN = Trouble("robots.txt of careers.example forbids /v1 to rolecall", blocked=True)
BROKEN = Trouble("HTTP 500", "https://careers.example/jobs?page=2")
NOT_READ = Trouble("HTTP 500", "https://careers.example/jobs/7", listing=False)
REFUSED = replace(NOT_READ, reason="HTTP 403", blocked=True)
TITLES = {"title missing": 25}


def some(memory: Memory = KNOWN, **heard: Any) -> tuple[Heard, Memory]:
    return replace(WHOLE, **heard), memory


def details(trouble: Trouble, failed: int, listed: int = 25) -> tuple[Heard, Memory]:
    return some(listed=listed, details=listed, details_failed=failed, troubles=(trouble,) * failed)


CASES: dict[str, tuple[tuple[Heard, Memory], str, str]] = {
    "all is well": (some(), "complete", ""),
    "a first night": (some(NEW), "complete", ""),
    "a proven total": (some(end=End("meta.total", total=25)), "complete", ""),
    "a board that lists nothing, and says so": (
        some(NEW, listed=0, postings=0, end=End("meta.total", total=0)),
        "complete",
        "lists nothing",
    ),
    "zero as of a board that does not exist": (
        some(NEW, listed=0, postings=0, end=End("totalFound", total=0, sure=False)),
        "failed",
        "nothing listed, and one that does not exist says the same: check its entry in sources.toml",
    ),
    "the same zero of a board that had listings": (
        some(replace(KNOWN, missing=5), listed=0, postings=0, end=End("totalFound", total=0, sure=False)),
        "complete",
        "lists nothing",
    ),
    "zero without proof": (
        some(listed=0, postings=0, end=None),
        "failed",
        "nothing listed, and no sign that this is all",
    ),
    "zero of many": (some(listed=0, postings=0, end=End("totalFound", total=25)), "failed", "got 0 of 25"),
    "zero and trouble, whatever ended": (
        some(listed=0, postings=0, troubles=(Trouble("HTTP 500"),)),
        "failed",
        "HTTP 500",
    ),
    "kept out": (some(listed=0, postings=0, end=None, troubles=(FORBIDDEN,)), "blocked", FORBIDDEN.reason),
    "kept out on page 2": (
        some(listed=10, end=None, troubles=(BROKEN, FORBIDDEN)),
        "blocked",
        FORBIDDEN.reason,
    ),
    "the second page fails": (
        some(listed=10, end=None, troubles=(BROKEN,)),
        "partial",
        "got 10 of 25 known: HTTP 500 (https://careers.example/jobs?page=2)",
    ),
    "the end says more": (
        some(listed=10, end=End("totalFound", total=25)),
        "partial",
        "got 10 of 25: no more came",
    ),
    "the end says less, as one was added meanwhile": (some(end=End("totalFound", total=24)), "complete", ""),
    "an end, and a part that failed": (
        some(troubles=(BROKEN,)),
        "partial",
        "got 25: HTTP 500 (https://careers.example/jobs?page=2)",
    ),
    "an empty page in the middle": (
        some(listed=10, end=None, troubles=(Trouble("got 10 of 25"),)),
        "partial",
        "got 10 of 25",
    ),
    "no end": (
        some(end=None),
        "partial",
        "got 25: the list ended without a sign that this is all",
    ),
    "a total of none, and yet some": (
        some(listed=20, end=End("count", total=0)),
        "partial",
        "got 20 of 0: no more came",
    ),
    "out of time on the list": (
        some(listed=10, end=None, finish_reason="closespider_timeout"),
        "partial",
        "got 10 of 25 known: stopped at its time limit",
    ),
    "out of time on the pages of postings": (
        some(finish_reason="closespider_timeout", left=7),
        "complete",
        "7 pages of postings wait for the next night",
    ),
    "out of requests, and the list goes on the next night": (
        some(listed=10, end=None, finish_reason="closespider_pagecount", turned=1, waits=1),
        "partial",
        (
            "got 10 of 25 known: stopped at its limit of requests; "
            "to go on there the next night (this was night 1)"
        ),
    ),
    "the last night of a long list": (
        some(listed=10, before=15, nights=2, turned=1, end=End("totalFound", total=25)),
        "complete",
        "",
    ),
    "an end, while another part of the list waits": (
        some(finish_reason="closespider_timeout", turned=1, waits=1),
        "partial",
        "got 25: stopped at its time limit; to go on there the next night (this was night 1)",
    ),
    "a long list whose last page is empty": (
        some(listed=0, before=25, nights=2, turned=1, end=End("totalFound", total=25)),
        "complete",
        "",
    ),
    "trouble on the second night": (
        some(listed=10, before=10, nights=2, turned=1, waits=1, end=None, troubles=(BROKEN,)),
        "partial",
        (
            "got 20 of 25 known: HTTP 500 (https://careers.example/jobs?page=2); "
            "to go on there the next night (this was night 2)"
        ),
    ),
    "nobody answers on the second night": (
        some(listed=0, postings=0, before=10, nights=2, waits=1, end=None, troubles=(BROKEN,)),
        "failed",
        "HTTP 500 (https://careers.example/jobs?page=2); to go on there the next night (this was night 2)",
    ),
    "a list that was begun anew": (
        some(anew="the list was begun anew"),
        "complete",
        "the list was begun anew",
    ),
    "a record without a name where something is missing": (
        some(replace(KNOWN, missing=1), nameless=1, bad={"id missing": 1}),
        "complete",
        (
            "1 of 25 records dropped: id missing; "
            "1 record has no identifier: what is missing stays open for 14 days"
        ),
    ),
    "a field that nobody fills in any more": (
        some(replace(KNOWN, lost={"job_location": 25})),
        "complete",
        "no posting says its job location any more: 25 did",
    ),
    "many of the newest missing at once": (
        some(replace(KNOWN, missing=11), listed=14, end=End("the feed closes", newest=True)),
        "partial",
        "11 of 25 listings missing at once: none is taken for gone",
    ),
    "asked to stop": (some(finish_reason="shutdown"), "partial", "stopped before its end"),
    "stopped for a reason of its own": (some(finish_reason="database"), "partial", "stopped (database)"),
    "records on two pages": (
        some(shifted=3),
        "partial",
        "3 of 25 records came on two pages: the list moved while it was read",
    ),
    "records on two pages, and still as many as there are": (
        some(listed=28, shifted=3, end=End("totalFound", total=25)),
        "complete",
        "",
    ),
    "a new shape": (some(bad=TITLES), "failed", "title missing in 25 of 25 records"),
    "a new shape for most": (
        some(bad={"title missing": 13, "id missing": 1}),
        "failed",
        "title missing in 13 of 25 records",
    ),
    "a new shape is said before the page that failed": (
        some(bad=TITLES, end=None, troubles=(BROKEN,)),
        "failed",
        "title missing in 25 of 25 records",
    ),
    "all bad, each in its way": (
        some(listed=2, bad={"title missing": 1, "id missing": 1}),
        "failed",
        "title missing in 1 of 2 records",
    ),
    "half of few": (
        some(listed=2, bad={"title missing": 1}),
        "complete",
        "1 of 2 records dropped: title missing",
    ),
    "one bad of 500": (
        some(listed=500, bad={"title is a number, not text": 1}),
        "complete",
        "1 of 500 records dropped: title is a number, not text",
    ),
    "most bad, each in its way": (
        some(listed=10, bad={"title missing": 3, "id missing": 3}),
        "complete",
        "6 of 10 records dropped: title missing",
    ),
    "no work of ours": (some(bad={"other work": 25}), "complete", ""),
    "all over": (some(bad={"valid_through past": 25}), "complete", ""),
    "a page that broke": (details(NOT_READ, 2), "complete", "2 of 25 pages could not be read: HTTP 500"),
    "pages that broke": (details(NOT_READ, 3), "partial", "3 of 25 pages could not be read: HTTP 500"),
    "pages that keep us out": (details(REFUSED, 20), "blocked", "20 of 25 pages could not be read: HTTP 403"),
    "pages that keep us out, and a list that breaks off": (
        some(details=25, details_failed=20, troubles=(BROKEN, *(REFUSED,) * 20)),
        "blocked",
        "20 of 25 pages could not be read: HTTP 403",
    ),
    "the only page": (details(NOT_READ, 1, listed=1), "partial", "1 of 1 pages could not be read: HTTP 500"),
    "the one page that is asked for every night": (
        some(details=1, details_failed=1, troubles=(NOT_READ,)),
        "complete",
        "1 of 1 pages could not be read: HTTP 500",
    ),
    "no page has markup": (
        some(replace(KNOWN, gone=25), postings=0, details=25, gone={"markup removed": 25}),
        "failed",
        "markup removed on 25 of 25 pages that the list names",
    ),
    "no page has markup on a first night": (
        some(NEW, postings=0, details=25, gone={"markup removed": 25}),
        "failed",
        "markup removed on 25 of 25 pages that the list names",
    ),
    "every page of a small board is gone": (
        some(replace(SMALL, gone=8), listed=8, postings=0, details=8, gone={"HTTP 404": 8}),
        "failed",
        "HTTP 404 on 8 of 8 pages that the list names",
    ),
    "most pages are gone, and others cannot be read": (
        some(
            replace(SMALL, gone=6),
            listed=8,
            postings=0,
            details=8,
            details_failed=2,
            gone={"HTTP 410": 6},
            troubles=(NOT_READ,) * 2,
        ),
        "failed",
        "HTTP 410 on 6 of 8 pages that the list names",
    ),
    "most pages are gone, and one is read": (
        some(replace(SMALL, gone=7), listed=8, postings=1, details=8, gone={"HTTP 404": 7}),
        "complete",
        "",
    ),
    "most pages are gone, and one says that it is unchanged": (
        some(replace(SMALL, gone=7), listed=8, postings=0, details=8, gone={"HTTP 404": 7}),
        "complete",
        "",
    ),
    "half of the pages are gone, and nobody asked for the others": (
        some(replace(SMALL, gone=4), listed=8, postings=0, details=4, gone={"noindex": 4}),
        "complete",
        "",
    ),
    "a list still names what ended long ago": (
        some(SMALL, listed=8, postings=0, details=8, gone={"HTTP 404": 8}),
        "complete",
        "",
    ),
    "some pages lost their markup": (some(postings=0, details=3, gone={"markup removed": 3}), "complete", ""),
    "a page lost its markup": (
        some(listed=1, postings=0, details=1, gone={"markup removed": 1}),
        "complete",
        "",
    ),
    "most are missing": (
        some(replace(KNOWN, missing=11), listed=14),
        "partial",
        "11 of 25 listings missing: held until `rolecall sources confirm greenhouse:acme`",
    ),
    "most are missing, and a page broke": (
        some(replace(KNOWN, missing=10, gone=4), details=5, details_failed=1, troubles=(NOT_READ,)),
        "partial",
        "14 of 25 listings missing: held until `rolecall sources confirm greenhouse:acme`; 1 of 5 pages could not be read: HTTP 500",
    ),
    "ten of ten are missing": (
        some(Memory(source=SOURCE, open_before=10, ever=True, missing=10), listed=0, end=End("", total=0)),
        "complete",
        "lists nothing",
    ),
    "listings come and go": (
        some(replace(KNOWN, missing=7, waiting=8, returned=6)),
        "complete",
        "listings come and go: what is missing stays open for 14 days",
    ),
}


@pytest.mark.parametrize("run, status, reason", CASES.values(), ids=CASES.keys())
def test_a_run_is_judged_by_what_it_heard(run: tuple[Heard, Memory], status: str, reason: str) -> None:
    judgement = closing.judge(*run)
    assert (judgement.status, judgement.reason) == (status, reason)
    assert judgement.misses == (status == "complete")


@pytest.mark.parametrize(
    "missing, end, expires",
    [
        (0, NEWEST, True),
        (11, NEWEST, True),  # the guard against many at once: what is very old is over all the same
        (0, PROVEN, False),
        (11, PROVEN, False),
        (0, None, False),
    ],
)
def test_what_a_list_of_the_newest_does_not_show_expires_wherever_the_list_was_read(
    missing: int, end: End | None, *, expires: bool
) -> None:
    judgement = closing.judge(replace(WHOLE, listed=14, end=end), replace(KNOWN, missing=missing))
    assert judgement.expires is expires


@pytest.mark.parametrize("name, nameless", [("item 3", True), ("3", False), ("item 3b", False)])
def test_a_record_that_is_named_by_its_place_may_be_any_listing(name: str, *, nameless: bool) -> None:
    assert Bad(name, "id missing").nameless is nameless
    heard = replace(WHOLE, nameless=int(nameless), bad={"id missing": 1})
    after = closing.judge(heard, replace(KNOWN, missing=1)).after
    assert after == (closing.PATIENCE if nameless else closing.APART)


GONE: dict[str, tuple[tuple[Heard, Memory], bool]] = {
    "in a whole run": (some(replace(KNOWN, gone=1)), True),
    "in a part": (some(replace(KNOWN, gone=1), end=None), True),
    "all at once in a part": (some(replace(KNOWN, gone=25), end=None), False),
    "all at once": (some(replace(KNOWN, gone=25)), False),
    "when the source failed": (some(replace(KNOWN, gone=1), bad=TITLES), False),
    "when we were kept out": (some(replace(KNOWN, gone=1), troubles=(FORBIDDEN,)), False),
}


@pytest.mark.parametrize("run, closes", GONE.values(), ids=GONE.keys())
def test_what_its_own_page_says_is_over_closes_at_once(run: tuple[Heard, Memory], closes: bool) -> None:  # noqa: FBT001
    assert closing.judge(*run).closes_gone is closes
