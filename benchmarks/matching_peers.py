"""Plain rankings of the same ads for the same texts: what `benchmarks/matching.py` shows beside ours."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

Run = dict[str, list[str]]  # query: ads, best first
Scorer = Callable[[str], npt.NDArray[np.float64]]

WORDS = {"strip_accents": "unicode", "stop_words": "english", "sublinear_tf": True}
CHARACTERS = {"analyzer": "char_wb", "ngram_range": (3, 5), "sublinear_tf": True, "min_df": 3}
TOPICS = 200


def runs(ads: Mapping[str, str], queries: Mapping[str, str], depth: int) -> Iterator[tuple[str, Run]]:
    """Each plain ranking by its name; `ads` are texts (title first) by id."""
    names, texts = list(ads), list(ads.values())
    for name, scorer in _scorers(texts):
        found: Run = {}
        for query, said in queries.items():
            scores = scorer(said)
            best = np.argsort(-scores, kind="stable")[:depth]
            found[query] = [names[row] for row in best]
        yield name, found


def _scorers(texts: Sequence[str]) -> Iterator[tuple[str, Scorer]]:
    try:
        yield "BM25 (bm25s)", _bm25(texts)
    except ModuleNotFoundError:
        print("bm25s is not installed: pip install bm25s, and BM25 has its row, too")
    words = TfidfVectorizer(**WORDS)
    rows = words.fit_transform(texts)
    yield "TF-IDF, words", lambda said: (rows @ words.transform([said]).T).toarray().ravel()
    topics = TruncatedSVD(TOPICS, random_state=0)
    places = normalize(topics.fit_transform(rows))
    yield f"LSA, {TOPICS}", lambda said: places @ topics.transform(words.transform([said])).ravel()
    pieces = TfidfVectorizer(**CHARACTERS)
    cut = pieces.fit_transform(texts)
    yield "TF-IDF, characters 3-5", lambda said: (cut @ pieces.transform([said]).T).toarray().ravel()
    drawn = np.random.default_rng(1)
    yield "random", lambda _: drawn.random(len(texts))
    lengths = np.array([len(text) for text in texts], dtype=np.float64)
    yield "longest first", lambda _: lengths


def _bm25(texts: Sequence[str]) -> Scorer:
    """BM25 as bm25s has it unless told otherwise (Lucene's, k1 1.5, b 0.75), English stop words out."""
    bm25s = importlib.import_module("bm25s")
    tokens = bm25s.tokenize(list(texts), stopwords="en", show_progress=False)
    fitted = bm25s.BM25(backend="numpy")
    fitted.index(tokens, show_progress=False)

    def scores(said: str) -> npt.NDArray[np.float64]:
        asked = bm25s.tokenize([said], stopwords="en", show_progress=False, return_ids=False)[0]
        return np.asarray(fitted.get_scores(asked), dtype=np.float64)

    return scores
