"""Is this customer-service work? A title, and what the text says, judged as core, adjacent or other.

What counts. The occupation is SOC 43-4051: people who answer, help and keep customers, by whatever channel,
whatever the customer is called (client, member, guest, policyholder). Their team leads, supervisors and
managers count too, with their level. *Adjacent* is work that a customer-service person could sensibly apply
for, or that shares most of the day: reception, tills, tellers, help desks, dispatch, collections,
telesales. *Other* is the rest, above all work that only borrows the words: a "Customer Data Engineer"
serves data, a "Service Technician" repairs, a "Customer Delivery Driver" drives. SOC's own rule holds: work
that is mainly selling or mending is not ours.

What a trade is. A title that names customer service is core in a shop, a café or a clinic, too, and beside
another word ("Sales Representative / Customer Service"): the employer names the work, and those who label
titles do so. Only a text that tells of other work overrules it.

How. The title decides, since it is the one field that every source fills in. It is brought to a canonical
form (`roles.csv`, spelling: "Reps" and "Represenatative" are "representative"), noise is cut (stars,
numbers, pay, shifts, "Interview This Week"), and it is split where people join two jobs ("Customer Service
/ Cashier"). Each segment is asked in this order: veto, core, adjacent. The order is the judgment:

* A veto beats a core phrase in the same segment, because the noun tells the work: "Customer Service
  Delivery Driver".
* The first segment is the head. A vetoed head settles the title ("Warehouse Worker / Customer Service"); a
  vetoed tail does not ("Customer Service Representative / Driver"). Executives ("VP, Customer Care") are
  heads, too.
* Otherwise the best segment counts: core, then adjacent. A phrase that the split broke is looked for in the
  whole title, unless a segment was vetoed.
* A core title is watched for words that lower it to adjacent: "Management training – Customer Service" and
  its kin are disguised direct sales, "IT Specialist (Customer Support)" is a help desk, "Call Center
  Quality Analyst" listens, and of "Customer Service Cashier" the last noun is the work.

The text is heard where the title names customer service or is near ("Payment Support Agent", "Support Team
Lead"): `duties` weighs what it says, takes a title back that stands over other work
("Customer Service Associate", lifts 55 pounds: 36 of 166 core titles in one collection), and lifts a near one
whose customers call or write. No other title goes up: half of all ads speak of "excellent customer service",
and many have no text, so that the title decides alone.

Weighed and left: a learned title classifier (868 labelled titles are too few, and its mistakes could not be
argued with a recruiter), rules by hand about the text (two kinds of marks of other work and none of contact:
right about the ads from which they were made, and on new ones less often than weights), asking a mark of
contact of every core title (loses five right ones for each wrong one), matching O*NET's alternate titles
(archaic: "Trouble Clerk"), the similarity of the text to the occupation's tasks (calls every shop assistant
core). Figures: docs/matching.md.

Cases that taught us. "Tech Support Agent" is adjacent, however much it sounds like phone work. "Happiness
Engineer" is core although engineers are vetoed. "Customer Care" is core, "Resident Care" is nursing.
"Member of Technical Staff" is no member service. "Service Representative" alone is core, "Field Service
Representative" mends machines.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from matcher import duties, folding
from matcher import text as texts

Tier = Literal["core", "adjacent", "other"]
Level = Literal["entry", "senior", "lead", "manager"]

MAX_TITLE = 300  # characters; what follows is no title any more


@dataclass(frozen=True, slots=True)
class Role:
    tier: Tier
    family: str  # customer_service, call_center, …, reception, …; of other work what ruled it out, or ""
    level: Level | None
    reason: str  # in words, for people


@dataclass(frozen=True, slots=True)
class Hit:
    tier: str  # veto, core, near, adjacent, channel, as in roles.csv, or "none"
    family: str
    words: str


NONE = Hit("none", "", "")


def classify(title: str, text: str = "") -> Role:
    """What kind of work an ad offers, by its title and, where that names it or may, by `text`, plain or none.

    Any string is a title.
    """
    whole, segments = _segments(_canonical(title))
    level = _level(whole, title)
    hit = _judge(whole, segments)
    said = f"title says '{hit.words}'"
    if watched := _watched(hit, whole):
        return Role("adjacent", watched.family, level, f"{said}, but also '{watched.words}'")
    if named := _kind(hit):
        return _by_text(said, hit, level, duties.hear(text, named))
    if hit.tier == "adjacent":
        return Role("adjacent", hit.family, level, said)
    if hit.tier == "none":
        return Role("other", "", level, "title names no customer-service work")
    return Role("other", hit.family, level, f"vetoed: {hit.family.replace('_', ' ')} ('{hit.words}')")


def kind(title: str) -> duties.Title | None:
    """What a title names of customer service; None where it names other work and no text is asked."""
    whole, segments = _segments(_canonical(title))
    hit = _judge(whole, segments)
    return None if _watched(hit, whole) else _kind(hit)


def _watched(hit: Hit, title: str) -> Hit | None:
    """The words of a core title that make it adjacent."""
    return _first("watch", title) if hit.tier == "core" else None


def _kind(hit: Hit) -> duties.Title | None:
    if hit.tier == "core":
        return "customer" if _first("loose", hit.words) else "service"
    return "open" if hit.tier in {"near", "channel"} else None


def _by_text(said: str, hit: Hit, level: Level | None, heard: duties.Heard | None) -> Role:
    """The role where the title names customer service or leaves it open, and the text may say otherwise."""
    named = hit.tier == "core"
    if heard is None or heard.served == named:
        return Role("core" if named else "adjacent", hit.family, level, said)
    if named:
        return Role("adjacent", hit.family, level, f"{said}, but the text '{heard.told}'")
    family = "call_center" if hit.family == "call_center" else "customer_service"
    return Role("core", family, level, f"{said}, and the text '{heard.told}'")


# --- the title in canonical form

_BY_HAND = [  # what is not a matter of single words
    (re.compile(r"\b(?:work (?:from|at) home|home[- ]based)\b"), "remote"),
    (re.compile(r"\btechnician support\b"), "technical support"),
    (re.compile(r"\b(help|service)[- ]desk\b"), r"\1 desk"),
    (re.compile(r"(?<=\w)\((?:e|ne|in|a|[eè]re|trice)\)"), ""),  # agent(e), conseiller(ère)
]
_WORD = re.compile(r"[a-z][a-z']*\.?")
_NOISE = re.compile(
    r"\[[^\]]*\]|#\s?\d+|\$+\s?[\d,.]+\s?k?(?:\s?(?:-|to|/)\s?\$?[\d,.]+\s?k?)?"
    r"(?:\s?(?:/|per|an)\s?(?:hr|hour|yr|year|week|wk))?|\b(?!(?:111|311|911|999)\b)\d{3,}\b|[^\w\s'.,:;()/|&+–—-]+|"
    r"\b(?:now hiring|hiring (?:now|immediately|this week)|immediate (?:start|hire|opening)s?|urgent(?:ly)?|"
    r"apply (?:now|today)|interview(?:ing)? (?:this week|today|now)|wanted|needed|required|full[- ]?time|"
    r"part[- ]?time|temp(?:orary)?(?: to hire)?|seasonal|contract|permanent|entry[- ]level|"
    r"no experience(?: (?:needed|required))?|work today|remote|on[- ]?call|"
    r"(?:1st|2nd|3rd|first|second|third|day|night|evening|weekend|overnight) shift|"
    r"weekends?|evenings?|nights?|usa?|uk|canada|m/f/?d?|w/m/div|h/f/n)\b"
)
_SPLIT = re.compile(r"[/|;,:()]|\s[-–—]|[-–—]\s|\s&\s|\b(?:and|or|with)\b|\.{2,}")
_EDGES = " -–—/,.|&:()'\""


def _canonical(title: str) -> str:
    words = folding.normalize(title[:MAX_TITLE]).replace("_", " ")
    words = _WORD.sub(_spelled, words)
    for pattern, plain in _BY_HAND:
        words = pattern.sub(plain, words)
    return words


def _spelled(match: re.Match[str]) -> str:
    word = match[0]
    bare = word.rstrip(".")
    return _vocabulary().spelling.get(bare, word)


def _segments(title: str) -> tuple[str, list[str]]:
    whole = " ".join(_NOISE.sub(" ", title).split()).strip(_EDGES)
    segments = [segment for part in _SPLIT.split(whole) if (segment := part.strip(_EDGES))]
    return whole, segments or [whole]


# --- the judgment

_EXECUTIVE = re.compile(
    r"\b(?:chief|vp|v\.p\.|vice president|svp|avp|director|commissioner|head of|president|"
    r"(?<!service )(?<!care )(?<!support )partner)\b"
)


def _judge(whole: str, segments: list[str]) -> Hit:
    if (executive := _EXECUTIVE.search(segments[0])) and "assistant to" not in whole:
        return Hit("veto", "executive", executive[0])
    hits = [_hit(segment) for segment in segments]
    if hits[0].tier == "veto":
        return hits[0]
    if not any(hit.tier in {"core", "veto"} for hit in hits) and (broken := _first("core", whole)):
        return Hit("core", broken.family, broken.words)
    ranked = {hit.tier: hit for hit in reversed(hits)}  # the first of each tier
    if "veto" in ranked:
        ranked.pop("near", None)  # what else it names leaves nothing open
    return next(
        (ranked[tier] for tier in ("core", "near", "adjacent", "channel", "veto") if tier in ranked), NONE
    )


def _hit(segment: str) -> Hit:
    hits = (_first(tier, segment) for tier in ("veto", "core", "near", "adjacent", "channel"))
    return next((hit for hit in hits if hit), NONE)


def _first(tier: str, words: str) -> Hit | None:
    """What `words` hold of a tier, by its first pattern; all its patterns in one turn most titles away."""
    gate, patterns = _vocabulary().tiers[tier]
    if not gate.search(words):
        return None
    for family, pattern in patterns:
        if found := pattern.search(words):
            return Hit(tier, family, found[0].strip())
    return None


# --- level

_LEVELS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    # Who manages accounts or cases leads nobody by it.
    ("manager", re.compile(r"(?<!success )(?<!account )(?<!case )(?<!relationship )\bmanager\b|\bhead\b")),
    ("lead", re.compile(r"\b(?:team lead(?:er)?|lead|leader|supervisor|captain)\b")),
    ("senior", re.compile(r"\bsenior\b|\b(?:iii|iv)\b")),
    ("entry", re.compile(r"\b(?:trainee|apprentice(?:ship)?|intern(?:ship)?|junior|graduate)\b|\bi$")),
)
_ENTRY = re.compile(r"\bentry[- ]level\b|\bno experience\b", re.I)


def _level(whole: str, title: str) -> Level | None:
    for level, pattern in _LEVELS:
        if pattern.search(whole):
            return level
    return "entry" if _ENTRY.search(title[:MAX_TITLE]) else None


# --- vocabulary


@dataclass(frozen=True, slots=True)
class Vocabulary:
    spelling: Mapping[str, str]
    tiers: Mapping[str, tuple[re.Pattern[str], list[tuple[str, re.Pattern[str]]]]]


@functools.cache
def _vocabulary() -> Vocabulary:
    rows = texts.vocabulary("roles.csv")
    spelling = {
        word: row["family"] for row in rows if row["tier"] == "spelling" for word in row["pattern"].split("|")
    }
    parts = {f"<{row['family']}>": f"(?:{row['pattern']})" for row in rows if row["tier"] == "part"}
    tiers: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        if row["tier"] not in {"spelling", "part", *duties.MARKS}:  # these are of texts
            pattern = row["pattern"]
            for name, part in parts.items():
                pattern = pattern.replace(name, part)
            tiers.setdefault(row["tier"], []).append((row["family"], pattern))
    return Vocabulary(
        spelling,
        {
            tier: (
                re.compile("|".join(pattern for _, pattern in patterns)),
                [(family, re.compile(pattern)) for family, pattern in patterns],
            )
            for tier, patterns in tiers.items()
        },
    )


_FAMILIES = {
    "auto_service": "car service",
    "collections_billing": "collections and billing",
    "eligibility_public": "public benefits",
    "healthcare_access": "patient access",
    "orders_logistics": "orders and logistics",
    "sales_service": "sales and service",
    "tech_support": "technical support",
    "telesales": "sales by phone",
    "warranty_admin": "warranty claims",
}


def in_words(family: str) -> str:
    """A family as people read it: "technical support"."""
    return _FAMILIES.get(family, family.replace("_", " "))
