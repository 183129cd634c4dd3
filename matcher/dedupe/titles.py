"""What a title says: the core of the role; apart from it level, shift, hours, contract, language and town."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from matcher import places
from matcher.dedupe import segments

_COHORT = r"(?= (?:[a-z]+ ){0,2}(?:intern|co op|analyst|associate|season|20\d\d))"
# Each: what it conflicts in -> (value, pattern over the title's words joined by blanks). The longest come
# first.
_MARKERS: tuple[tuple[str, str, str], ...] = (
    (
        "shift",
        "night",
        r"(?:night|nights|overnight|overnights|graveyard|3rd|third) shifts?|nights?|overnights?|graveyard",
    ),
    ("shift", "evening", r"(?:evening|twilight|2nd|second|swing|afternoon|pm) shifts?|evenings?|twilight"),
    ("shift", "mid", r"mid shifts?"),
    ("shift", "us", r"(?:us|uk|au) shifts?"),
    ("shift", "weekend", r"weekend shifts?|weekends?|saturdays?|sundays?"),
    ("shift", "morning", r"(?:morning|am) shifts?|mornings?"),
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
    ("contract", "freelance", r"freelancer?s?"),
    ("contract", "contract", r"contract|contractor|c2c|w2"),
    ("contract", "permanent", r"permanent|perm"),
    ("level", "apprentice", r"apprentice(?:ship)?|auszubildende[rn]?|azubi|alternance|alternante?"),
    (
        "level",
        "intern",
        r"interns?|internship|working student|werkstudent(?:in)?|praktikant(?:in)?|praktikum|stagiaire?",
    ),
    ("level", "trainee", r"trainees?|in training"),
    ("level", "graduate", r"graduate"),
    ("level", "entry", r"entry level|entry"),
    ("level", "junior", r"j[uú]nior"),
    ("level", "mid", r"mid level|midlevel|mid|intermediate|medior|pleno"),
    ("level", "senior", r"s[eê]nior"),
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
    ("grade", r"\1", r"(\d)$"),
    ("setting", "inpatient", r"in ?patients?"),
    ("setting", "outpatient", r"out ?patients?"),
    ("channel", "non-voice", r"non voice"),
    ("channel", "voice", r"voice"),
    ("channel", "inbound", r"inbound"),
    ("channel", "outbound", r"outbound"),
    ("store", r"\1", r"(?:store|shop|branch) (?:no |number |nr )?(\d{1,5})"),
    *(
        ("account", land, rf"(?:{words})(?= (?:\w+ )?accounts?(?![^ ]))")
        for land, words in (
            ("us", "us|usa|american"),
            ("uk", "uk|british"),
            ("au", "au|australian?"),
            ("ca", "canadian?"),
            ("nz", "nz|new zealand"),
            ("eu", "eu|european?"),
        )
    ),
    ("paid", "hourly", r"hourly"),
    ("paid", "salaried", r"salaried"),
    # "Java Spring" is none: an intern, an analyst or a year follows.
    *(("season", season, season + _COHORT) for season in ("spring", "summer", "fall", "autumn", "winter")),
)
_KINDS = tuple(
    "level grade shift hours contract language setting channel store unit account paid season".split()
)
LANGUAGES = frozenset(
    """
    spanish french german italian portuguese dutch polish russian ukrainian arabic mandarin cantonese
    chinese japanese korean vietnamese tagalog hindi urdu bengali punjabi tamil turkish greek hebrew
    swedish norwegian danish finnish czech slovak hungarian romanian bulgarian croatian serbian
    slovenian catalan creole flemish welsh bilingual multilingual thai malay indonesian bahasa estonian
    latvian lithuanian cebuano ilocano amharic somali farsi persian nederlandstalig duits frans spaans
    deutsch français español
    """.split()
)
_PATTERN = re.compile(
    r"(?<![^ ])(?:" + "|".join(f"(?P<m{at}>{p})" for at, (_, _, p) in enumerate(_MARKERS)) + r")(?![^ ])"
)


# Of each marker a word that it cannot be told without; those that hold a digit are told by that.
_TIMES = frozenset(
    """
    shift shifts night nights overnight overnights graveyard evening evenings twilight weekend weekends
    saturday saturdays sunday sundays morning mornings days part parttime full fulltime t pt bank casual
    diem prn zero relief call fixed ftc maternity parental temporary temp seasonal interim locum contract
    contractor c2c w2 freelance freelancer freelancers permanent perm
    """.split()
)
_TELLING = _TIMES | frozenset(
    """
    apprentice apprenticeship auszubildende auszubildender auszubildenden azubi alternance alternant
    alternante intern interns internship student werkstudent werkstudentin praktikant praktikantin praktikum
    stagiair stagiaire trainee trainees training graduate entry junior júnior mid midlevel intermediate
    medior pleno senior sênior principal deputy assistant lead leader supervisor supervisors head svp avp evp
    vp president director i ii iii iv v patient
    patients inpatient inpatients outpatient outpatients voice inbound outbound hourly salaried
    spring summer fall autumn winter account accounts store stores shop shops branch branches outlet outlets
    tower towers building buildings bldg class wave waves batch ward wards unit units
    floor floors route routes
    """.split()
) | LANGUAGES  # fmt: skip
_MARKED, _TIMED = (words | segments.written_for(words) for words in (_TELLING, _TIMES))
_DIGIT = re.compile(r"\d")


def marked(words: str) -> bool:
    """Whether `read` may find a marker in words of a text: cheap, as of most phrases it finds none."""
    told = words.split()
    return not _MARKED.isdisjoint(told) or segments.glued(words) or _DIGIT.search(words) is not None


def timed(words: str) -> bool:
    """The same of a marker of shift, hours or contract alone."""
    return not _TIMED.isdisjoint(words.split())


@dataclass(frozen=True, slots=True)
class Title:
    """`core`: the words of the role, singular; `markers`: (kind, value), as ("shift", "night")."""

    core: frozenset[str]
    markers: frozenset[tuple[str, str]]
    head: str

    def values(self, kind: str) -> frozenset[str]:
        """What the title says of one kind of marker."""
        return _values(self.markers).get(kind, _NOTHING)


_NOTHING: frozenset[str] = frozenset()


@functools.lru_cache(maxsize=1 << 14)
def _values(markers: frozenset[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    """The values of each kind: the same few markers stand in most titles, and every comparison asks them."""
    found: dict[str, set[str]] = defaultdict(set)
    for kind, value in markers:
        found[kind].add(value)
    return MappingProxyType({kind: frozenset(values) for kind, values in found.items()})


@functools.lru_cache(maxsize=1 << 17)
def read(title: str) -> Title:
    """The title's core and markers; cheers ("START ASAP!"), pay and a town told apart are left out."""
    told = segments.without_cheers(segments.split(title))
    spots: list[str | None] = []
    for words in told:
        spots.append(segments.place(words, spots[-1] if spots else None))
    markers = {("place", spot) for spot in spots if spot} | _units(title)
    parts = [words for words, spot in zip(told, spots, strict=True) if not spot] or told
    if ["pt"] in parts and "therapist" not in title.lower():  # "(PT)" is a physical therapist, too
        parts = [["part", "time"] if words == ["pt"] else words for words in parts]
    core: set[str] = set()
    for words in parts:
        core.update(segments.bare(_take_markers(words, markers)))
    head = next((words for words in parts if segments.is_role(words)), parts[0])
    role = _one_role({singular(word) for word in core})
    return Title(role, frozenset(markers), " ".join(sorted({singular(word) for word in head})))


# A number of any length, or one letter, after what is numbered: `segments` takes long ones for codes.
_UNIT = re.compile(
    r"\b(?:(?P<store>store|shop|branch|outlet)"
    r"|(?P<unit>tower|building|bldg|class|wave|batch|ward|unit|floor|route))"
    r"s?[\s:#-]+(?:(?:no\.?|number|nr\.?)[\s#]*)?(?P<which>\d{1,6}|[A-Za-z])(?![\w'’])"
    r"|#\s?(?P<bare>\d{2,6})\b",
    re.I,
)


def _units(title: str) -> set[tuple[str, str]]:
    """The store, tower, class and so on that a title numbers: ("store", "1123"), ("unit", "tower a")."""
    return {
        ("unit", f"{found['unit']} {found['which']}".casefold())
        if found["unit"]
        else ("store", (found["which"] or found["bare"]).casefold())
        for found in _UNIT.finditer(title[: segments.MAX_CHARACTERS])
    }


# In a contact centre these are one role, and agencies change between them at will. A specialist, an
# analyst or an officer is a grade above; a sales agent works on commission and a sales associate in a shop.
_AGENTS = frozenset(("agent", "associate", "advisor", "representative"))
_CENTERS = (
    {"customer"}, {"call"}, {"contact", "center"}, {"support"}, {"help", "desk"}, {"service", "desk"},
    {"chat"}, {"client", "service"}, {"guest", "service"}, {"member", "service"},
)  # fmt: skip
_ACCOUNT = frozenset(("account", "bpo", "local"))  # of a client: "CSR - Healthcare Account"


def _one_role(core: set[str]) -> frozenset[str]:
    """The core with one word for those who answer in a contact centre: agent, associate, advisor."""
    if core & _AGENTS and "sale" not in core and any(words <= core for words in _CENTERS):
        core = (core - _AGENTS - _ACCOUNT) | {"representative"}
    return frozenset(core)


_SPEAKING = frozenset(("speaking", "speaker", "speakers"))


def _take_markers(words: list[str], markers: set[tuple[str, str]]) -> list[str]:
    """The words that are no markers; the markers are added to `markers`."""
    line = " ".join(words)
    if _TELLING.isdisjoint(words) and not _DIGIT.search(line):
        return [word for word in words if word not in _SPEAKING]

    def note(match: re.Match[str]) -> str:
        kind, value, pattern = _MARKERS[int((match.lastgroup or "m0")[1:])]
        if value == r"\1":
            inner = re.fullmatch(pattern.replace("$", ""), match[0])
            value = inner[1] if inner else match[0]
        markers.add((kind, value))
        return " "

    rest = _PATTERN.sub(note, line).split()
    markers.update(("language", word) for word in rest if word in LANGUAGES)
    return [word for word in rest if word not in LANGUAGES and word not in _SPEAKING]


@functools.lru_cache(maxsize=1 << 14)
def singular(word: str) -> str:
    """The word without a plural's ending, roughly: "nurses" is "nurse", "business" stays."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return (
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )


# A marker that only one title has: these are what an ad leaves out when it is so by custom.
_SILENT_KINDS = frozenset(("setting", "channel", "store", "unit", "account", "paid"))
_SILENT = {
    ("hours", "full-time"),
    ("contract", "permanent"),
    ("contract", "contract"),
    ("shift", "day"),
    ("shift", "us"),
    ("shift", "mid"),
    ("level", "entry"),
    ("level", "mid"),
    ("grade", "1"),
    ("grade", "0"),
}


def conflicts(a: Title, b: Title) -> list[tuple[str, str, str]]:
    """(kind, what `a` says, what `b` says) where the two cannot be one job; "" where one says nothing."""
    if a.markers == b.markers:
        return []
    found, differing = [], {kind for kind, _ in a.markers ^ b.markers}
    for kind in _KINDS:
        if kind not in differing:
            continue
        left, right = a.values(kind), b.values(kind)
        if left and right and (left < right or right < left) and kind != "level":
            continue
        told = set() if kind in _SILENT_KINDS else {(kind, value) for value in left ^ right} - _SILENT
        one_sided = not left or not right
        if one_sided and (not told or kind == "grade" and not _roman(left | right)):
            continue
        if not one_sided and kind == "language" and "bilingual" in left | right and len(left | right) == 2:
            continue
        if not one_sided and not told and kind in ("level", "contract"):
            continue
        found.append((kind, " and ".join(sorted(left)), " and ".join(sorted(right))))
    return found + (_towns(a.values("place"), b.values("place")) if "place" in differing else [])


def apart(a: Title, b: Title) -> bool:
    """Whether not even one card may hold both: a card holds several towns, but one level, shift and so on."""
    return any(kind != "place" for kind, _, _ in conflicts(a, b))


def _towns(a: frozenset[str], b: frozenset[str]) -> list[tuple[str, str, str]]:
    """The conflict of the places that two titles tell: none where one holds another (Manila, Makati)."""
    for kind in ("country ", "town "):
        left, right = ({spot.removeprefix(kind) for spot in told if spot.startswith(kind)} for told in (a, b))
        if not left or not right or left & right:
            continue
        wide = [towns.union(*map(places.around, towns)) for towns in (left, right)]
        if not (left & wide[1] or right & wide[0]):
            return [("place", " and ".join(sorted(left)), " and ".join(sorted(right)))]
    return []


def _roman(grades: frozenset[str]) -> bool:
    """II or III in one title only is another level; a band of a pay scale is often just not said."""
    return False if len(grades) != 1 else next(iter(grades)) in ("2", "3", "4")
