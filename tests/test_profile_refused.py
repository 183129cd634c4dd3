"""What comes back from a form is taken for a profile only if it can be one."""

from __future__ import annotations

import math

import pytest

from matcher import profile

SOUND = profile.carried(profile.read("Spanish call center, four years"))


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        "profile",
        {},
        {**SOUND, "more": 1},
        {name: value for name, value in SOUND.items() if name != "years"},
        *({**SOUND, "terms": terms} for terms in ([], {"call": "1"}, {"call": None}, {"call": -1.0})),
        *({**SOUND, "terms": {"call": weight}} for weight in (0.0, math.inf, math.nan, 10**400, [1])),
        {**SOUND, "terms": {1: 1.0}},
        {**SOUND, "terms": {f"w{n}": 1.0 for n in range(profile.MAX_TERMS + 1)}},
        *({**SOUND, "concepts": concepts} for concepts in (["no.such"], "la.spanish", [["la.spanish"]], [1])),
        {**SOUND, "unwanted": ["no.such"]},
        *({**SOUND, "levels": levels} for levels in ([], ["chief"], None)),
        *({**SOUND, "years": years} for years in (-2.0, math.inf, math.nan, "4")),
        *({**SOUND, "degree": degree} for degree in (-1, 99, None, 1.5)),
        {**SOUND, "licences": ["to kill"]},
        {**SOUND, "languages": ["Klingon"]},
        {**SOUND, "families": [None]},
        *({**SOUND, "wishes": wishes} for wishes in (["no.such"], "sh.nights", None)),
        *({**SOUND, "place": place} for place in (None, 7, "x" * 1_000)),
        *({**SOUND, "weighed": given} for given in (None, [], {"la.spanish": "most"}, {"x" * 999: "out"})),
        {**SOUND, "families": [1, "core"]},
    ],
)
def test_what_is_no_profile_is_refused(told):
    assert profile.restored(SOUND)
    with pytest.raises(ValueError, match="read the text again"):
        profile.restored(told)
