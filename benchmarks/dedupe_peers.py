"""What other programs say of the same pairs of ads, each by the rule that its source code holds."""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from benchmarks import dedupe_rule
from matcher import text
from matcher.dedupe import Ad

Said = list[bool]
Pairs = Sequence[tuple[int, int]]  # positions of two ads
Peer = Callable[[Sequence[Ad], Pairs], Said]


def _equal(key: Callable[[Ad], object]) -> Peer:
    return lambda ads, pairs: [key(ads[a]) == key(ads[b]) for a, b in pairs]


def _folded(line: str) -> str:
    return " ".join(text.tokens(line))


def _place(ad: Ad) -> str:
    return _folded(" ".join(part or "" for spot in ad.places for part in spot))


def cosines(ads: Sequence[Ad], pairs: Pairs) -> npt.NDArray[np.float64]:
    """JobFunnel's likeness: cosine of TF-IDF of the descriptions, fitted on all ads.

    `tfidf_filter` of its filters.py: TfidfVectorizer(strip_accents="unicode", lowercase, words), with
    NLTK's English stop words, in whose place scikit-learn's stand here.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - a second, if anybody asks

    vectorizer = TfidfVectorizer(strip_accents="unicode", stop_words="english")
    rows = vectorizer.fit_transform([ad.text for ad in ads])
    left, right = (rows[[pair[side] for pair in pairs]] for side in (0, 1))
    return np.asarray(left.multiply(right).sum(axis=1)).ravel()


# --- job-ops: `deduplicateJobsByTitleAndEmployer` of its shared/src/job-matching.ts

_SIGNS = re.compile(r"[.,'\"()\[\]{}!?@#$%^&*+=|\\/<>:;`~_-]")
_SUFFIXES = re.compile(
    r"\b(?:limited|ltd|llp|plc|inc|incorporated|corporation|corp|company|co|llc|uk|international|intl|group"
    r"|holdings|t/a|trading as|&|the)\b"
)


def _job_ops(ads: Sequence[Ad], pairs: Pairs) -> Said:
    titles = [" ".join(_SIGNS.sub(" ", ad.title.lower()).split()) for ad in ads]
    employers = [" ".join(_SUFFIXES.sub(" ", _SIGNS.sub(" ", ad.organization.lower())).split()) for ad in ads]
    return [
        bool(titles[a] and titles[b] and employers[a] and employers[b])
        and _similarity(titles[a], titles[b]) > 90
        and _similarity(employers[a], employers[b]) > 85
        for a, b in pairs
    ]


def _similarity(a: str, b: str) -> int:
    """Of 100; where one holds the other, the share of the longer that the shorter is."""
    longer = max(len(a), len(b))
    if a in b or b in a:
        return round(100 * min(len(a), len(b)) / longer)
    return round(100 * (longer - Levenshtein.distance(a, b)) / longer)


# --- freehire: cmd/reindex/fuzzy.go over its job/jobhash; the exact pass before it knows no cap

_CLAUSE = re.compile(r"(?:\s*,\s*|\s+[|@]\s*|\s+[-–—]\s*)[^,|@\-–—]*$")
_BUCKET = 200


def _freehire(ads: Sequence[Ad], pairs: Pairs) -> Said:
    keys = [(_slug(ad.organization), _role(ad.title)) for ad in ads]
    sizes = Counter(keys)
    said = []
    for a, b in pairs:
        if keys[a] != keys[b] or not all(keys[a]):
            said.append(False)
        elif sizes[keys[a]] > _BUCKET:
            said.append(_spaced(ads[a].text) == _spaced(ads[b].text))
        else:
            said.append(_jaccard(_long_words(ads[a].text), _long_words(ads[b].text)) >= 0.9)
    return said


def _slug(name: str) -> str:
    return "-".join(re.findall(r"[^\W_]+", name.lower()))


def _role(title: str) -> str:
    """The title without its last clause, unless fewer than two words are left."""
    short = _CLAUSE.sub("", title)
    return _spaced(short if len(short.split()) > 1 else title)


def _spaced(line: str) -> str:
    return " ".join(line.lower().split())


def _long_words(body: str) -> set[str]:
    return {word for word in re.findall(r"[^\W_]+", body.lower()) if len(word.encode()) > 3}


def _jaccard(a: set[str], b: set[str]) -> float:
    return len(a & b) / len(a | b) if a and b else 0.0


# --- datasketch: MinHash of 128 permutations over runs of five words, MinHashLSH at .8


def _datasketch(ads: Sequence[Ad], pairs: Pairs) -> Said:
    import datasketch  # noqa: PLC0415 - only who compares has it

    asked = sorted({at for pair in pairs for at in pair})
    index = datasketch.MinHashLSH(threshold=0.8, num_perm=128)
    hashes = {}
    for at in asked:
        words = text.tokens(ads[at].text)
        runs = {" ".join(run) for run in zip(*(words[step:] for step in range(5)), strict=False)}
        hashes[at] = datasketch.MinHash(num_perm=128)
        hashes[at].update_batch([run.encode() for run in sorted(runs or {" ".join(words)})])
        index.insert(at, hashes[at])
    return [b in index.query(hashes[a]) for a, b in pairs]


# --- all of them

_JOB: dict[str, Peer] = {
    "text hash: equal words": _equal(lambda ad: _folded(ad.text)),
    "key: equal title, organization and place": _equal(
        lambda ad: (_folded(ad.title), _folded(ad.organization), _place(ad))
    ),
    "JobFunnel: TF-IDF cosine ≥ .75": lambda ads, pairs: list(cosines(ads, pairs) >= 0.75),
    "job-ops: Levenshtein of titles > 90, of organizations > 85": _job_ops,
    "freehire: organization and title, Jaccard of words ≥ .9": _freehire,
    "datasketch: MinHash LSH ≥ .8": _datasketch,
    "rule v2: the study's transparent rule": lambda ads, pairs: [
        relation == "job" for relation in dedupe_rule.relations(ads, pairs)
    ],
}
INSTALL = (
    "datasketch is not installed, and its row is left out: pip install --group bench names what it needs"
)


def jobs(ads: Sequence[Ad], pairs: Pairs) -> dict[str, Said]:
    """Whether each peer says that a pair is one job."""
    known = importlib.util.find_spec("datasketch") is not None
    return {name: peer(ads, pairs) for name, peer in _JOB.items() if peer is not _datasketch or known}


def campaigns(ads: Sequence[Ad], pairs: Pairs) -> dict[str, Said]:
    """The same for one campaign: no peer has the notion, so their rules where the place differs."""
    alike = cosines(ads, pairs)
    elsewhere = [_place(ads[a]) != _place(ads[b]) for a, b in pairs]
    employer = [_folded(ads[a].organization) == _folded(ads[b].organization) for a, b in pairs]
    titles = [fuzz.token_set_ratio(_folded(ads[a].title), _folded(ads[b].title)) >= 90 for a, b in pairs]
    kin = map(all, zip(elsewhere, employer, titles, alike >= 0.75, strict=True))
    return {
        "cosine: TF-IDF ≥ .9, another place": [
            other and like for other, like in zip(elsewhere, alike >= 0.9, strict=True)
        ],
        "titles: ≥ 90, one organization, cosine ≥ .75, another place": list(kin),
        "rule v2: its place test turned round": [
            relation == "campaign" for relation in dedupe_rule.relations(ads, pairs)
        ],
    }
