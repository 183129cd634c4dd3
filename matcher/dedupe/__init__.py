"""Which listings are one job, one campaign, one template: block, compare, group, explain.

**What counts.** Two ads stand in one of four relations, and a reader can always be told why.

- *Same job*: one opening, told more than once. A copy on a second site, an aggregator's copy of the
  employer's own, a snippet cut after three lines, a re-advert under a new number weeks later, an agency's
  ad under a sibling name. They become one job; every listing stays, with its link.
- *Campaign*: one text in several places. Each place is a job with its own pay, hours and requisition;
  together they are one card. A campaign never holds two employers.
- *Template*: one text under different organizations. It is how disguised sales ads look, and franchises.
  The jobs are linked and flagged, never merged, never one card.
- *Different*, however alike the words: level I and II, day and night, full-time and part-time, permanent
  and cover, one ward and another, two languages, two requisitions of one employer, two clients of one
  agency, Dublin and Ottawa.

**Precision first.** A wrong merge hides a job from somebody; a missed one costs a glance. Of ads whose
texts are equal word for word, two in five are different jobs (one text for Band 4 and Band 7), so likeness
of text never decides alone: it proposes, and what a title, a place, an employer or a replaced phrase says
can only keep apart. What is uncertain stays apart and is kept as a near miss, for a reviewer.

**Read.** An ad is read once for each version of it (`signs.note`) and kept on a shelf (`shelf`): its fields,
and its words without contacts. Of one employer's ads the sentences are left out that stand under three roles
or more: boilerplate must not make two ads alike. Which these are is learned once for a *generation*.

**Block.** Ads are compared that share a key: requisition, address, equal text, opening words, employer and
title or two of its words, title and place, recruiter and title, or a band of a MinHash sketch of the text or
of its first sixty words. Each block is capped; what is over is parted by place, by title and by the sketch,
and each ad stands beside its part's leaders: the number of pairs is linear in the ads, and what was left out
is counted. Sketches then drop the pairs whose texts cannot be one text.

**Compare.** Employers are compared by family (no legal form, no sibling word), titles by the core of the role
with cheers, pay and places taken out, and level, grade, shift, hours, contract and language as markers,
places as stated. The shorter text is sought in the longer, and a word diff reads what differs: a changed
date, contact or spelling is another print; a short phrase in place of another is a slot of a form, filled
anew. Within one board (one source, one host) the print is one and the same, so every filled slot tells two
jobs apart; across boards a few are noise. A logistic regression over these named features (`model.json`,
fitted by `benchmarks/train_dedupe.py`) says how likely the two are one ad; conflicts stand above it.

**Group.** Pairs are joined from the surest down, and two groups only if no pair across them clashes: no
chain of near-copies pulls in an ad that conflicts. Ties break by name, hashes have fixed seeds: the same ads
in any order give the same jobs. A recruiter's verdict binds or parts before all rules.

**A night** (`update`) reads, compares and groups what changed, and the rest stands as it stood. Everything is
a function of the ads that are there, their verdicts and the generation's boilerplate, so ten nights lead
where one night from scratch leads.

The modules stand in layers, which `pyproject.toml` lists: what reads one ad knows nothing of two, and what
compares two nothing of a night, so that neither can come to lean on which other ads there are.

Weighed and left: similarity alone (JobFunnel's cosine of .75 is right once in five), connected components
(chaining costs nine points of precision), embeddings (merge roles, need a model). `docs/dedupe.md` has
today's figures.
"""

from __future__ import annotations

from matcher.dedupe.ads import Ad, Grouping, Job, Pair, Progress, Verdict
from matcher.dedupe.explain import as_grouped, explain
from matcher.dedupe.group import group

__all__ = ["Ad", "Grouping", "Job", "Pair", "Progress", "Verdict", "as_grouped", "explain", "group"]
