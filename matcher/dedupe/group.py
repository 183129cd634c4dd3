"""Deduplication of ads at hand, in one go: a night with an empty shelf."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from matcher.dedupe.ads import Ad, Grouping, Job, Progress, Verdict
from matcher.dedupe.shelf import Shelf
from matcher.dedupe.update import Listed, Update


def group(ads: Sequence[Ad], verdicts: Sequence[Verdict] = (), progress: Progress | None = None) -> Grouping:
    """Every ad in exactly one job, the jobs' campaigns and templates, and the pairs that say why.

    The result does not depend on the order of `ads` or `verdicts`. A verdict "different" keeps two ads
    apart, a verdict "same" joins them whatever the rule says; where verdicts contradict each other,
    "different" holds and the "same" with the largest names is left out (a contradiction is refused where
    verdicts are made).
    """
    by_key = {ad.key: ad for ad in ads}
    names = {ad.key: (ad.source, ad.identifier, ad.key) for ad in ads}

    def fetch(keys: Iterable[int]) -> Iterator[Ad]:
        return (by_key[key] for key in keys)

    with tempfile.TemporaryDirectory() as folder:
        listed = Listed(np.array(sorted(by_key), np.int64), np.zeros(len(by_key), np.uint64))
        night = Update(Shelf(Path(folder)), progress=progress).run(listed, fetch, verdicts)
    jobs = sorted(night.jobs, key=lambda job: names[job.listings[0]])
    pairs = sorted(night.pairs, key=lambda pair: (names[pair.a], names[pair.b]))
    return Grouping(list(_numbered(jobs)), pairs)


def _numbered(jobs: Sequence[Job]) -> Iterator[Job]:
    """The jobs with their campaigns and templates numbered as they come."""
    campaigns: dict[int, int] = {}
    templates: dict[int, int] = {}
    for job in jobs:
        shared = [
            None if label is None else numbers.setdefault(label, len(numbers))
            for label, numbers in ((job.campaign, campaigns), (job.template, templates))
        ]
        yield replace(job, campaign=shared[0], template=shared[1])
