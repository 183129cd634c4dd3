"""Where two texts differ, word by word, and what each difference is: another print, or another job."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from matcher import places, text
from matcher.dedupe import hours, slots, titles
from matcher.dedupe.signs import Signs

SLOT_WORDS = 6  # a longer replaced phrase is a rewrite; a slot of a template holds a name
LONGEST = 4000  # words of a text that are compared; what follows is the small print of the longest ads

_CONTACT = frozenset(
    """
    contact contacts enquiries enquiry informal discussion visit visits email mail telephone phone tel
    call ext extension number name mr mrs ms miss dr dear
    """.split()
)
_PERSON = frozenset(("manager", "recruiter", "consultant"))
_CENTER = re.compile(r"\b(?:call|contact) cent(?:er|re)s?\b")
_MONTHS = frozenset(
    """
    january february march april may june july august september october november december jan feb mar
    apr jun jul aug sep sept oct nov dec noon midnight closing deadline
    """.split()
)
_COMING = frozenset("interview interviews apply walk open opening fair posted starts start".split())
_YEAR = re.compile(r"(?:19|20)\d\d")
# Words of the board around the ad, and of sharing it; glued to the ad's own where the markup was lost.
_CHROME = re.compile(
    r"back to (?:the )?(?:last )?search(?: results)?|sign ?(?:up|in)|log ?in"
    r"|apply(?: now| for this (?:job|position|role))?|(?:read|show|see|learn) (?:more|less)"
    r"|save(?: this)? job"
    r"|share(?: this)?(?: job)?|print(?: this)?(?: job)?|e ?mail (?:this )?job|report(?: this)? job"
    r"|view(?: all)?(?: similar)? jobs|job description|full description"
    r"|instagram|facebook|twitter|linkedin|youtube|tik ?tok|whatsapp|follow us(?: on)?|powered by|cookies?"
    r"|privacy policy|similar jobs|easy apply|bullet|tm"
)
_ENTITIES = re.compile(r"apos|quot|nbsp|amp|rsquo|lsquo|ndash|mdash|bull|\?")
# What a call centre says of itself to one ad's readers and not to another's.
_CHEERS = frozenset(
    """
    amazing competitive attractive great exciting awesome excellent perks benefits package salary rate
    rates bonus bonuses incentive incentives allowance allowances hmo day 1 enjoy welcome graduate graduates
    fresh undergraduates undergrads bpo non experience experienced accepts accept accepting employees
    people join hiring urgent urgently immediate start asap open
    """.split()
)
# The same between two titles of a contact centre, whose ads change with each campaign for applicants.
_PROMOTION = _CHEERS | frozenset(
    """
    performance account paid training free highlights faster virtual onsite application process processing
    class classes chance win part college
    """.split()
)
_SOMEWHERE = frozenset(
    "country city town area region nationwide location locations local site office".split()
)
_DATE = re.compile(r"\d{1,2}(?:st|nd|rd|th)?|(?:19|20)\d\d|\d{1,2}[ap]m|am|pm|the|of|at|on|to|by")
_NUMBER = re.compile(r"[\d]+(?:st|nd|rd|th|k|p|pm|am|h|hrs?|ph|pa)?")


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the texts part.

    `kind` is shift, print, chrome, date, number, pay, contact, place, words or passage; `after` is the word
    that follows in both: "part" and "full" are told by "time"; `before` and `behind` are up to four words.
    """

    left: str
    right: str
    kind: str
    after: str
    before: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()


def differences(a: Signs, b: Signs, most: int | None = None) -> list[Difference]:
    """The differences of the two texts, in order, without those that are nothing but stop words.

    Where the texts tell working times and none of them agree, a difference of kind "shift" stands first; a
    text that was cut may have told them further on, and another place has times of its own. With `most`, it
    ends, without that one, where more phrases than so many stand in place of others.
    """
    left, right = a.tokens[:LONGEST], b.tokens[:LONGEST]
    found, replaced = [], 0
    for i, j, k, m in _edits(left, right):
        kind = _kind(left[i:j], right[k:m], left[max(0, i - 7) : i], left[j : j + 4], a, b)
        if kind:
            after = " ".join(left[j : j + 1])
            beside = left[max(0, i - 4) : i], left[j : j + 4]
            found.append(Difference(" ".join(left[i:j]), " ".join(right[k:m]), kind, after, *beside))
            replaced += kind == "words"
            if most is not None and replaced > most:
                return found
    elsewhere = places.relation(a.where, b.where) == "different"
    times = None if elsewhere else hours.differing(_compared(a), _compared(b))
    if times and (all(times) or not (a.cut or b.cut)):
        found.insert(0, Difference(*times, "shift", ""))
    return found


def _compared(one: Signs) -> bytes:
    """The text as far as it is compared."""
    return one.normal if len(one.words) <= LONGEST else b" ".join(one.normal.split()[:LONGEST])


Words = tuple[str, ...]
Edit = tuple[int, int, int, int]  # start, end, start, end


def _edits(left: Words, right: Words) -> Iterator[Edit]:
    """Each run that differs, in order.

    Two rewritten passages share their "of" and "the" by chance: four runs or more that nothing but one or
    two stop words part are one run, where it is long on both sides.
    """
    cluster: list[Edit] = []
    for edit in _runs(left, right):
        if cluster and not _by_chance(left, cluster[-1][1], edit[0]):
            yield from _joined(cluster)
            cluster = []
        cluster.append(edit)
    if cluster:
        yield from _joined(cluster)


def _joined(cluster: list[Edit]) -> list[Edit]:
    """Runs that only chance parts: as one where they are many and it is long, else as they are."""
    whole = cluster[0][0], cluster[-1][1], cluster[0][2], cluster[-1][3]
    long = len(cluster) > 3 and min(whole[1] - whole[0], whole[3] - whole[2]) > SLOT_WORDS
    return [whole] if long else cluster


def _runs(left: Words, right: Words) -> Iterator[Edit]:
    i = k = 0
    for block in Indel.opcodes(left, right).as_matching_blocks():  # the last is empty, at the end of both
        if block.a > i or block.b > k:
            yield i, block.a, k, block.b
        i, k = block.a + block.size, block.b + block.size


def _by_chance(words: Words, start: int, end: int) -> bool:
    return end - start <= 2 and text.STOP.issuperset(words[start:end])


def _kind(left: Words, right: Words, before: Words, behind: Words, a: Signs, b: Signs) -> str | None:
    plain = _plain(left, right)  # as most are
    if not plain and (kind := _alone(left, right, before, behind)):
        return kind if kind != "nothing" else None
    one, other = [w for w in left if w not in text.STOP], [w for w in right if w not in text.STOP]
    every = one + other
    if not every:
        return None
    if not (behind and slots.named(behind[0])) and _contact(every, before) and not _states(left, right):
        return "contact"
    if one and other and (_misspelt(*map(_glued, (left, right))) or _cheers(every, a, b)):
        return "print"
    ours, theirs = set(one) - _SOMEWHERE, set(other) - _SOMEWHERE
    if (ours or theirs) and ours <= a.where.words and theirs <= b.where.words:
        return "place"
    return "words" if one and other else "passage"


def _alone(left: Words, right: Words, before: Words, behind: Words) -> str | None:
    """The kind of a difference that its own words tell; "nothing" where they differ in nothing."""
    if _chrome(left, right):
        return "chrome"
    if len(left) > SLOT_WORDS or len(right) > SLOT_WORDS:
        return "passage"
    every = [word for word in left + right if word not in text.STOP]
    if not every or _glued(left) == _glued(right):
        return "nothing"
    if all(word in slots.DAYS or word in _MONTHS or _DATE.fullmatch(word) for word in every) and _dated(
        (*every, *before[-3:], *behind[:2])
    ):
        return "date"
    sides = ([word for word in words if word not in text.STOP] for words in (left, right))
    if all(_NUMBER.fullmatch(word) for word in _unglued(*sides)):
        return "number"
    return "pay" if all(_PAY.fullmatch(word) for word in every) else None


def _plain(left: Words, right: Words) -> bool:
    """Whether it is one word, or one in place of another, of which `_alone` can tell nothing."""
    if len(left) > 1 or len(right) > 1 or (left and right and left[0][:4] == right[0][:4]):
        return False
    return all(map(_ordinary, left + right))


@functools.lru_cache(maxsize=1 << 16)
def _ordinary(word: str) -> bool:
    if _ENTITIES.search(word) or _CHROME.search(word):
        return False
    told = word in slots.DAYS or word in _MONTHS
    return word in text.STOP or not (told or any(one.fullmatch(word) for one in (_DATE, _NUMBER, _PAY)))


def _dated(words: Sequence[str]) -> bool:
    """Whether words tell a day: a month or a year, or when to apply or to come; weekdays alone are work."""
    return any(word in _MONTHS or _YEAR.fullmatch(word) or word in _COMING for word in words)


def _states(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether both phrases are states: "Account Manager Florida" names nobody."""
    return places.state(" ".join(left)) is not None and places.state(" ".join(right)) is not None


def _contact(every: Sequence[str], before: Sequence[str]) -> bool:
    """Whether a phrase tells whom to ask; a manager's name stands right behind the word."""
    if not _CONTACT.isdisjoint(every):
        return True
    if not _CONTACT.isdisjoint(before) and not _CONTACT.isdisjoint(_CENTER.sub("", " ".join(before)).split()):
        return True
    last = before[-2:-1] if before[-1:] == ("is",) else before[-1:]
    return not _PERSON.isdisjoint(last)


def _cheers(words: Sequence[str], a: Signs, b: Signs) -> bool:
    """Whether the words only praise the job or say who may apply, though two of them be glued."""
    if _CHEERS.issuperset(words):
        return True
    if not ("representative" in a.title.core and "representative" in b.title.core):
        return False
    said = _PROMOTION.union(a.name, b.name, ("tm",))
    return all(
        word in said or any(word[:at] in said and word[at:] in said for at in range(2, len(word) - 1))
        for word in words
    )


def _glued(words: Sequence[str]) -> str:
    """The letters without blanks and without what is left of "&apos;"."""
    return _ENTITIES.sub("", "".join(words))


def _misspelt(one: str, other: str) -> bool:
    if min(len(one), len(other)) < 4 or fuzz.ratio(one, other, score_cutoff=84) < 84:
        return False
    return not any(map(str.isdigit, one + other))


def _chrome(left: Words, right: Words) -> bool:
    """Whether nothing but the board's own words differ, though they were glued to the ad's."""
    one, other = " ".join(left), " ".join(right)
    rests = [_CHROME.sub(" ", phrase).replace(" ", "") for phrase in (one, other)]
    if rests[0] == rests[1]:
        return (one, other) != tuple(rests)
    whole = one.replace(" ", ""), other.replace(" ", "")
    if whole[0][:4] != whole[1][:4] or (start := _shared(*whole)) < 4 or whole[0] == whole[1]:
        return False
    return not any(_CHROME_GLUED.sub("", phrase[start:]) for phrase in whole)


_CHROME_GLUED = re.compile(_CHROME.pattern.replace(" ?", "").replace(" ", "") + r"|[a-z]{0,3}\d{4,}")
_PAY = re.compile(
    r"[\d]+k?|k|per|an?|hour|hourly|ph|annum|pa|year|yearly|annual|month|monthly|week|weekly|gbp|usd|eur|php"
    r"|aud|cad|pesos?|dollars?|pounds?|euros?|salary|basic|gross|up|to|from|pay|circa|plus"
)


def _shared(one: str, other: str) -> int:
    """How many letters two words begin with together."""
    apart = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(apart, min(len(one), len(other)))


def _unglued(one: list[str], other: list[str]) -> list[str]:
    """The words, the last of each without an ending that both share: "pmunposting" and "amunposting"."""
    if not one or not other or one[-1] == other[-1]:
        return one + other
    shared = _shared(one[-1][::-1], other[-1][::-1])
    if shared < 4:
        return one + other
    ends = [words[-1][: len(words[-1]) - shared] for words in (one, other)]
    return [*one[:-1], *other[:-1], *(end for end in ends if end not in ("", "a", "p"))]


def conflicts(found: Sequence[Difference], *, one_source: bool) -> list[tuple[str, str, str]]:
    """(kind, left, right) where a short difference is one of shift, hours, contract, level or grade.

    Within one source a passage on the term of the contract counts too, "12 month fixed term contract
    covering maternity leave", and working times that only one text tells.
    """
    out = [
        ("shift", d.left, d.right) for d in found if d.kind == "shift" and (one_source or d.left and d.right)
    ]
    for difference in found:
        sizes = _count(difference.left), _count(difference.right)
        one_sided = not all(sizes)
        told = max(sizes) <= (3 if one_sided else SLOT_WORDS)
        if difference.kind in ("words", "print", "place", "passage") and told:
            phrases = [f"{phrase} {difference.after}" for phrase in (difference.left, difference.right)]
            for kind, one, other in titles.conflicts(*map(titles.read, phrases)) if _tell(phrases) else ():
                both = one and other and not one_sided and kind != "place"
                if both or (kind in ("shift", "hours", "contract") and "weekend" not in (one, other)):
                    out.append((kind, one, other))
            out.extend(_languages(difference))
        if sizes[0] and sizes[1] and max(sizes) <= SLOT_WORDS:
            out.extend(_filled(difference, one_source=one_source))
    if one_source and not out:
        terms = [
            bool(_TERM.search(" | ".join(getattr(d, side) for d in found))) for side in ("left", "right")
        ]
        if terms[0] != terms[1]:
            left, right = ("fixed term" if term else "" for term in terms)
            out.append(("contract", left, right))
    return out


def _tell(phrases: Sequence[str]) -> bool:
    """Whether two phrases may conflict as titles do: in what both tell, or in shift, hours or contract."""
    return any(map(titles.timed, phrases)) or all(map(titles.marked, phrases))


def _count(phrase: str) -> int:
    """How many words a phrase has."""
    return phrase.count(" ") + 1 if phrase else 0


def _filled(difference: Difference, *, one_source: bool) -> Iterator[tuple[str, str, str]]:
    """What the words beside a replaced phrase tell that it stands for."""
    sides = difference.left, difference.right, difference.before, difference.behind
    told = slots.conflict(*sides, one_source=one_source) if difference.kind in _FILLED else None
    if told:
        yield told
    if difference.kind in ("words", "number") and (kind := slots.label(*sides)):
        yield kind, difference.left, difference.right


_FILLED = frozenset(("words", "number", "pay"))


def _languages(difference: Difference) -> list[tuple[str, str, str]]:
    """Languages that were glued to the next word: "Fluent in Japanesewe offer"."""
    if difference.kind != "words":
        return []
    told = [set(filter(None, map(_glued_language, d.split()))) for d in (difference.left, difference.right)]
    return [("language", min(told[0]), min(told[1]))] if told[0] and told[1] and told[0] != told[1] else []


@functools.lru_cache(maxsize=1 << 14)
def _glued_language(word: str) -> str | None:
    glued = _GLUED_LANGUAGE.fullmatch(word)
    return glued[1] if glued else None


_GLUED_LANGUAGE = re.compile(
    rf"({'|'.join(sorted(titles.LANGUAGES))}|english)(?:we|you|our|the|and|is|must|what|why|this|job|require\w*|quali\w*)"
)
_TERM = re.compile(
    r"fixed term|maternity|secondment|parental leave|\b\d{1,2} (?:month|week)s?(?: \w+){0,2} contract"
    r"|contract for \d{1,2} months"
    r"|this is an? \d{1,2} month"
)
