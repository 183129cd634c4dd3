"""One address in its many writings, and the site that it is at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.dedupe import addresses


@pytest.mark.parametrize(
    "url, canonical",
    [
        ("https://www.Lumen.example/jobs/7/", "lumen.example/jobs/7?"),
        ("HTTPS://lumen.example/jobs/7?utm_source=x&b=2&a=1#top", "lumen.example/jobs/7?a=1&b=2"),
        ("https://lumen.example/", ""),
        ("https://lumen.example:8080/x", "lumen.example:8080/x?"),
        ("https://nl.board.example/rc/clk?jk=0123456789abcdef&fccid=1", "board.example?0123456789abcdef"),
        ("https://www.board.example/m/viewjob?jk=0123456789abcdef", "board.example?0123456789abcdef"),
        (
            "https://ph.board.example/jobs/view/agent-at-lumen-4075827904?position=3&pageNum=0",
            "board.example?4075827904",
        ),
        ("https://board.example/jobs/view/4075827904/", "board.example?4075827904"),
        ("https://board.example/jobs/agent-20260811", "board.example/jobs/agent-20260811?"),
        ("https://board.example/jobs/agent-20265011", "board.example?20265011"),
        ("https://board.example/jobs/agent-in-3013", "board.example/jobs/agent-in-3013?"),
        ("https://board.example/apply?id=4075827904", "board.example/apply?id=4075827904"),
        ("https://board.example/jobs/4075827904/agent", "board.example/jobs/4075827904/agent?"),
        ("https://lumen.example/careers?gh_jid=8077424", "greenhouse.io?8077424"),
        ("https://boards.greenhouse.io/lumen/jobs/8077424?gh_jid=8077424", "greenhouse.io?8077424"),
        ("https://job-boards.greenhouse.io/lumen/jobs/8077424", "greenhouse.io?8077424"),
        ("no address", ""),
        ("http://[", ""),
    ],
)
def test_an_address_is_folded(url: str, canonical: str) -> None:
    assert addresses.canonical(url) == canonical


@given(
    st.sampled_from(["http://", "https://", "HTTP://"]),
    st.lists(st.sampled_from([*"aB./~%-_:@;[", "www.", "//", "é", "?a=1", "\t"]), max_size=9).map("".join),
)
def test_a_plain_address_is_read_as_any_other(scheme: str, rest: str) -> None:
    assert addresses.canonical(scheme + rest) == addresses.canonical(f"{scheme}{rest}#part")


@pytest.mark.parametrize(
    "url, site",
    [
        ("https://ph.board.example/jobs/7", "board.example"),
        ("https://board.example/?id=7", "board.example"),
        ("https://nl.board.example/clk?jk=0123456789abcdef", "board.example"),
        ("https://hr.example/jobs/7", "hr.example"),
        ("https://uk.jobs.lumen.example/7", "jobs.lumen.example"),
        ("", ""),
    ],
)
def test_a_site_is_one_for_all_its_countries(url: str, site: str) -> None:
    assert addresses.host(addresses.canonical(url)) == site
