"""Which listings are one job: block, compare, group, explain."""

from __future__ import annotations


from matcher.dedupe.ads import Ad, Grouping, Job, Pair, Progress, Verdict
from matcher.dedupe.explain import explain
from matcher.dedupe.group import group

__all__ = ["Ad", "Grouping", "Job", "Pair", "Progress", "Verdict", "explain", "group"]
