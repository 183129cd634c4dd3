"""The parts of a title: which of them name the role, which only cheer ("START ASAP!"), pay or name a town."""

from __future__ import annotations

import functools
import re

from matcher import gazetteer, places, text

MAX_CHARACTERS = 300  # of a title; what is longer is no title, and patterns grow with it
_BREAK = re.compile(
    r"[|•·~;!(){}\[\]\uff08\uff09–—\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]|\*{2,}|//+"
    r"|\s[-/:]|[-/:,]\s|(?<=[a-z]{4})\.\s|\sl\s"
)
_QUESTION = re.compile(r"[^|!()\[\]?]*\?")  # "IT Graduate? WE GOT YOU!": who asks is no role
_MONEY = re.compile(
    r"(?:[$£€₱]|\b(?:php|usd|gbp|eur|aud|cad|sgd|inr|rs\.?|p)(?=\s?(?:\d{1,3}k|\d{3}|\d[\d ]?,\d{3})))"
    r"\s?\d[\d,.]*\s?k?"
    r"(?:\s?(?:-|–|to)\s?[$£€₱]?\d[\d,.]*\s?k?)?(?:\s?(?:/|per|an|p)\s?\w+)?"
    r"|\b\d[\d,.]*k\b(?:\s?(?:-|–|to)\s?\d[\d,.]*\s?k\b)?|\b\d{1,3}(?:,\d{3})+\b",
    re.I,
)
_CODE = re.compile(
    r"#\s?\w*\d\w*|\b(?=\w*\d)(?:[a-z]*\d{4,}\w*|[a-z]{2,5}\d{2,}-?\d+)\b|\[[^\]]*\d[^\]]*\]", re.I
)
_MONTHS = re.compile(r"\b(\d{1,2}) ?(?:mos?|mths?|months?)\b", re.I)
GLUED_LETTERS = 12
_GLUED_LEVEL = re.compile(r"(?<=\w{12})(pleno|s[eê]nior|sr|j[uú]nior|jr)\b", re.I)
_THEATRE = re.compile(r"\bOR(?= (?i:nurse|tech|rn\b|scrub|staff|assistant|manager|charge))")  # operating room
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d")  # a cohort is no code
_SYNONYMS = {
    "rep": "representative", "reps": "representative", "sr": "senior", "snr": "senior",
    "jr": "junior", "jnr": "junior", "mgr": "manager", "mngr": "manager", "asst": "assistant",
    "assoc": "associate", "svc": "service", "cust": "customer", "tech": "technical", "eng": "engineer",
    "dev": "developer", "admin": "administrator", "coord": "coordinator", "supv": "supervisor",
    "spec": "specialist", "ops": "operations", "exec": "executive", "centre": "center", "adviser": "advisor",
    "hca": "health care assistant", "csr": "customer service representative",
    "csrs": "customer service representative", "csa": "customer service representative",
    "tsr": "technical support representative", "tsrs": "technical support representative",
    "cs": "customer service", "callcenter": "call center", "helpdesk": "help desk",
    "healthcare": "health care", "frontend": "front end", "backend": "back end", "fullstack": "full stack",
    "rgn": "registered general nurse", "rmn": "registered mental nurse",
    "rnld": "registered disability nurse",
    "rn": "registered nurse", "lpn": "licensed practical nurse", "cna": "certified nursing assistant",
    "sdr": "sales development representative", "qa": "quality assurance", "hr": "human resources",
    "programme": "program", "wfh": "work from home", "dayshift": "day shift",
    "nightshift": "night shift", "midshift": "mid shift", "nonvoice": "non voice", "exp": "experience",
    "grad": "graduate", "grads": "graduates", "setup": "set up",
}  # fmt: skip
_FILLER = frozenset(
    """
    urgent urgently hiring hire asap start immediate immediately apply now needed wanted required
    vacancy vacancies job jobs opening openings opportunity opportunities new interview week join today
    remote hybrid onsite site work from home wfh based position role post hour hours per annum salary
    pay paid bonus up to k usd gbp eur php plus with and or for of the in at a an to no experience
    necessary welcome great exciting career careers we are re your our m f d w x h all levels
    fully home office multiple locations various location area usa us uk 100 monthly weekly avail
    available
    """.split()
)

# Phrases that praise the job or say who may apply. What a segment says beside them counts only where it
# names a role, or where no other segment does.
_CHEERS = re.compile(
    r"(?<![^ ])(?:"
    r"(?:(?:is|are|we|now|urgently|urgent|mass|immediate|nationwide|for|1|one|day|virtual) )*hiring"
    r"(?: (?:now|event|day|for))*"
    r"|(?:can |please )?apply(?: (?:now|today|here|asap|online))*|job fair|career fair|walk ins?|open house"
    r"|join (?:us|our team|the team|now|today)(?: for)?|be(?:come)? our(?: next| new)?"
    r"|we (?:got|want|need) you|(?:we are )?looking for|expressions? of interest"
    r"|(?:can |must )?start (?:asap|immediately|now|today)|immediate (?:start|joiners?|interview)"
    r"|(?:open|available|suitable) (?:to|for) (?:\w+ ){1,6}graduates?(?: without(?: \w+)? experience)?"
    r"|(?:(?:open|available|suitable) )?(?:(?:to|for) )?(?:all )?(?:(?:it|fresh|new|recent|college|university"
    r"|any|accounting|engineering|finance|nursing|business|medical) )*"
    r"(?:graduates|undergraduates|freshers|newbies|fresh graduate|it graduate)"
    r"(?: (?:are|can|may|welcome|encouraged|accepted|to|apply|without|with|no|tsr|bpo|work|experience))*"
    r"|(?:with or without|with without|without|with|no|w o|zero)"
    r"(?: (?:bpo|call|center|work|prior|previous|any|relevant|technical|support|representative|\d+"
    r"|years?|yrs?))*"
    r" (?:experience|cce|background)(?: (?:needed|required|necessary|ok|welcome))?"
    r"|\d+ (?:yrs?|years?) (?:of )?experience|experience (?:needed|required|preferred|a must|is a must)"
    r"|(?:day (?:1|one)|d1|first day) hmo|hmo (?:on )?(?:day (?:1|one)|d1|(?:the )?(?:first|1st) day)|hmod1"
    r"|(?:up to )?1\dth(?: month| mp)(?: pay)?"
    r"|(?:(?:with|up|to|sign|signing|on|welcome|new|hire|performance|retention|joining|referral) )*"
    r"bonus(?:es)?"
    r"|(?:(?:base|basic|fixed|competitive|high|monthly|weekly) )*(?:pay|salary|basic|allowances?|incentives)"
    r"(?: (?:monthly|weekly|package))*"
    r"|virtual (?:process|interview)|retirement plan|(?:newbie|beginner) friendly|beginners? welcome"
    r"|(?:job|interview) guaranteed?|guaranteed (?:job|interview)|no agenc(?:y|ies)"
    r"|(?:great|excellent|amazing|exciting|fantastic|rewarding) (?:opportunity|career|pay|benefits|team)"
    r")(?![^ ])"
)
# How and where it is worked: what stands beside them counts.
_TERMS = re.compile(
    r"(?<![^ ])(?:"
    r"(?:fixed )?weekends? (?:off|free)|no (?:nights?|weekends?|evenings?)"
    r"|(?:(?:permanent|temporary|temp|fully|100) )*(?:work (?:from|at) home|home ?based)"
    r"(?: (?:or )?(?:hybrid|on ?site|set up|opportunity|available))*"
    r"|on site|(?:permanent |temporary )?hybrid(?: (?:set up|work|working))*(?: after \d+ months)?"
    r"|tools provided"
    r")(?![^ ])"
)
_ROLE_WORDS = frozenset(
    """
    representative agent manager assistant associate engineer developer nurse clerk coordinator
    administrator advisor officer consultant support worker driver supervisor cashier executive operator
    designer teacher tutor accountant architect director lead leader intern carer coder cleaner chef cook
    staff planner trainer buyer secretary writer editor tester controller host porter service
    trainee apprentice graduate
    """.split()
)
_ROLE_ENDING = re.compile(r"\w{3,}(?:ist|yst|ian|eer|iologist)")
_SITE = frozenset("site area branch based only bpo".split())  # "Makati site", "(Makati BPO)"
# Towns whose names are words of a trade or a department first.
_NO_TOWNS = frozenset(
    """
    anthem asia bank casa casino central commerce converse data drug enterprise federal fleet hindi levi
    magenta major mobile nokia officer perm pleno police rugby same sales semi siri solana spring thai
    university wedding
    """.split()
)


def split(title: str) -> list[list[str]]:
    """The words of each segment, abbreviations written out; amounts of money and codes are left out."""
    title = title[:MAX_CHARACTERS]
    plain = _THEATRE.sub("operating room", title) if "OR" in title and not title.isupper() else title
    if _DIGIT.search(plain):  # no pattern is tried where it cannot be: most titles have no digit
        plain = _CODE.sub(lambda code: code[0] if _YEAR.fullmatch(code[0]) else " ", _MONEY.sub(" ", plain))
    asked = _GLUED_LEVEL.sub(r" \1", _QUESTION.sub(" ", plain) if "?" in plain else plain)
    segments = [words(segment) for segment in _BREAK.split(asked) if segment]
    return [segment for segment in segments if segment] or [words(plain)]


def glued(words: str) -> bool:
    """Whether a level is glued to a long word: "Programadorpleno"."""
    return len(words) > GLUED_LETTERS and _GLUED_LEVEL.search(words) is not None


def words(segment: str) -> list[str]:
    """The words of a segment, abbreviations written out."""
    told = text.tokens(_MONTHS.sub(r"\1 month", segment) if _DIGIT.search(segment) else segment)
    return " ".join([_SYNONYMS.get(word, word) for word in told]).split()


def written_for(words: frozenset[str]) -> frozenset[str]:
    """The abbreviations that one of `words` is read from."""
    return frozenset(short for short, long in _SYNONYMS.items() if not words.isdisjoint(long.split()))


def without_cheers(segments: list[list[str]]) -> list[list[str]]:
    """The segments without their cheers; one that had some and names no role goes, if another names one."""
    told = [_TERMS.sub(" ", " ".join(segment)).split() for segment in segments]
    rests = [_CHEERS.sub(" ", " ".join(segment)).split() for segment in told]
    cheered = [len(rest) < len(segment) for rest, segment in zip(rests, told, strict=True)]
    named = any(is_role(rest) for rest in rests)
    kept = [
        rest
        for rest, cheers in zip(rests, cheered, strict=True)
        if rest and not (cheers and named and not is_role(rest))
    ]
    return kept or segments


def is_role(words: list[str]) -> bool:
    """Whether somebody is called so: "pharmacist", "support agents"."""
    return any(map(_names_role, words))


@functools.lru_cache(maxsize=1 << 14)  # titles are made of few words
def _names_role(word: str) -> bool:
    one = word.removesuffix("s")
    return word in _ROLE_WORDS or one in _ROLE_WORDS or _ROLE_ENDING.fullmatch(one) is not None


def place(words: list[str], before: str | None = None) -> str | None:
    """What a whole segment names: "town makati", "country vn", "region texas"; None where it names no place.

    A state's code is one only where a town stands `before` it: "PA" is an assistant, too.
    """
    if len(words) > 4 or is_role(words):
        return None
    name = " ".join([word for word in words if word not in _SITE])
    if not name or name in _NO_TOWNS:
        return None
    if len(name) > 3 and (country := places.country(name)):
        return f"country {country}"
    if before and len(name) == 2 and (state := places.state(name)):
        return f"region {state}"
    if places.around(places.town(name)) or gazetteer.is_town(name):
        return f"town {places.town(name)}"
    quarters = [places.town(word) for word in name.split()]  # "BGC Taguig"
    return f"town {quarters[-1]}" if all(map(places.around, quarters)) else None


def bare(words: list[str]) -> list[str]:
    """The words that are no filler ("hiring", "the") and no single letters."""
    return [word for word in words if word not in _FILLER and not (len(word) == 1 and word.isalpha())]
