"""Tells whether an ad requires what a sentence of it names, prefers it, or only tells of it.

A sentence's own words decide ("must", "preferred"), else the heading over it ("Nice to have"). Precision
first: what neither says is no demand, and what is "not required" is none either.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Literal

from matcher import text

Demand = Literal["must", "nice"]

MAX_HEADING = 80  # characters
MAX_INTRODUCTION = 160  # characters; of a line that ends in a colon
MAX_WORDS = 10
MAX_PARTS = 8  # of a sentence; a list that was run together has more, and each of its parts speaks for itself

# Of these a sentence must hold one before a pattern is tried: that is several times as fast.
_MUST_CUES = (
    *("requir", "must", "need", "necessary", "mandatory", "compulsory", "prerequisite", "essential"),
    *("minimum", "at least", "we expect"),
)
_EXCUSED_CUES = ("no ", "not ", "n't ", "never ", "without ")
# Of text in small letters: that is several times as fast as any case.
_NICE = {  # by a word that is looked for first: all in one would be tried at every letter
    "prefer": r"\bprefer(?:red|ably|able|ence)?\b(?! (?:partner|vendor|provider|supplier|name|pronoun"
    r"|pharmac|method))",
    "plus": r"\b(?:a|big|huge|major) plus\b"
    r"|(?<!\d )(?<!\d)\bplus(?:es)?\b(?=\s*(?:[.,;:!)/]|\Z|if\b|but\b|for\b|too\b|point))",
    "desir": r"\bdesirable\b|\bdesired\b(?! (?:result|outcome|effect|level|change|goal))",
    "have": r"\b(?:nice|good|great)[ -]to[ -]haves?\b",
    "bonus": r"\bbonus(?:es)? (?:points?|if|skills?)\b|\b(?:a|huge|big|major|added) bonus\b",
    "asset": r"\b(?:an|as|valuable|definite|strong|great|added|real|major|huge|big) (?:\w+ )?asset\b",
    "advantage": r"(?<!take )(?<!taking )(?<!competitive )\badvantage(?:s|ous)?\b(?! of\b)",
    "ideal": r"\bideal(?:ly)?\b",
    "beneficial": r"\bbeneficial\b",
    "optional": r"\boptional\b",
    "helpful": r"\bhelpful\b(?=\s*(?:[.,;)]|\Z|but\b|if\b))",
    "would be": r"\bwould be (?:an? |also |very |really |even )*(?:great|good|nice|ideal|useful|helpful"
    r"|benefit|welcome)",
    "ed ": r"\b(?:considered|seen|counted|regarded) (?:as )?an? (?:merit|benefit|strength)\b",
    "highly": r"\bhighly regarded\b",
}
NICE = re.compile("|".join(_NICE.values()))
_NICE_PARTS = [(cue, re.compile(words)) for cue, words in _NICE.items()]
_MUST = re.compile(
    r"\b(?<!if )(?<!as )(?<!when )(?<!where )(?<!be )required\b(?! by\b)|\brequires?\b"
    r"|\bmust\b(?! (?:apply|submit|see|try)\b)|\bmandatory\b|\bcompulsory\b|\bprerequisite\b"
    r"|\bessential\b(?! (?:job|dut|func|part|worker|role|to\b))"
    r"|\bminimum\b(?! wage)|\bat least\b|\b(?:is|are) (?:needed|necessary)\b|\bwe (?:expect|require|need)\b"
    r"|\byou(?:'ll| will)? need\b"
)
_EXCUSED = re.compile(
    r"\b(?:not?|never|isn't|aren't|without)\b(?: [\w-]+){0,3}? (?:required|requirements?|necessary|needed"
    r"|mandatory|essential|must|prerequisite)\b"
)
# What an employer says of himself, of pay and of the law, the list under "Requirements" being over.
_OFFERED = re.compile(
    r"\A\W*(?:we|our)\b(?!.{0,60}\b(?:expect|requir|need|look|seek|want|ask|prefer|hope))"
    r"|\bequal (?:employment )?opportunit|\bdiscriminat|\beligible (?:for|to (?!work))"
    r"|\bpay (?:is|range)|\bsalary\b|\bbenefits\b|\baccommodat(?:e|ions?)\b|\bcompensation\b|\bshortlisted\b"
    r"|\bapply(?:ing)?\b|\bsend (?:us )?(?:your|their)\b|\bjob description\b|\bhiring decisions?\b",
    re.I,
)
_CUT = re.compile(r"[,;.]\s+|\s+(?:but|though|while)\s+|\s+[\u2013\u2014-]\s+")
_LEADS = re.compile(
    r"\A\W*(?:and )?(?:[\w']+ ){0,2}(?:must|requires?|at least|minimum|need|expect|preferably|ideally"
    r"|prefer)\b",
    re.I,
)

_NICE_HEADING = re.compile(
    r"\b(?:nice|good|great)[ -]to[ -]have|\bprefer|\bdesir(?:ed|able)\b|\bbonus\b|\boptional\b"
    r"|\bplus(?:es)?\b|\bassets?\b|\badvantage|\bideally\b|\bbeneficial\b"
    r"|\bstand out\b|\bset you apart\b|\bextra credit\b",
    re.I,
)
_MUST_HEADING = re.compile(
    r"\brequire|\bqualification|\bmust\b|\bessential\b|\bminimum\b|\bmandatory\b|\bneed\b|\blooking for\b"
    r"|\bbring\b|\bexpect\b|\bprofile\b|\bcriteria\b|\bwho you are\b|\babout you\b|\byou (?:are|have)\b"
    r"|\bspecification\b|\bideal (?:candidate|applicant)|\bsuccessful (?:candidate|in this)\b|\bgreat fit\b",
    re.I,
)
# "Languages:" is a part of the list it stands in.
_PART = re.compile(
    r"(?!(?:and|or|other|additional|key|core|personal)\Z)"
    r"(?:(?:technical|soft|hard|computer|other|additional|key|core|personal|and|or|&|/|,"
    r"|skills?|experience|education|knowledge|languages?|competenc(?:y|ies|es)|abilit(?:y|ies)|certifications?"
    r"|licen[sc]es?|tools|background|training)\s*)+",
    re.I,
)
_OTHER_HEADING = re.compile(
    r"(?:here(?:'s| is) )?(?:(?:essential|key|core|primary|main|your|job|the|and|of|role|major)\W+)*"
    r"(?:responsibilit|duties|essential (?:job )?(?:duties|func|resp))"
    r"|what (?:we(?:'ll| will| can)? (?:offer|give|do\b|provide)|you(?:'ll| will| can)?(?: be)? (?:do\b|doing"
    r"|achieve|own|get|gain|learn|love|expect)|to expect|is in it|it's like)"
    r"|(?:why|how (?:to|we)|about(?! you\b| \d)|benefits|perks|who we are|we offer|disclaimer|equal opp"
    r"|(?:work|working|life) (?:at|for|with us|hours|conditions|environment|schedule|location)\b"
    r"|our (?:benefits|values|company|mission|team)"
    r"|(?:job|role|position|company) (?:overview|summary|description|purpose|details|information|type|title"
    r"|profile))"
    r"|(?:the )?(?:compensation|salary|pay|location|schedule|hours|shift|role|team|company|opportunity"
    r"|position|job|overview|summary|description|deadline|seniority level|employment type"
    r"|job function|industries)\Z",
    re.I,
)
_HEADING_WORDS = frozenset(
    """
    a about additional advantage also an and apart applicant are as asset assets attributes background
    basic be beneficial better bonus bring but candidate candidates characteristics competencies
    competences consider credentials criteria desirable desired education essential even experience
    experiences expect extra fit for from good great has have haves highly ideal ideally if in is it job
    key knowledge looking mandatory minimum must need nice not of optional or our person personal plus
    pluses points position preferably preferred profile qualification qualifications qualities required
    requirement requirements role set should skill skills specification stand out strongly succeed
    successful technical that the this to traits we what will with who would you your youll ll abilities
    ability
    """.split()
)


def demand(sentence: str, heading: str = "") -> Demand | None:
    """Whether a sentence under `heading` requires what it names ("must"), prefers it ("nice") or neither.

    Of a sentence that does both the stronger; `clauses` tells its parts apart.
    """
    kinds = {kind for _, kind in clauses(sentence, heading)}
    return "must" if "must" in kinds else "nice" if "nice" in kinds else None


def clauses(sentence: str, heading: str = "") -> list[tuple[str, Demand | None]]:
    """The sentence and its demand; one that requires one thing and prefers another in its parts."""
    own = said(sentence)
    if own != "both":
        if own is None and (kind := _governs(heading)):  # mostly no heading does, and the search is long
            return [(sentence, None if _OFFERED.search(sentence) else kind)]
        return [(sentence, _demanded(own))]
    parts = [part.strip() for part in _CUT.split(sentence) if part.strip()]
    kinds = [said(part) for part in parts]
    return [(part, _among(parts, kinds, at)) for at, part in enumerate(parts)]


def headed(body: str) -> Iterator[tuple[str, str]]:
    """Each sentence of an ad and the heading that governs it, "" where none does; headings are left out."""
    heading = ""
    for sentence in text.sentences(body):
        name, rest = _heading(sentence)
        if name is None:
            yield sentence, heading
            continue
        if not (_PART.fullmatch(name) and _governs(heading)):
            heading = name
        if rest:
            yield rest, heading


Said = Literal["must", "nice", "both", "excused"]


def said(words: str) -> Said | None:
    """What the words themselves say: that something is required, preferred, both, or not required."""
    small = words.lower()
    left = _EXCUSED.sub(" ", small) if _holds(small, _EXCUSED_CUES) else small
    must = _holds(left, _MUST_CUES) and _MUST.search(left)
    nice = any(cue in left and pattern.search(left) for cue, pattern in _NICE_PARTS)
    if must and nice:
        return "both"
    if must or nice:
        return "must" if must else "nice"
    return "excused" if left != small else None


def _holds(small: str, cues: tuple[str, ...]) -> bool:
    return any(cue in small for cue in cues)


def _among(parts: list[str], kinds: list[Said | None], at: int) -> Demand | None:
    """The demand of one of several parts.

    "Must have Zendesk, Excel": an unmarked one goes with the one before if that begins with its mark, else
    with the next ("Zendesk, Excel preferred"), else with the one before.
    """
    if len(parts) > MAX_PARTS:
        return _demanded(kinds[at])
    before = next((n for n in range(at, -1, -1) if kinds[n]), None)
    after = next((n for n in range(at, len(parts)) if kinds[n]), None)
    found = before if after is None or (before is not None and _LEADS.match(parts[before])) else after
    return _demanded(kinds[found]) if found is not None else None


def _demanded(kind: Said | None) -> Demand | None:
    return "nice" if kind == "nice" else "must" if kind in ("must", "both") else None


@functools.lru_cache(maxsize=4096)  # many ads have the same few headings
def _governs(heading: str) -> Demand | None:
    """What a heading says of the lines under it."""
    if not heading or _OTHER_HEADING.match(heading):
        return None
    if _NICE_HEADING.search(heading):
        return "nice"
    return "must" if _MUST_HEADING.search(heading) or _PART.fullmatch(heading) else None


def _heading(line: str) -> tuple[str | None, str]:
    """The heading that a line is or begins with, None where there is none, and what follows it there."""
    name, colon, rest = line.partition(":")
    rest = rest.strip()
    if len(name) > (MAX_INTRODUCTION if colon and not rest else MAX_HEADING):
        return None, ""
    name = _EDGES.sub("", name).replace("\u2019", "'")
    words = text.tokens(name)
    if not words:
        return None, ""
    if colon and not rest:
        return name, ""
    if len(words) > MAX_WORDS:
        return None, ""
    keyed = _NICE_HEADING.search(name) or _MUST_HEADING.search(name)
    if keyed and _HEADING_WORDS.issuperset(words):
        return name, rest
    if _OTHER_HEADING.match(name) and (colon or len(words) <= 5):
        return name, rest
    # Only a whole line: "Skills: Excel" names something itself.
    shouted = name.isupper() and len(words) > 1 and len(name) > 9
    return (name, "") if not colon and (shouted or _PART.fullmatch(name)) else (None, "")


_EDGES = re.compile(r"\A[^\w]+|[^\w)]+\Z")
