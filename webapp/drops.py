"""The drop ledger in words: what is not shown, why, how often, and what was among it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Row
from sqlalchemy.orm import Session

from db import queries

EXAMPLES = 3  # of a reason
MOST = 40  # reasons that are listed

# Why a posting was left out, as a crawl keeps it, in words that follow a number: "412 of other work".
_SAID = {
    "date_posted in the future": "dated in the future",
    "valid_through past": "expired already",
    "other work": "of other work",
    "adjacent work": "only close to customer service",
    "core work": "of customer service, which this installation leaves out",
    "source missing": "without a source",
    "line too long": "in a line that is too long",
    "not JSON": "that are no JSON",
    "not CSV": "that are no CSV",
    "not an object": "that are no record",
    "link missing or no address of the web": "without a link that can be followed",
    "link leads to another site": "linked at another site",
}
_FIELDS = {  # what platforms call what a posting must have
    "a title": ("title", "text", "name", "jobOpeningName", "job_title", "PositionTitle", "position"),
    "an identifier": (
        *("identifier", "id", "uuid", "guid", "shortcode", "referencenumber", "jobId", "job_id"),
        *("MatchedObjectId", "slug"),
    ),
    "an address": ("url", "absolute_url", "hostedUrl", "jobUrl", "link", "redirect_url", "externalPath"),
}
_CALLED = {name: words for words, names in _FIELDS.items() for name in names}
_EXACTLY = re.compile(rf"\b(?:{'|'.join(map(re.escape, _SAID))})\b")
# Listings that are missing are no posting that lacks something.
_MISSING = re.compile(r"(?<![\w.])((?!listings )[\w.@:-]{1,60}) missing\b")
_UNREAD = re.compile(r"\bcould not be read \(\w+\)")


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason in words, how many postings were left out for it, and the titles of some."""

    words: str
    postings: int
    examples: tuple[str, ...] = ()


def in_words(reason: str) -> str:
    """Why postings were left out, or what is wrong with a run because of it, as people say it."""
    said = _EXACTLY.sub(lambda found: _SAID[found[0]], reason)
    said = _MISSING.sub(lambda found: f"without {_CALLED.get(found[1], found[1])}", said)
    return _UNREAD.sub("that could not be read", said)


def summed(db: Session, counts: Sequence[Row[str, int, int, int]]) -> list[Reason]:
    """The reasons of all sources together (rows of `queries.sources.drop_reasons`), the commonest first."""
    sums: Counter[str] = Counter()
    ids: defaultdict[str, list[int]] = defaultdict(list)
    for row in sorted(counts, key=lambda row: (-row.postings, row.reason)):
        words = in_words(row.reason)
        sums[words] += row.postings
        ids[words] += [row.newest, row.oldest]
    first = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    wanted = {words: list(dict.fromkeys(ids[words]))[: 2 * EXAMPLES] for words, _ in first[:MOST]}
    titles = queries.sources.drop_titles(db, [one for those in wanted.values() for one in those])
    return [
        Reason(words, postings, _titles(titles.get(one, "") for one in wanted.get(words, ())))
        for words, postings in first
    ]


def _titles(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, found)))[:EXAMPLES]


def by_source(counts: Sequence[Row[str, str, int]]) -> list[tuple[str, str, int]]:
    """Each source (rows of `queries.sources.drop_counts`) with its reasons in one sentence, and their sum."""
    those: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in counts:
        those[row.source][in_words(row.reason)] += row.postings
    return [(source, sentence(reasons), reasons.total()) for source, reasons in those.items()]


def sentence(reasons: Counter[str], most: int = 6) -> str:
    """Reasons and how often each: "412 of other work, 3 without a title"."""
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    rest = sum(postings for _, postings in ranked[most:])
    told = [f"{postings:,} {words}" for words, postings in ranked[:most]]
    return ", ".join([*told, f"{rest:,} for other reasons"] if rest else told)
