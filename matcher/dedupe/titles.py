"""What a title says: the core of the role; apart from it level, shift, hours, contract and language."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from matcher import text

# Each: what it conflicts in -> (value, pattern over the title's words joined by blanks). The longest come
# first.
_MARKERS: tuple[tuple[str, str, str], ...] = (
    (
        "shift",
        "night",
        r"(?:night|nights|overnight|overnights|graveyard|3rd|third) shifts?|nights?|overnights?|graveyard",
    ),
    ("shift", "evening", r"(?:evening|twilight|2nd|second|swing) shifts?|evenings?|twilight"),
    ("shift", "weekend", r"weekend shifts?|weekends?|saturdays?|sundays?"),
    ("shift", "morning", r"morning shifts?|mornings?"),
    ("shift", "day", r"(?:day|days|1st|first) shifts?|days(?! (?:a|per|of))"),
    ("hours", "part-time", r"part time|parttime|p t"),
    ("hours", "full-time", r"full time|fulltime|f t"),
    (
        "hours",
        "bank",
        r"bank staff|bank(?= (?:\w+ )*(?:nurse|worker|assistant|staff|doctor|practitioner)s?\b)|bank$",
    ),
    ("hours", "casual", r"casual|per diem|prn|zero hours?|relief|on call"),
    ("contract", "fixed term", r"fixed term(?: contract)?|ftc|maternity cover|parental leave cover"),
    ("contract", "temporary", r"temporary|temp|seasonal|interim|locum"),
    ("contract", "contract", r"contract|contractor|freelance|c2c|w2"),
    ("contract", "permanent", r"permanent|perm"),
    ("level", "apprentice", r"apprentice(?:ship)?"),
    ("level", "intern", r"interns?|internship|working student|werkstudent"),
    ("level", "trainee", r"trainees?|in training"),
    ("level", "graduate", r"graduates?"),
    ("level", "entry", r"entry level|entry"),
    ("level", "junior", r"junior"),
    ("level", "mid", r"mid level|midlevel|mid|intermediate|medior"),
    ("level", "senior", r"senior"),
    ("level", "principal", r"principal"),
    ("level", "deputy", r"deputy"),
    ("level", "assistant manager", r"assistant manager"),
    ("level", "lead", r"team leader|team lead|leader|lead"),
    ("level", "supervisor", r"supervisors?"),
    ("level", "head", r"head of|head"),
    ("level", "vice president", r"svp|avp|evp|vp|(?:senior )?vice president"),
    ("level", "director", r"director"),
    ("grade", r"\1", r"(?:band|grade|level|tier|class|step|afc|l|t)s? ?(\d{1,2}[a-e]?)"),
    ("grade", "1", r"i$|i(?= )"),
    ("grade", "2", r"ii"),
    ("grade", "3", r"iii"),
    ("grade", "4", r"iv"),
    ("grade", "5", r"v$"),
    ("grade", r"\1", r"([1-9])$"),
)
_LANGUAGES = frozenset(
    """
    spanish french german italian portuguese dutch polish russian ukrainian arabic mandarin cantonese
    chinese japanese korean vietnamese tagalog hindi urdu bengali punjabi tamil turkish greek hebrew
    swedish norwegian danish finnish czech slovak hungarian romanian bulgarian croatian serbian
    slovenian catalan creole flemish welsh bilingual multilingual thai malay indonesian bahasa estonian
    latvian lithuanian
    """.split()
)
_SYNONYMS = {
    "rep": "representative", "reps": "representative", "agent": "agent", "sr": "senior", "snr": "senior",
    "jr": "junior", "jnr": "junior", "mgr": "manager", "asst": "assistant", "assoc": "associate",
    "svc": "service", "cust": "customer", "tech": "technical", "eng": "engineer", "dev": "developer",
    "admin": "administrator",
    "coord": "coordinator", "supv": "supervisor", "spec": "specialist", "ops": "operations",
    "centre": "center",
    "hca": "health care assistant", "csr": "customer service representative",
    "csrs": "customer service representative",
    "tsr": "technical support representative", "cs": "customer service", "callcenter": "call center",
    "healthcare": "health care", "frontend": "front end", "backend": "back end", "fullstack": "full stack",
}  # fmt: skip
_FILLER = frozenset(
    """
    urgent urgently hiring hire asap start immediate immediately apply now needed wanted required
    vacancy vacancies job jobs opening openings opportunity opportunities new interview week join today
    remote hybrid onsite site work from home wfh based position role post hour hours per annum salary
    pay paid bonus up to k usd gbp eur php plus with and or for of the in at a an to no experience
    necessary welcome great great exciting career careers we are re your our m f d w x h all levels
    fully home office multiple locations various location area usa us uk 100
    """.split()
)
_MONEY = re.compile(
    r"[$£€₱]\s?\d[\d,.]*\s?k?(?:\s?(?:-|–|to)\s?[$£€₱]?\d[\d,.]*\s?k?)?(?:\s?(?:/|per|an|p)\s?\w+)?|\b\d[\d,.]*k\b",
    re.I,
)
_CODE = re.compile(
    r"#\s?\w*\d\w*|\b(?=\w*\d)(?:[a-z]*\d{4,}\w*|[a-z]{2,5}\d{2,}-?\d+)\b|\[[^\]]*\d[^\]]*\]", re.I
)
_PRAISE = re.compile(r"\bno (?:nights?|weekends?|evenings?)\b|\bweekends? (?:off|free)\b", re.I)
_PATTERN = re.compile(
    r"(?<![^ ])(?:" + "|".join(f"(?P<m{at}>{p})" for at, (_, _, p) in enumerate(_MARKERS)) + r")(?![^ ])"
)


@dataclass(frozen=True, slots=True)
class Title:
    """`core`: the words of the role, singular; `markers`: (kind, value), as ("shift", "night")."""

    core: frozenset[str]
    markers: frozenset[tuple[str, str]]
    head: str

    def values(self, kind: str) -> frozenset[str]:
        """What the title says of one kind of marker."""
        return frozenset(value for name, value in self.markers if name == kind)


@functools.lru_cache(maxsize=1 << 17)
def read(title: str) -> Title:
    """The title's core and markers; a promotional part ("START ASAP! | …") and pay are left out."""
    parts = [
        _words(part)
        for part in re.split(r"[|•]|\*{2,}", _CODE.sub(" ", _MONEY.sub(" ", _PRAISE.sub(" ", title))))
    ]
    markers: set[tuple[str, str]] = set()
    cores = []
    for part in parts:
        rest = _take_markers(" ".join(part), markers)
        cores.append(
            [
                singular(word)
                for word in rest
                if word not in _FILLER and not (len(word) == 1 and word.isalpha())
            ]
        )
    full = [core for core in cores if core]
    head = _words(re.split(r"\s[-–—:]|[-–—:]\s|[,(/|]", title.strip(" *(-"))[0])
    core = max(full, key=lambda words: (_weight(words), -full.index(words))) if full else []
    return Title(frozenset(core), frozenset(markers), " ".join(sorted({singular(word) for word in head})))


_ROLE_WORDS = frozenset(
    """
    representative agent specialist manager assistant associate engineer developer analyst nurse clerk
    coordinator administrator advisor adviser officer technician consultant support worker driver
    supervisor receptionist cashier executive operator designer teacher therapist accountant scientist
    architect director lead leader intern
    """.split()
)


def _weight(words: list[str]) -> int:
    """How much a part of a title reads as a role: call-centre ads put cheers before and after it."""
    return 2 * any(word in _ROLE_WORDS for word in words) + (len(words) > 1)


def _words(part: str) -> list[str]:
    return " ".join(_SYNONYMS.get(word, word) for word in text.tokens(part)).split()


def _take_markers(line: str, markers: set[tuple[str, str]]) -> list[str]:
    """The words of `line` that are no markers; the markers are added to `markers`."""

    def note(match: re.Match[str]) -> str:
        kind, value, pattern = _MARKERS[int((match.lastgroup or "m0")[1:])]
        if value == r"\1":
            inner = re.fullmatch(pattern.replace("$", ""), match[0])
            value = inner[1] if inner else match[0]
        markers.add((kind, value))
        return " "

    rest = _PATTERN.sub(note, line).split()
    markers.update(("language", word) for word in rest if word in _LANGUAGES)
    return [
        word for word in rest if word not in _LANGUAGES and word not in ("speaking", "speaker", "speakers")
    ]


def singular(word: str) -> str:
    """The word without a plural's ending, roughly: "nurses" is "nurse", "business" stays."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return (
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )


# A marker that only one title has: these are what an ad leaves out when it is so by custom.
_SILENT = {
    ("hours", "full-time"),
    ("contract", "permanent"),
    ("contract", "contract"),
    ("shift", "day"),
    ("level", "entry"),
    ("level", "mid"),
    ("grade", "1"),
}


def conflicts(a: Title, b: Title) -> list[tuple[str, str, str]]:
    """(kind, what `a` says, what `b` says) where the two cannot be one job; "" where one says nothing."""
    if a.markers == b.markers:
        return []
    found = []
    for kind in ("level", "grade", "shift", "hours", "contract", "language"):
        left, right = a.values(kind), b.values(kind)
        if left == right or (left and right and (left < right or right < left) and kind != "level"):
            continue
        told = {(kind, value) for value in left ^ right} - _SILENT
        one_sided = not left or not right
        if one_sided and (not told or kind == "grade" and not _roman(left | right)):
            continue
        if not one_sided and kind == "language" and "bilingual" in left | right and len(left | right) == 2:
            continue
        if not one_sided and not told and kind not in ("grade", "shift", "hours"):
            continue
        found.append((kind, " and ".join(sorted(left)), " and ".join(sorted(right))))
    return found


def _roman(grades: frozenset[str]) -> bool:
    """II or III in one title only is another level; a band of a pay scale is often just not said."""
    return False if len(grades) != 1 else next(iter(grades)) in ("2", "3", "4")
