"""From compared pairs to jobs, campaigns and templates: constrained clustering, free of order."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matcher.dedupe import block, canonical, reasons, signs, titles
from matcher.dedupe.ads import Ad, Grouping, Job, Pair, Progress, Verdict
from matcher.dedupe.compare import Comparer, Comparison, employers
from matcher.dedupe.links import Links

log = logging.getLogger(__name__)

LARGEST_JOB = 50  # ads whose texts differ; copies word for word do not count
NEAR_MISS = 0.3  # probability from which a pair that was kept apart is shown to a reviewer
NEAR_TEXT = 0.8
NEAR_MISSES = 20  # at most so many are kept for one ad
LINKS = 20  # campaign and template pairs that are kept for one ad


def group(ads: Sequence[Ad], verdicts: Sequence[Verdict] = (), progress: Progress | None = None) -> Grouping:
    """Every ad in exactly one job, the jobs' campaigns and templates, and the pairs that say why.

    The result does not depend on the order of `ads` or `verdicts`. A verdict "different" keeps two ads
    apart, a verdict "same" joins them whatever the rule says; where verdicts contradict each other,
    "different" holds and the "same" with the largest names is left out (a contradiction is refused where
    verdicts are made).
    """
    return _Grouper(ads, verdicts, progress).group()


@dataclass(frozen=True, slots=True)
class _Judged:
    """The verdicts between positions, smaller first."""

    same: frozenset[tuple[int, int]]
    apart: frozenset[tuple[int, int]]

    def touched(self) -> set[int]:
        return {at for pair in self.same | self.apart for at in pair}


class _Grouper:
    """One run of `group`; ads are known by their position in the order of (source, identifier)."""

    def __init__(self, ads: Sequence[Ad], verdicts: Sequence[Verdict], progress: Progress | None) -> None:
        self.ads = sorted(ads, key=lambda ad: (ad.source, ad.identifier, ad.key))
        self.tick = progress or (lambda step, done, total: None)
        total = len(self.ads)
        notes = []
        for done, ad in enumerate(self.ads):
            notes.append(signs.note(ad))
            if done % 2000 == 0:
                self.tick("read", done, total)
        boilerplate = signs.boilerplate(notes)
        self.signs = [signs.signs(one, boilerplate) for one in notes]
        self.comparer = Comparer(self.signs)
        self.judged = _judged(self.ads, verdicts)

    def group(self) -> Grouping:
        self.copies = self._copies()
        nodes = sorted({*range(len(self.ads))} - self.copies.keys())
        compared = self._compare(nodes)
        jobs = self._jobs(compared)
        campaigns, templates = self._links(jobs, compared)
        return Grouping(self._rows(jobs, campaigns, templates), self._pairs(jobs, campaigns, templates))

    def _copies(self) -> dict[int, int]:
        """Each ad that repeats an earlier one in all that counts -> that one: a copy costs one comparison."""
        first: dict[tuple[object, ...], int] = {}
        found = {}
        judged = self.judged.touched()
        for at, one in enumerate(self.signs):
            if at in judged:
                continue
            told = (
                one.digest,
                len(one.words),
                one.families,
                one.name,
                one.title,
                one.where,
                frozenset(one.requisitions),
            )
            ours = one.ad.title if not one.title.core else ""
            look = (*told, one.hours, one.contacts, one.ad.pay, one.ad.employment_type, ours)
            original = first.setdefault(look, at)
            if original != at and self.comparer.compare(original, at).relation == "job":
                found[at] = original
        return found

    def _compare(self, nodes: Sequence[int]) -> list[tuple[int, int, Comparison]]:
        """The candidates among `nodes`, compared, the surest first; ties by position, so order-free."""
        chosen = [self.signs[at] for at in nodes]
        pairs = block.candidates(chosen, lambda done: self.tick("block", done, len(chosen))).pairs.tolist()
        compared = []
        for done, (left, right) in enumerate(pairs):
            a, b = nodes[left], nodes[right]
            compared.append((a, b, self.comparer.compare(a, b)))
            if done % 5000 == 0:
                self.tick("compare", done, len(pairs))
        self.tick("compare", len(pairs), len(pairs))
        for a, b in sorted(self.judged.same | self.judged.apart):
            self.comparer.compare(a, b)
        return sorted(compared, key=lambda row: (-row[2].probability, row[0], row[1]))

    def _jobs(self, compared: Iterable[tuple[int, int, Comparison]]) -> Links:
        """Jobs: a merge needs every cross pair free of a clash, so that no chain of near-copies forms."""
        jobs = Links(range(len(self.ads)), self.judged.apart)
        for copy, original in self.copies.items():
            jobs.join(original, copy)
        for a, b in sorted(self.judged.same):
            if not jobs.join(a, b):
                log.warning(
                    "verdict left out: it contradicts others a=%s b=%s",
                    self.ads[a].identifier,
                    self.ads[b].identifier,
                )
        bound = {at: jobs.root(at) for at in self.judged.touched()}
        for a, b, found in compared:
            if found.relation == "job" and not jobs.together(a, b) and self._fits(jobs, a, b, bound):
                jobs.join(a, b)
        return jobs

    def _fits(self, jobs: Links, a: int, b: int, bound: dict[int, int]) -> bool:
        left, right = ([at for at in jobs.members(one) if at not in self.copies] for one in (a, b))
        if len(left) + len(right) > LARGEST_JOB:
            return self.signs[a].digest == self.signs[b].digest and not self._clash(a, b)
        return all(self._free(x, y, left, right, bound) for x in left for y in right)

    def _free(self, x: int, y: int, left: Sequence[int], right: Sequence[int], bound: dict[int, int]) -> bool:
        """Whether two members may share a job; one bound by a verdict to a member that fits may."""
        if not self._clash(x, y):
            return True
        if (min(x, y), max(x, y)) in self.judged.apart:
            return False
        friends_x = [at for at in left if at in bound and at != x and bound.get(at) == bound.get(x)]
        friends_y = [at for at in right if at in bound and at != y and bound.get(at) == bound.get(y)]
        return any(not self._clash(at, y) for at in friends_x) or any(
            not self._clash(x, at) for at in friends_y
        )

    def _clash(self, x: int, y: int) -> bool:
        return self.comparer.compare(min(x, y), max(x, y)).clash

    def _links(self, jobs: Links, compared: Sequence[tuple[int, int, Comparison]]) -> tuple[Links, Links]:
        """Campaigns and templates over jobs: connected, but a card holds one employer and one level."""
        roots = sorted({jobs.root(at) for at in range(len(self.ads))})
        apart = self.judged.apart | {(a, b) for a, b, found in compared if found.apart}
        named = {(min(x, y), max(x, y)) for x, y in ((jobs.root(a), jobs.root(b)) for a, b in apart)}
        campaigns = Links(roots, frozenset((x, y) for x, y in named if x != y))
        templates = Links(roots, frozenset())
        kept: dict[int, list[signs.Signs]] = {}
        for a, b, found in compared:
            left, right = jobs.root(a), jobs.root(b)
            if left == right:
                continue
            if found.relation in ("campaign", "job"):
                self._join_campaign(campaigns, kept, left, right, jobs)
            elif found.relation == "template":
                templates.join(left, right)
        return campaigns, templates

    def _join_campaign(
        self, campaigns: Links, kept: dict[int, list[signs.Signs]], left: int, right: int, jobs: Links
    ) -> None:
        one, other = campaigns.root(left), campaigns.root(right)
        if one == other:
            return
        looks = [
            kept.get(root) or _looks([self.signs[at] for at in jobs.members(root)]) for root in (one, other)
        ]
        if any(_card_clash(x, y) for x in looks[0] for y in looks[1]):
            return
        if campaigns.join(one, other):
            kept[campaigns.root(one)] = _looks(looks[0] + looks[1])

    def _rows(self, jobs: Links, campaigns: Links, templates: Links) -> list[Job]:
        numbers: tuple[dict[int, int], dict[int, int]] = ({}, {})
        rows = []
        for root in sorted({jobs.root(at) for at in range(len(self.ads))}):
            members = jobs.members(root)
            shared = [
                number.setdefault(links.root(root), len(number)) if len(links.members(root)) > 1 else None
                for links, number in zip((campaigns, templates), numbers, strict=True)
            ]
            best = min(members, key=lambda at: canonical.preference(self.signs[at]))
            rows.append(
                Job(
                    tuple(self.ads[at].key for at in members),
                    self.ads[best].key,
                    shared[0],
                    shared[1],
                    self._why(members),
                )
            )
        return rows

    def _why(self, members: Sequence[int]) -> tuple[str, ...]:
        """The reasons of a job: each listing beside the first, said once."""
        told: dict[str, None] = {}
        for at in members[1:]:
            found = self.comparer.made.get((members[0], at))
            for reason in reasons.told(found, self.signs[members[0]], self.signs[at], "job") if found else ():
                told.setdefault(reason)
            if len(told) > 12:
                break
        return tuple(told)

    def _pairs(self, jobs: Links, campaigns: Links, templates: Links) -> list[Pair]:
        """Joined pairs, linked pairs and near misses, in order; a reviewer's decisions always."""
        kept: list[Pair] = []
        room: dict[tuple[int, str], int] = defaultdict(int)
        ranked = sorted(self.comparer.made.items(), key=lambda item: (-item[1].probability, item[0]))
        for (a, b), found in ranked:
            relation = self._outcome(a, b, found, jobs, campaigns, templates)
            judged = (a, b) in self.judged.same or (a, b) in self.judged.apart
            if relation == "different" and not judged and not _near(found):
                continue
            limit = {"job": len(self.ads), "different": NEAR_MISSES}.get(relation, LINKS)
            if not judged and max(room[a, relation], room[b, relation]) >= limit:
                continue
            room[a, relation] += 1
            room[b, relation] += 1
            kept.append(self._pair(a, b, found, relation, "verdict" if judged else "rule"))
        return kept

    def _outcome(
        self, a: int, b: int, found: Comparison, jobs: Links, campaigns: Links, templates: Links
    ) -> str:
        if jobs.together(a, b):
            return "job"
        left, right = jobs.root(a), jobs.root(b)
        if (a, b) in self.judged.apart:
            return "different"
        if found.relation in ("campaign", "job") and campaigns.together(left, right):
            return "campaign"
        return "template" if found.relation == "template" and templates.together(left, right) else "different"

    def _pair(self, a: int, b: int, found: Comparison, relation: str, decided_by: str) -> Pair:
        told = reasons.told(found, self.signs[a], self.signs[b], relation)
        if decided_by == "verdict":
            told.insert(
                0, "a reviewer said: " + ("the same job" if (a, b) in self.judged.same else "different jobs")
            )
        elif relation != found.relation:
            told.insert(
                0,
                "joined through other copies"
                if relation == "job"
                else "kept apart: another listing of the job conflicts",
            )
        return Pair(
            self.ads[a].key,
            self.ads[b].key,
            relation,
            decided_by,
            found.probability,
            reasons.features(found),
            told,
        )


def _near(found: Comparison) -> bool:
    return found.probability >= NEAR_MISS or (
        found.text >= NEAR_TEXT and found.words >= 15 and found.employer != "different"
    )


def _judged(ads: Sequence[Ad], verdicts: Sequence[Verdict]) -> _Judged:
    at = {ad.key: position for position, ad in enumerate(ads)}
    rows = [
        (min(at[v.a], at[v.b]), max(at[v.a], at[v.b]), v.same)
        for v in verdicts
        if v.a in at and v.b in at and v.a != v.b
    ]
    apart = frozenset((a, b) for a, b, same in rows if not same)
    return _Judged(frozenset((a, b) for a, b, same in rows if same) - apart, apart)


def _looks(members: Sequence[signs.Signs]) -> list[signs.Signs]:
    """One ad for each (employer, markers) among `members`: what a card may clash in."""
    seen: dict[tuple[object, ...], signs.Signs] = {}
    for one in members:
        seen.setdefault((one.families, one.name, one.title.markers), one)
    return list(seen.values())[:50]


def _card_clash(x: signs.Signs, y: signs.Signs) -> bool:
    return employers(x, y) == "different" or bool(titles.conflicts(x.title, y.title))
