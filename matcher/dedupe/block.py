"""The keys of an ad's blocks: ads that share one are worth comparing (`candidates` says which of them)."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt

from matcher.dedupe import signs
from matcher.dedupe.signs import Signs, Words

# The kinds of keys; a key's low four bits say which, so that what is left out can be told by kind. Ads that
# share a key of the first three are alike whatever their texts say.
KINDS = (
    "requisition",
    "address",
    "recruiter and title",
    "equal text",
    "employer and title",
    "employer and two words",
    "title and place",
    "title and first words",
    "first words",
    "text",
    "head",
)
PROVEN = 3
TITLE_WORDS = 5  # of a title core, whose pairs are keys beside the employer
ROWS = 4  # 24 bands of 4 find texts of Jaccard .5 with probability .79, of .7 with .998

Keys = npt.NDArray[np.uint64]


def field_keys(one: Signs) -> list[int]:
    """The block keys of an ad's fields and first words: 64 bits, sorted; `KINDS` in the low four."""
    core, first = one.core, one.words[:12].tobytes().hex()
    told = [f"0|{family}|{stated}" for family in one.families for stated in one.requisitions]
    told += [f"2|{contact}|{core}" for contact in one.contacts]
    told += [f"4|{family}|{core}" for family in one.families]
    if one.name:
        told += [f"5|{one.name[0]}|{pair}" for pair in _word_pairs(core)]
    if one.url:
        told.append(f"1|{one.url}")
    if len(one.words):
        told.append(f"3|{one.digest}")
    if len(one.title.core) > 1:
        told += [f"6|{core}|{town}" for town in one.towns[:5]]
    if len(one.words) > 5:
        told.append(f"7|{core}|{first[:48]}")
    if len(one.words) >= 12:
        told.append(f"8|{first}")
    return sorted({signs.number(key) & ~15 | int(key[0]) for key in told})


def _word_pairs(core: str) -> list[str]:
    """Each two of a core's words, of the `TITLE_WORDS` with the smallest hashes where it has more."""
    words = core.split()
    if len(words) > TITLE_WORDS:
        words = sorted(sorted(words, key=signs.number)[:TITLE_WORDS])
    return [" ".join(pair) for pair in combinations(words, 2)]


def band_keys(own: Words, head: Words) -> Keys:
    """The block keys of texts: of minima u4[n, 96] of own words and u4[n, 40] of the first words, u8[n, 34].

    Not for ads of fewer than six words: their texts say too little.
    """
    return np.hstack(
        [_band_keys(minima, KINDS.index(kind)) for minima, kind in ((own, "text"), (head, "head"))]
    )


def _band_keys(minima: Words, kind: int) -> Keys:
    parts = minima.reshape(len(minima), minima.shape[1] // ROWS, ROWS).astype(np.uint64)
    keys = np.arange(parts.shape[1], dtype=np.uint64) * np.uint64(16) + np.uint64(kind)
    keys = np.broadcast_to(keys, parts.shape[:2])
    for row in range(ROWS):
        keys = (keys ^ parts[:, :, row]) * np.uint64(0x9E3779B97F4A7C15)
        keys = keys ^ keys >> np.uint64(29)
    return keys & ~np.uint64(15) | np.uint64(kind)
