"""The one tokenizer, stop list and contact cutter for everything in the matcher."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from operator import add

from matcher import cues, folding

MAX_TOKEN = 40


# --- vocabulary


def vocabulary(name: str) -> list[dict[str, str]]:
    """The rows of one of our vocabulary files (CSV with a heading), which lie beside the modules."""
    with resources.files("matcher").joinpath(name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


# --- tokens


def tokens(text: str) -> list[str]:
    """The words of `text`, lower case, at most 40 letters each.

    A hyphen is a blank, an apostrophe is nothing ("driver's" is "drivers"), "e-mail" is "email"; "24/7",
    "c++", "c#", ".net" and one-letter pairs ("p&c", "p & c") are one word.
    """
    low = folding.folded(text)
    words = low.decode().split()
    return _short(words) if _may_be_long(low) else words


def rows(parts: Sequence[str]) -> list[str]:
    """`tokens` of each of `parts` that has any, joined by blanks; no part may hold a line feed."""
    return [" ".join(words) for words in each(parts) if words]


def each(parts: Sequence[str]) -> list[list[str]]:
    """`tokens` of each of `parts`, of which none may hold a line feed.

    All in one go: that is several times faster for the sentences of an ad, or the titles of many.
    """
    low = folding.folded("\n".join(parts))
    split = map(str.split, low.decode().split("\n")[: len(parts)])  # of no parts there is one
    return [*map(_short, split)] if _may_be_long(low) else [*split]


_LETTERS = bytes(32 if code in (10, 32) else 120 for code in range(256))


def _may_be_long(words: bytes) -> bool:
    return len(words) > MAX_TOKEN and b"x" * (MAX_TOKEN + 1) in words.translate(_LETTERS)


def _short(words: list[str]) -> list[str]:
    return words if max(map(len, words), default=0) <= MAX_TOKEN else [word[:MAX_TOKEN] for word in words]


# --- stop list

_FUNCTION_WORDS = """
a about above across after again against all almost along also although always am among an and another any
anyone are arent around as at be became because become becomes been before behind being below beside besides
between beyond both but by can cannot cant come could couldnt did didnt do does doesnt doing done dont down
during each either else enough especially etc even ever every everyone everything few for from further get
gets getting give given go goes had has hasnt have havent having he hed her here hers herself hes him
himself his how however i id if ill im in including indeed into is isnt it its itself ive just keep least
less let lets like made make makes many may me might mine more most much must my myself near need needs
neither never no none nor not nothing now of off often on once one only onto or other others otherwise our
ours ourselves out over own part per perhaps please put rather re really same say see seem several shall she
should shouldnt since so some someone something sometimes soon still such than that thats the their theirs
them themselves then there therefore these they theyll theyre theyve this those though through throughout
thus to together too toward towards under unless until up upon us use used using various very via want was
wasnt way we well were weve what whatever when where whether which while who whole whom whose why will with
within without wont would yes yet you youd youll your youre yours yourself yourselves youve s t d ll m ve
"""

# What every ad says of itself and its reader tells no two ads apart: plain TF-IDF takes "you" prose and
# equal-opportunity paragraphs for likeness.
_AD_WORDS = """
able ability advert apply applicant applicants application applications applying candidate candidates
company consideration considered description duties employee employees employer employers employment ensure
following hire hired hiring ideal include includes job jobs join looking offer offers opportunity
opportunities organisation organization position positions preferred provide provided provides providing
qualification qualifications qualified required requirement requirements responsibilities responsibility
responsible role roles seek seeking submit successful vacancy work working accommodation accommodations
action affirmative age ancestry applicable basis belief characteristic characteristics citizenship color
colour conviction creed discriminate discrimination disabilities disability diverse diversity eeo
equal ethnic ethnicity expression federal gender genetic handicap identity inclusion inclusive
law lawfully laws marital minorities minority national nationality orientation origin parental pregnancy
protected race reasonable regard regardless religion religious sex sexual sexuality status transgender
veteran veterans http https www com
"""

STOP: frozenset[str] = frozenset((_FUNCTION_WORDS + _AD_WORDS).split())

# --- sentences

# It begins with the sign before the blanks: a pattern that begins with one of a few is searched fast.
# No sentence ends with an initial, a title, "e.g." or "Mt.", nor a time of day before its zone or another.
_STOP = re.compile(
    r"([.!?])(?<![\s.(][A-Z]\.)(?<!\b[SMF]t\.)(?<!\b[MD][rs]\.)(?<!\bMrs\.)(?<!\bNo\.)(?<!\b[ei]\.[ge]\.)"
    r"(?:(?<!\b[ap]\.m\.)|(?!\s+(?:[\d(-]|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Eastern|Central|Mountain|Pacific)"
    r"|[ECMP][SD]?T\b)))\s+(?=[\"'(A-Z0-9*-])"
)
_BULLETS = "\r\u2022\u00b7\u25aa\u25cf"


def sentences(text: str) -> list[str]:
    """The sentences, list items and lines of `text`, stripped, in order, without empty ones."""
    parted = _STOP.split(text)  # a sentence, its sign, a sentence, its sign and so on
    text = "\n".join(map(add, parted[::2], [*parted[1::2], ""]))
    for bullet in "\r" if text.isascii() else _BULLETS:
        text = text.replace(bullet, "\n")
    first, *others = text.split("\n")
    return [part for piece in (first, *map(str.lstrip, others)) if (part := piece.strip(" \t-*"))]


def sentences_at(text: str, places: Iterable[int]) -> Iterator[str]:
    """The sentences of the lines in which some places lie, in order."""
    end = -1
    for at in sorted(places):
        if at > end:
            start = text.rfind("\n", 0, at)  # a line feed before it tells where its first sentence begins
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            yield from sentences(text[max(start, 0) : end])


# --- contacts

# The usual e-mail expression is quadratic in a long word: so both ends are read from each "@", within limits.
_LOCAL = re.compile(r"[a-z0-9][\w.+'-]{0,63}\Z", re.I)
_BROKEN_LOCAL = re.compile(r"(?:[a-z0-9][\w+'-]{0,63} ?\. ?){0,3}[a-z0-9][\w.+'-]{0,63} ?\Z", re.I)
_DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,6}", re.I)
_BROKEN_DOMAIN = re.compile(
    r" ?([a-z0-9][a-z0-9-]{0,62}(?: ?\. ?[a-z][a-z0-9-]{1,62}(?![a-z0-9-])){1,4})", re.I
)
_PLACEHOLDER = re.compile(r"#(?:EMAIL|PHONE|URL)_[0-9a-f]{8,64}#")

_PHONE = re.compile(
    "[+(0-9\x80-\U0010ffff]"  # digits of other scripts are digits, and any such list is searched fast
    r"(?<=[+(\d])(?<![\w$.,/-].)(?:(?<=\+)\d{1,3}(?:[ ./-]{0,2}\(?\d{1,5}\)?){2,6}"  # +44 20 7946 0000
    r"|(?:(?<=\d)\d{2}[ .-]{1,2}|(?<=\()\d{3}\)[ .-]{0,2}"
    r"|(?<=1)[ .-]?(?:\(\d{3}\)[ .-]{0,2}|\d{3}[ .-]{1,2}))"
    r"\d{3}[ .-]{1,2}\d{4}"  # 202-555-0100, (202) 555-0100, 1 202 555 0100
    r"|(?<=0)\d{2,4}[ -]\d{3,4}[ -]?\d{3,4})(?![\w$%]|[.,]\d)"  # 020 7946 0000
)
# Every telephone number holds one of these, digits (and what is not ASCII) being "0", the signs between them
# blanks: three searches of which most texts pass none, four times as fast as the pattern.
_DIALLED = bytes.maketrans(b"123456789?.-", b"0000000000  ")
_DIALLED_PARTS = (b"000 000", b"000  000", b"+0")

_APPLY = re.compile(
    r"\b(?:(?:how )?to apply|apply (?:by|to|via|at|with)|e-?mail (?:me|us|your|an?)|resumes? to|"
    r"(?:please )?(?:contact|call|text|(?:send|submit|forward|fax)\b[^.\n]{0,30}"
    r"\b(?:resume|r\u00e9sum\u00e9|cv)))\b[^\n]{0,160}?\Z",
    re.I,
)
# Where a source cut the address, the clause before it still makes unrelated ads of one recruiter look alike.
_APPLY_CLAUSE = re.compile(
    r"\b(?:(?:how )?to apply[:,]? {0,3})?(?:please )?(?:e-?mail|send|submit|forward)(?: me| us)?"
    r"(?: (?:a|an|your|the)){0,2}(?: [\w-]{1,20}){0,6}? (?:resume|r\u00e9sum\u00e9|cv)\b"
    r"(?: (?:as|in) (?:[\w-]{1,20} ){0,3}?(?:attachment|document|file|format|pdf)\b)?"
    r"(?: (?:to|at)\b)?(?: (?:me|us)\b)?[:.]?"
    r"|\bto apply(?: for this (?:job|position|role))?[:,]? {0,3}(?:please )?"
    r"(?:click|visit|go to|call)\b[^.\n]{0,120}"
    r"|\b(?:click|tap) (?:here|below|the (?:link|button)\b[^.\n]{0,30}) to apply\b",
    re.I,
)
_RESUME = re.compile(r"resume|r\u00e9sum\u00e9|cv", re.I)
_REACH = 240  # characters, at most, from "please send" to the end of "resume"
_NAME = r"[A-Z\u00c0-\u00de][a-z\u00df-\u00ff'\u2019]+(?:-[A-Z][a-z]+)?"
_PERSON = re.compile(
    r"\b(?:(?:[Pp]lease |PLEASE )?(?:[Cc]ontact|CONTACT|[Cc]all|[Ee]-?mail|[Aa]sk for"
    r"|[Ss]peak (?:to|with)|[Rr]each out to)"
    r"|[Rr]ecruiter|[Hh]iring [Mm]anager|[Aa]nsprechpartner(?:in)?|[Cc]ontactpersoon|[Kk]ontaktperson"
    r"|[Yy]hteyshenkil\u00f6)"
    r"(?: (?:person|name|details|is)){0,2}\s?[:,-]?\s(?:(?:Mr|Mrs|Ms|Miss|Dr|Frau|Herr)\.?\s)?"
    rf"(?P<name>(?!Cent(?:er|re)s?\b|Us\b){_NAME}(?: [A-Z]\.)? (?!Cent(?:er|re)s?\b){_NAME})"
    r"(?:[^\n.!?]|\.(?=\w)){0,120}"
)
_SMALL = re.compile(r"(?<![\w.@-])[a-z\u00df-\u00ff'\u2019]+(?![\w@-]|\.\w)")
# A text that names whom to ask has one of these words.
PERSON_CUES = frozenset(
    "contact call email ask speak reach recruiter hiring ansprechpartner ansprechpartnerin contactpersoon"
    " kontaktperson yhteyshenkil\u00f6".split()
)
_PERSON_WORDS = (
    *(f"{verb}{sign}" for verb in ("all", "mail") for sign in " :,-\n\t\r\xa0"),
    *("ontact", "CONTACT", "sk for", "peak ", "each out", "ecruiter", "anager"),
    *("nsprechpartner", "ontaktperson", "hteyshenkil"),
)
_APPLY_WORDS = ("esume", "ESUME", "\u00e9sum", "CV", "cv", "to apply", "To apply", "To Apply", "TO APPLY")
_LABEL_START = re.compile(r"\s*job description\b", re.I)
_LABEL = re.compile(r"\A\s*(?:job description\b\s*[:\u2013-]?\s*){1,3}(?=\S)", re.I)


def contacts(text: str) -> tuple[str, ...]:
    """Hashes (16 hex digits) of the e-mail addresses and telephone numbers in `text`, sorted.

    A hash keeps a named person out of what is stored and still shows that two ads have one recruiter.
    """
    found = {address for _, _, address in _emails(text)}
    found.update(_digits(phone[0]) for phone in _phones(text))
    found.update(masked[0].lower() for masked in _PLACEHOLDER.finditer(text) if "URL" not in masked[0])
    return tuple(sorted(hashlib.sha256(one.encode()).hexdigest()[:16] for one in found))


def without_contacts(text: str) -> str:
    """`text` without e-mail addresses, telephone numbers, apply lines and leading "Job Description:".

    Nor does it keep the sentence that says whom to ask: "Please contact Jane Doe, Team Leader, for a chat".
    """
    return without_label(without_persons(without_addresses(text)))


def without_label(text: str) -> str:
    """`text` without a leading "Job Description:"."""
    return _LABEL.sub("", text).strip()


def has_label(line: str) -> bool:
    """Whether a text that begins with this line may have a leading "Job Description:"."""
    return not line or line.isspace() or bool(_LABEL_START.match(line))


def without_addresses(text: str) -> str:
    """`text` without e-mail addresses, telephone numbers and apply lines: of each line what it is alone."""
    spans = [(start, end) for start, end, _ in _emails(text)]
    spans += [phone.span() for phone in _phones(text)]
    kept, at = [], 0
    for start, end in sorted(spans):
        if start < at:
            continue
        least = max(at, start - 200)  # and no further back than this line begins
        before = text[max(least, text.rfind("\n", least, start) + 1) : start]
        apply = _APPLY.search(before)
        kept.append(text[at : start - len(before) + apply.start()] if apply else text[at:start])
        at = end
    kept.append(text[at:])
    rest = " ".join(kept)
    if "#" in rest:
        rest = _PLACEHOLDER.sub(" ", rest)
    if any(word in rest for word in _APPLY_WORDS):
        rest = _without_clauses(rest)
    return rest


def without_persons(text: str, places: Iterable[int] | None = None) -> str:
    """`text` without the sentences that name whom to ask; `places` is where one may begin, if known.

    A word that stands there in small letters too is nobody's name: "contact Human Resources".
    """
    if places is None and not any(word in text for word in _PERSON_WORDS):  # "Email, Word" asks nobody
        return text
    lines = list(persons(text, places))
    if not lines:
        return text
    named = [line.span() for line in lines if not any(_is_small(text, word) for word in line["name"].split())]
    return cues.replaced(text, [(start, end, " ") for start, end in named])


def _is_small(text: str, word: str) -> bool:
    """Whether a word stands in `text` in small letters, by itself."""
    small = word.lower()
    found = (_SMALL.match(text, at) for at in cues.starts(text, [small]))
    return any(one and one[0] == small for one in found)


def persons(text: str, places: Iterable[int] | None = None) -> Iterator[re.Match[str]]:
    """Each sentence that names whom to ask, by the name: `found["name"]`."""
    return cues.found_at(_PERSON, text, cues.places(text, cues.PERSONS) if places is None else places)


def _without_clauses(text: str) -> str:
    sent = [at for at in cues.places(text, cues.SENDING) if _RESUME.search(text, at, at + _REACH)]
    clauses = cues.found_at(_APPLY_CLAUSE, text, [*sent, *cues.places(text, cues.APPLYING)])
    return cues.replaced(text, [(*clause.span(), " ") for clause in clauses])


def _emails(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, address) of each e-mail address; blanks that a source put round "@" and "." are healed."""
    at = text.find("@")
    while at >= 0:
        before, after = text[max(0, at - 200) : at], text[at + 1 : at + 260]
        local, domain = _LOCAL.search(before[-64:]), _DOMAIN.match(after)
        if domain is None or "." not in domain[0] or local is None:
            # Only an address that is visibly broken is healed: "Call today. jo@acme.example" has a sound one.
            broken = _BROKEN_DOMAIN.match(after)
            if broken and (wide := _BROKEN_LOCAL.search(before)):
                local, domain = wide, broken
        if local and domain:
            yield at - len(local[0]), at + 1 + domain.end(), _address(local[0], domain[0])
        at = text.find("@", at + 1)


def _address(local: str, domain: str) -> str:
    return re.sub(r"\s", "", f"{local}@{domain}".lower()).rstrip(".-")


def _phones(text: str) -> Iterator[re.Match[str]]:
    dialled = cues.letters(text).translate(_DIALLED)
    if not any(part in dialled for part in _DIALLED_PARTS):
        return iter(())
    return (found for found in _PHONE.finditer(text) if len(_digits(found[0])) >= 9)


def _digits(phone: str) -> str:
    digits = re.sub(r"\D", "", phone)
    return digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
