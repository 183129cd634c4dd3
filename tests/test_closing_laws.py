"""What holds of every judgement, whatever was heard and whatever is remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from test_closing import BROKEN, FORBIDDEN, SOURCE, WHOLE

from crawler import closing
from crawler.closing import Heard, Memory
from crawler.source import End, Trouble

counts = st.integers(0, 40)
ENDS = st.none() | st.builds(End, st.just("proof"), st.none() | counts, st.booleans(), st.booleans())
TROUBLES = st.builds(
    Trouble,
    st.sampled_from(["HTTP 500", "no whole answer in time"]),
    listing=st.booleans(),
    blocked=st.booleans(),
)
HEARD = st.builds(
    Heard,
    listed=counts,
    shifted=st.integers(0, 3),
    postings=counts,
    details=counts,
    details_failed=st.integers(0, 5),
    bad=st.dictionaries(st.sampled_from(["title missing", "id missing", "other work"]), st.integers(1, 40)),
    gone=st.dictionaries(st.sampled_from(["markup removed", "HTTP 404"]), st.integers(1, 40)),
    troubles=st.lists(TROUBLES, max_size=4).map(tuple),
    end=ENDS,
    finish_reason=st.sampled_from(["finished", "finished", "shutdown", "closespider_timeout"]),
    before=st.integers(0, 30),
    nights=st.integers(1, 3),
    turned=st.integers(0, 2),
    waits=st.sampled_from([0, 0, 1]),
    left=st.integers(0, 3),
    nameless=st.integers(0, 2),
)


@st.composite
def memories(draw: Callable[..., int]) -> Memory:
    before = draw(counts)
    gone = draw(st.integers(0, before))
    waiting = draw(st.integers(0, before))
    return Memory(
        source=SOURCE,
        open_before=before,
        ever=bool(before),
        gone=gone,
        missing=draw(st.integers(0, before - gone)),
        waiting=waiting,
        returned=draw(st.integers(0, waiting)),
        last=draw(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=4).map(tuple)),  # type: ignore[arg-type]
    )


@given(HEARD, memories())
def test_only_a_complete_run_counts_a_miss_and_every_other_says_why(heard: Heard, memory: Memory) -> None:
    judgement = closing.judge(heard, memory)
    assert judgement.misses == (judgement.status == "complete")
    assert judgement.reason or judgement.status == "complete"
    assert not judgement.closes_gone or judgement.status in ("complete", "partial")
    if judgement.misses:
        assert heard.end
        assert heard.before + heard.listed >= (heard.end.total or 0)
        assert heard.finish_reason in ("finished", "closespider_timeout")
        assert not heard.waits
        assert not any(trouble.listing for trouble in heard.troubles)


@given(HEARD, memories())
def test_a_run_never_takes_more_than_two_in_five_and_ten(heard: Heard, memory: Memory) -> None:
    judgement = closing.judge(heard, memory)
    lost = (memory.missing if judgement.misses else 0) + (memory.gone if judgement.closes_gone else 0)
    assert lost <= 10 or lost <= 0.4 * memory.open_before
    assert judgement.held in (0, memory.missing + memory.gone)


@given(HEARD, memories(), st.sampled_from([FORBIDDEN, BROKEN]))
def test_trouble_with_the_list_never_makes_a_run_better(
    heard: Heard, memory: Memory, trouble: Trouble
) -> None:
    order = ["complete", "partial", "failed", "blocked"]
    worse = closing.judge(replace(heard, troubles=(*heard.troubles, trouble)), memory)
    assert order.index(worse.status) >= order.index(closing.judge(heard, memory).status)
    assert worse.status != "complete"


@given(st.integers(1, 40), st.integers(0, 10), st.integers(1, 40))
def test_the_more_listings_come_back_the_surer_a_source_flaps(
    before: int, missing: int, waiting: int
) -> None:
    memory = Memory(source=SOURCE, open_before=before, ever=True, missing=min(missing, before))
    waiting = min(waiting, before)
    flaps = [
        closing.judge(WHOLE, replace(memory, waiting=waiting, returned=returned)).flapping
        for returned in range(1, waiting + 1)
    ]
    assert flaps == sorted(flaps)
    assert flaps[-1], "all came back, and none was missed again"
