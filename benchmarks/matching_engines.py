"""Search engines that `benchmarks/matching_scale.py` sets beside the index: built in a folder, then asked.

bm25s and tantivy are no part of this project: the group `bench` has them.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import dedupe_grow

TOP = 50
WORKERS = 2
HEAP = 512_000_000  # bytes that tantivy's writer may take

Ask = Callable[[str], object]


def texts(path: Path, count: int) -> Iterator[str]:
    """Title and text of each ad."""
    for ad in itertools.islice(dedupe_grow.rows(path), count):
        yield f"{ad['title']}\n{ad['text']}"


# ---------------------------------------------------------------------------------- bm25s


def build_bm25s(path: Path, count: int, folder: Path) -> None:
    """As it comes, without a stemmer."""
    import bm25s  # noqa: PLC0415
    from bm25s.tokenization import Tokenizer  # noqa: PLC0415

    # a list of all texts would take gigabytes more
    found = Tokenizer(stopwords="en").tokenize(
        texts(path, count), length=count, return_as="tuple", show_progress=False
    )
    made = bm25s.BM25()
    made.index(found, show_progress=False)
    made.save(folder)


def open_bm25s(folder: Path) -> Ask:
    """Memory-mapped, with NumPy's back end."""
    import bm25s  # noqa: PLC0415

    made = bm25s.BM25.load(folder, mmap=True)

    def ask(text: str) -> object:
        found = bm25s.tokenize([text], stopwords="en", show_progress=False)
        return made.retrieve(found, k=TOP, show_progress=False, backend_selection="numpy")

    return ask


# ---------------------------------------------------------------------------------- tantivy


def build_tantivy(path: Path, count: int, folder: Path) -> None:
    """With two threads, the words stemmed."""
    import tantivy  # noqa: PLC0415

    schema = tantivy.SchemaBuilder()
    schema.add_text_field("text", stored=False, tokenizer_name="en_stem")
    writer = tantivy.Index(schema.build(), path=str(folder)).writer(HEAP, WORKERS)
    for text in texts(path, count):
        writer.add_document(tantivy.Document(text=text))
    writer.commit()
    writer.wait_merging_threads()


def open_tantivy(folder: Path) -> Ask:
    """Any of the words, the best first."""
    import tantivy  # noqa: PLC0415

    made = tantivy.Index.open(str(folder))
    searcher = made.searcher()

    def ask(text: str) -> object:
        return searcher.search(made.parse_query(" ".join(words(text)), ["text"]), TOP)

    return ask


# ---------------------------------------------------------------------------------- TfidfVectorizer


def build_tfidf(path: Path, count: int, folder: Path) -> None:
    """scikit-learn's, one core, float32."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    made = TfidfVectorizer(dtype=np.float32, sublinear_tf=True)
    matrix = made.fit_transform(texts(path, count))
    for name in ("data", "indices", "indptr"):
        np.save(folder / f"{name}.npy", getattr(matrix, name))
    np.save(folder / "idf.npy", made.idf_)
    vocabulary = {word: int(column) for word, column in made.vocabulary_.items()}
    (folder / "vocabulary.json").write_text(json.dumps(vocabulary), encoding="utf-8")


def open_tfidf(folder: Path) -> Ask:
    """The product of the whole matrix with a question."""
    from scipy import sparse  # noqa: PLC0415
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    vocabulary = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    made = TfidfVectorizer(dtype=np.float32, sublinear_tf=True, vocabulary=vocabulary)
    made.idf_ = np.load(folder / "idf.npy")
    parts = [np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("data", "indices", "indptr")]
    matrix = sparse.csr_matrix(tuple(parts), shape=(len(parts[2]) - 1, len(vocabulary)), copy=False)

    def ask(text: str) -> object:
        scores = matrix @ made.transform([text]).toarray()[0]
        best = np.argpartition(-scores, TOP)[:TOP]
        return best[np.argsort(-scores[best])]

    return ask


# ---------------------------------------------------------------------------------- SQLite


def build_fts5(path: Path, count: int, folder: Path) -> None:
    """A table without its texts, the words stemmed."""
    db = sqlite3.connect(folder / "fts.sqlite3")
    db.execute("create virtual table ad using fts5(text, content='', tokenize='porter unicode61')")
    rows = ((number, text) for number, text in enumerate(texts(path, count)))
    db.executemany("insert into ad(rowid, text) values (?, ?)", rows)
    db.commit()
    db.close()


def open_fts5(folder: Path) -> Ask:
    """Any of the words, by SQLite's BM25."""
    db = sqlite3.connect(folder / "fts.sqlite3")
    db.execute("select count(*) from ad_config")
    chosen = "select rowid from ad where ad match ? order by rank limit ?"

    def ask(text: str) -> object:
        asked = " OR ".join(f'"{word}"' for word in sorted(set(words(text))))
        return db.execute(chosen, (asked, TOP)).fetchall()

    return ask


def words(text: str) -> list[str]:
    """Without signs that these engines read as operators."""
    return "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()


BUILD: dict[str, Any] = {
    "bm25s": build_bm25s,
    "tantivy": build_tantivy,
    "tfidf": build_tfidf,
    "fts5": build_fts5,
}
OPEN: dict[str, Callable[[Path], Ask]] = {
    "bm25s": open_bm25s,
    "tantivy": open_tantivy,
    "tfidf": open_tfidf,
    "fts5": open_fts5,
}
