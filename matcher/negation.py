"""What a sentence of a person's text says not to be wanted, and what it only says not to be there.

"No phone work", "not on the phone" and "off the phones" refuse; "I have never used a headset" and "no sales
experience" tell of a lack, and refuse nothing; "not only on the phone" negates nothing at all. What is
negated reaches to the end of its clause, or of the list that it begins ("no sales, retail or collections").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher import requirements, skills, terms, text

_NEGATION = re.compile(
    r"\b(?:not(?! (?:only|just|merely|simply|afraid|shy|a problem|an issue|to mention)\b)"
    r"|never|without|neither|nor|nothing (?:with|on|in|like)|avoid|except|excluding|instead of|rather than"
    r"|other than|tired of|sick of|fed up with|(?:am|['\u2019]m|are|so) done with|burn(?:ed|t) out (?:on|by)"
    r"|had enough of|hate|dislike|away from|off the(?= (?:tele)?phones?)|cannot"
    r"|(?:stop|give up|step (?:down|back) from)(?= (?:being|doing|lead|manag|supervis|sell|work|tak)\w*)"
    r"|anything but|(?:get|getting) out of|non(?=[- ])(?![- ]?(?:profit|stop))"
    r"|no(?! (?:experience|problems?|issues?|trouble|fear|stranger|matter|one|doubt)\b))\b"
    r"|n['\u2019]t\b(?! (?:only|just|mind|wait)\b)",
    re.I,
)
# What somebody has not done yet, or lacks, is not refused.
_LACK = re.compile(
    r"\b(?:have|has|had|did|was|were)(?:n['\u2019]t| not| never)\b|\bnever (?!again\b|in\b)(?:\w+ed|had|been"
    r"|sold|done|lost|gone|taken|held|led|made|run|late)\b"
    r"|\b(?:no|not|without|any) (?:[\w'-]+ ){1,4}experience\b"
    r"|\b(?:do|does)(?:n['\u2019]t| not) (?:yet )?have\b|\bwithout\b",
    re.I,
)
_CLAUSE = re.compile(
    r"[,;()]|(?<!anything )(?<!nothing )\bbut\b|\binto\b|\s[-–—]\s(?=not?\b|never\b)"
    # "Tired of collections - would like claims": where a wish begins, no more is refused.
    r"|(?:\s[-–—]+|\s(?:and|so|now))\s(?=(?:now )?(?:i(?: a|['\u2019])m |i['\u2019]d |i )?(?:now )?"
    r"(?:would (?:like|love|prefer|rather)|(?:like|love) to|wants?\b|looking\b|seek|need\b|prefer|hope\b))",
    re.I,
)
_LISTED = re.compile(r"(?:,\s*[^,;()]{1,40}){0,5}?,?\s+(?:[\w&/-]+ ){0,3}n?or\s+[^,;()]{1,40}(?=[,;()]|\Z)")
_WANTED = re.compile(
    r"\b(?:ok|okay|fine|please|prefer\w*|yes|only|welcome|wants?|like|looking|seeking|possible|good|days|daytime"
    r"|would|can|am|is)\b",
    re.I,
)
# "No phone work from home": how somebody would work begins anew where no "or" stands before it.
_ANEW = re.compile(
    r"\A(?:no|non)[ -](?!more\b|longer\b)(?:[\w-]+ ){0,3}?[\w-]+(?<!\bor)(?<!\band)(?<!\bnor) "
    r"(?=(?:fully |100 ?% )?(?:remote(?:ly)?|work(?:ing)? (?:from|at) home|wfh|from home|part[- ]time"
    r"|full[- ]time)\b)",
    re.I,
)
_ALL_DAY = re.compile(r"\b(?:all day|all the time|constantly|every day|day long|always|full[- ]time)\b", re.I)
_SPOKEN = rf"(?:{'|'.join(requirements.LANGUAGES)})"
# What is hardly spoken is as little had: "some Spanish from school", "Italian (basic)".
_HARDLY = re.compile(
    rf"\b(?:a little|little|some|a bit of|basic|beginners?|elementary|rusty|school) {_SPOKEN}\b"
    r"(?![ -](?:and|or|speak|customer|client|caller|call|patient))(?: (?:from|at|in) school)?"
    rf"|\b{_SPOKEN}:? \(?(?:basic|beginner|elementary|rusty|a1|a2|a little|not fluent)\b\)?",
    re.I,
)
_CALLS = frozenset(("calls", "calling", "voice"))
_TO_SELL = frozenset(("sales", "selling", "telemarketing", "marketing", "collection", "collections"))
_MORE = re.compile(r"\W*(?:n?or|and)\b", re.I)
PHONE = "ch.phone"
_BY_PHONE = frozenset(("ch.inbound", "ch.outbound"))
OUTBOUND, COLD = "ch.outbound", "ch.cold"
_SELF_NEGATED = (
    "no ",
    "not ",
    "without ",
)  # so a variant begins that says what is there: "without supervision"
_REFUSALS = frozenset(("schedule", "employment", "red_flag"))  # but of these: "no weekends", "no base salary"


@dataclass(frozen=True, slots=True)
class Cut:
    """A sentence in what it says and what it negates, and the concepts that it refuses."""

    said: str
    negated: str
    refused: frozenset[str]


def cut(sentence: str) -> Cut:
    """`sentence` without what it negates."""
    hardly = [found[0] for found in _HARDLY.finditer(sentence)]
    sentence = _HARDLY.sub("", sentence)
    kept, negated, refused = [], hardly, frozenset[str]()
    for clause in _clauses(sentence):
        negation = _NEGATION.search(clause)
        if not negation:
            kept.append(clause)
            continue
        away = clause[negation.start() :]
        end = _end(away)
        tokens = text.tokens(away[:end])
        mentions = skills.find_in(tokens)
        had = [one.variant for one in mentions if _is_had(one)]
        kept += [clause[: negation.start()], *had, away[end:]]
        negated.append(away[:end])
        if not _LACK.search(clause):
            refused |= _refused(tokens, mentions)
    said = ", ".join(part.strip() for part in kept if part.strip())
    return Cut(said, ", ".join(negated), refused)


def negates(words: str) -> bool:
    """Whether any of some words negates."""
    return bool(_NEGATION.search(words))


def _clauses(sentence: str) -> list[str]:
    """The clauses of a sentence; a list that a negation begins is one: "no sales, retail or collections"."""
    clauses, at = [], 0
    for end in [found.span() for found in _CLAUSE.finditer(sentence)] + [(len(sentence),) * 2]:
        if end[0] < at:
            continue
        clause, after = sentence[at : end[0]], end[1]
        listed = _LISTED.match(sentence, end[0]) if _NEGATION.search(clause) else None
        if listed and sentence[end[0]] == "," and not _WANTED.search(listed[0]):
            clause, after = clause + listed[0].replace(",", " "), listed.end() + 1
        clauses.append(clause)
        at = after
    return clauses


def _end(away: str) -> int:
    """How far the first words of `away` negate what follows them: "no weekends, no phone work from home"."""
    if anew := _ANEW.match(away):
        return anew.end()
    colon = away.find(":")
    if colon > 0 and skills.find(away[:colon]):  # "nothing on the phone: front desk or chat"
        return colon
    first = next(iter(skills.find(away)), None)
    if first is None or first.start or not first.variant.startswith(_SELF_NEGATED):
        return len(away)
    told = re.match(r"\W+".join(first.variant.split()), away, re.I)
    return told.end() if told and not _MORE.match(away, told.end()) else len(away)


def _is_had(mention: skills.Mention) -> bool:
    """Whether a negation is what somebody has: "without supervision", "no felonies"."""
    begins = not mention.start and mention.variant.startswith(_SELF_NEGATED)
    return begins and skills.concepts()[mention.concept].category not in _REFUSALS


def _refused(tokens: list[str], mentions: list[skills.Mention]) -> frozenset[str]:
    """The concepts that negated words refuse; who wants no calls, wants no telephone."""
    singular = skills.find_in([terms.fold(token) for token in tokens])  # "no call centers"
    refused = {one.concept for one in (*mentions, *singular) if not _is_had(one)}
    within = {at for one in mentions for at in range(one.start, one.end)}
    for at, token in enumerate(tokens):
        if token in _CALLS and at not in within:  # "no sales calls" still takes others
            refused.add(OUTBOUND if at and tokens[at - 1] in _TO_SELL else PHONE)
    if PHONE in refused and not _ALL_DAY.search(" ".join(tokens)):
        refused |= _BY_PHONE
    if OUTBOUND in refused:
        refused.add(COLD)
    return frozenset(refused)
