"""The inverted TF-IDF index over the open jobs: built, kept current, opened memory-mapped, and scored.

One space holds folded words and concepts. A title word counts three times: it says what the job is. Weights
are damped counts (terms.damp) x scikit-learn's idf, rows of length 1, so that the product of two rows is
their cosine.

An index is some shards of at most `shards.ROWS` jobs, over one vocabulary and idf that a generation keeps.
A night counts only the jobs that are new or say something else: they are a shard of their own, and their old
rows, like those of closed jobs, are dead. Small shards become one; those of which much is dead are written
anew, one a night.
A row's weights depend on nothing but its own text, the vocabulary and the idf, so that the same jobs rank
alike whatever the history of their index.

On disk an index is a folder of NumPy arrays and one meta.json, named by its content; the file CURRENT names
the one that holds. A build makes a folder aside, with links to the shards that stay, moves it in place,
replaces CURRENT, and removes what is left of older ones; who has an old index open keeps it.
"""

from matcher.index.building import Source, build
from matcher.index.files import IndexDamaged, IndexMissing, IndexProblem, current
from matcher.index.opened import FORMAT, Array, Index, load, places
from matcher.terms import Document

__all__ = [
    "FORMAT",
    "Array",
    "Document",
    "Index",
    "IndexDamaged",
    "IndexMissing",
    "IndexProblem",
    "Source",
    "build",
    "current",
    "load",
    "places",
]
