"""The one tokenizer, stop list and contact cutter for everything in the matcher."""

from __future__ import annotations

import csv
import functools
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from operator import add

from matcher import cues

MAX_TOKEN = 40


def _replaced(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    """`text` with what stands in each (start, end) made the third."""
    kept, at = [], 0
    for start, end, put in spans:
        kept += [text[at:start], put]
        at = end
    return "".join([*kept, text[at:]])


# --- vocabulary


def vocabulary(name: str) -> list[dict[str, str]]:
    """The rows of one of our vocabulary files (CSV with a heading), which lie beside the modules."""
    with resources.files("matcher").joinpath(name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


# --- normal form and tokens

_QUOTES = dict.fromkeys("\u2018\u2019\u201a\u02bc", "'") | dict.fromkeys("\u201c\u201d\u201e", '"')
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
_ASCII = bytes(range(128))

# Ads whose list markup was lost run on: "guidelinesAdhere". Brands that are written so stay whole.
_GLUED = re.compile(
    r"[A-Z](?<=[a-z]{3}.)(?=[a-z]{2})"
    r"(?!(?:oint|hell|ooks|pot|ube|pp|orce|iewer|ress|esk|orks|ervice|hat|ign|onkey|entral|ommerce|ealth|oft|uite|ox"
    r"|cout|erson|all|ail|are|low|hift|al|ow|ub|ab|ook|cript)\b)"
)

# Words are what is left between blanks once every other sign is one. A sign that belongs to a word is first
# put aside as a control character, which the table then brings back.
_PAIR = re.compile(r"(?<![^\W_])([a-z0-9]) ?& ?([a-z0-9])(?![^\W_])")
_KEPT = (
    ("7", "24/7", "24\x027"), ("+", "c++", "c\x03\x03"), ("#", " c#", " c\x04"), (".", " .net", " \x05net")
)  # fmt: skip
_BLANK = bytes(
    b" &/+#."[code] if 1 <= code <= 5 else code if code > 127 or chr(code).isalnum() else 32
    for code in range(256)
)  # of UTF-8: bytes.translate is ten times faster than str.translate where a text is not ASCII
_BLANK_BUT_LINES = bytes(10 if code == 10 else blank for code, blank in enumerate(_BLANK))


def normalize(text: str) -> str:
    """`text` in NFKC and lower case, with straight quotes and without zero-width and bidi characters."""
    if not text.isascii():
        for sign in _rare(text.encode("utf-8", "surrogatepass")):
            if sign in _QUOTES or _INVISIBLE.match(sign):
                text = text.replace(sign, _QUOTES.get(sign, ""))
        if not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text)
    return text.lower()


def tokens(text: str) -> list[str]:
    """The words of `text`, lower case, at most 40 letters each.

    A hyphen is a blank, an apostrophe is nothing ("driver's" is "drivers"), "e-mail" is "email"; "24/7",
    "c++", "c#", ".net" and one-letter pairs ("p&c", "p & c") are one word.
    """
    folded = _folded(text).encode().translate(_BLANK)
    words = folded.decode().split()
    return _short(words) if _may_be_long(folded) else words


def rows(parts: Sequence[str]) -> list[str]:
    """`tokens` of each of `parts` that has any, joined by blanks; no part may hold a line feed.

    All in one go: that is several times faster for the sentences of an ad.
    """
    lines = _folded("\n".join(parts)).encode().translate(_BLANK_BUT_LINES)
    long = _may_be_long(lines)
    split = map(str.split, lines.decode().split("\n"))
    return [" ".join(_short(words) if long else words) for words in split if words]


_LETTERS = bytes(32 if code in (10, 32) else 120 for code in range(256))


def _may_be_long(words: bytes) -> bool:
    return len(words) > MAX_TOKEN and b"x" * (MAX_TOKEN + 1) in words.translate(_LETTERS)


def _folded(text: str) -> str:
    """`text` in its normal form, the signs of words put aside, others than ASCII's made blanks."""
    if glued := list(cues.found_at(_GLUED, text, _camels(text))):
        text = _replaced(text, [(one.start(), one.start(), " ") for one in glued])
    if not text.isascii():  # among bytes a sign is replaced several times as fast as among letters
        raw = text.encode("utf-8", "surrogatepass")
        for sign in _rare(raw):
            raw = raw.replace(sign.encode("utf-8", "surrogatepass"), _plain(sign))
        text = raw.decode("utf-8", "surrogatepass")
    text = normalize(text).replace("'", "").replace("e-mail", "email")
    for sign, written, put_aside in _KEPT:
        if sign in text:  # to look for one letter is several times faster
            text = text.replace(written, put_aside)
    if "&" in text:
        pairs = cues.found_at(_PAIR, text, [at - 1 - (text[at - 1] == " ") for at in cues.starts(text, "&")])
        text = _replaced(text, [(*pair.span(), f"{pair[1]}\x01{pair[2]}") for pair in pairs])
    if not text.isascii():
        for sign in _rare(text.encode("utf-8", "surrogatepass")):
            if not (sign.isalnum() or sign.isspace()):
                text = text.replace(sign, " ")
    return text


_CASES = bytes(97 if 97 <= code <= 122 else 65 if 65 <= code <= 90 else 32 for code in range(256))


def _camels(text: str) -> list[int]:
    """Where a capital comes after a small letter: found several times as fast as by the pattern."""
    return [at + 1 for at in cues.starts(text.encode("ascii", "replace").translate(_CASES), [b"aA"])]


@functools.lru_cache(maxsize=1 << 12)
def _plain(sign: str) -> bytes:
    """What stands for a sign before all else: ";" for one that is no part of a word and never becomes one.

    Most texts are ASCII then, which is several times as fast to work on.
    """
    if sign in _QUOTES or _INVISIBLE.match(sign):
        return _QUOTES.get(sign, "").encode()
    normal = unicodedata.normalize("NFKC", sign)  # a blank of one that does not break
    if normal.isascii():
        return normal.encode()
    part = sign.isalnum() or sign.isspace() or unicodedata.category(sign)[0] == "M"
    return sign.encode("utf-8", "surrogatepass") if part or normal != sign else b";"


def _rare(raw: bytes) -> set[str]:
    """The characters of a text in UTF-8 that are not ASCII, each once."""
    return set(raw.translate(None, _ASCII).decode("utf-8", "surrogatepass"))


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
_PERSON_WORDS = (
    *("all ", "ontact", "CONTACT", "mail ", "sk for", "peak ", "each out", "ecruiter", "anager"),
    *("nsprechpartner", "ontaktperson", "hteyshenkil"),
)
_APPLY_WORDS = ("esume", "ESUME", "\u00e9sum", "CV", "cv", "to apply", "To apply", "To Apply", "TO APPLY")
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
    spans = [(start, end) for start, end, _ in _emails(text)]
    spans += [phone.span() for phone in _phones(text)]
    kept, at = [], 0
    for start, end in sorted(spans):
        if start < at:
            continue
        before = text[max(at, start - 200) : start]
        apply = _APPLY.search(before)
        kept.append(text[at : start - len(before) + apply.start()] if apply else text[at:start])
        at = end
    kept.append(text[at:])
    rest = " ".join(kept)
    if "#" in rest:
        rest = _PLACEHOLDER.sub(" ", rest)
    if any(word in rest for word in _APPLY_WORDS):
        rest = _without_clauses(rest)
    return _LABEL.sub("", _without_persons(rest)).strip()


def _without_persons(text: str) -> str:
    """`text` without the sentences that name whom to ask.

    A word that stands there in small letters too is nobody's name: "contact Human Resources".
    """
    if not any(word in text for word in _PERSON_WORDS):  # "Email, Microsoft Word" asks nobody
        return text
    lines = list(_persons(text))
    if not lines:
        return text
    named = [line.span() for line in lines if not any(_is_small(text, word) for word in line["name"].split())]
    return _replaced(text, [(start, end, " ") for start, end in named])


def _is_small(text: str, word: str) -> bool:
    """Whether a word stands in `text` in small letters, by itself."""
    small = word.lower()
    found = (_SMALL.match(text, at) for at in cues.starts(text, [small]))
    return any(one and one[0] == small for one in found)


def _persons(text: str) -> Iterator[re.Match[str]]:
    return cues.found_at(_PERSON, text, cues.places(text, cues.PERSONS))


def _without_clauses(text: str) -> str:
    sent = [at for at in cues.places(text, cues.SENDING) if _RESUME.search(text, at, at + _REACH)]
    clauses = cues.found_at(_APPLY_CLAUSE, text, [*sent, *cues.places(text, cues.APPLYING)])
    return _replaced(text, [(*clause.span(), " ") for clause in clauses])


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
