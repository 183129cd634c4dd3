"""What verdicts say together, beside a plain search for it."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from matcher import verdicts
from matcher.verdicts import Said

NAMES = "abcdefg"
ENDS = st.sampled_from(list(combinations(NAMES, 2)))
SAID = st.dictionaries(ENDS, st.booleans(), max_size=9).map(
    lambda told: [Said(a, b, same) for (a, b), same in sorted(told.items())]
)


def reached(said: list[Said[str]], start: str) -> set[str]:
    found = {start}
    while (
        more := {end for one in said if one.same and {one.a, one.b} & found for end in (one.a, one.b)} - found
    ):
        found |= more
    return found


def follows(said: list[Said[str]], a: str, b: str) -> bool | None:
    """Whether two are the same by what is said, or different; None where nothing says so."""
    if b in reached(said, a):
        return True
    left, right = reached(said, a), reached(said, b)
    apart = any({one.a, one.b} & left and {one.a, one.b} & right for one in said if not one.same)
    return False if apart else None


@given(SAID, st.sets(st.sampled_from(NAMES)))
def test_what_holds_through_those_who_are_gone_holds_among_those_who_are_there(
    said: list[Said[str]], there: set[str]
) -> None:
    if verdicts.contradictions(said):
        return
    left = verdicts.carried(said, there)
    assert {end for one in left for end in (one.a, one.b)} <= there
    for a, b in combinations(sorted(there), 2):
        assert follows(left, a, b) is follows(said, a, b)


@given(SAID)
def test_a_contradiction_is_a_difference_that_a_chain_of_sames_denies(said: list[Said[str]]) -> None:
    found = verdicts.contradictions(said)
    assert found == {one for one in said if not one.same and one.b in reached(said, one.a)}
    for one in found:
        chain = verdicts.chain(said, one.a, one.b)
        at = one.a
        for link in chain:
            assert link in said
            assert link.same
            at = link.b if link.a == at else link.a
        assert at == one.b


@given(SAID)
def test_all_who_are_bound_and_nobody_else_have_one_name(said: list[Said[str]]) -> None:
    of = verdicts.bound(said)
    for a, b in combinations(NAMES, 2):
        assert (a in of and of[a] == of.get(b)) == (b in reached(said, a))


def test_no_chain_leads_where_nobody_is_bound() -> None:
    assert verdicts.chain([Said("a", "b", same=False)], "a", "b") == []
