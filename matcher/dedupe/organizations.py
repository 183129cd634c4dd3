"""Which names mean one employer: a family is a name without its legal form and sibling words."""

from __future__ import annotations

import functools
import re
from urllib.parse import urlsplit

from matcher import text
from matcher.dedupe import addresses

_LEGAL = frozenset(
    """
    inc incorporated llc ltd limited plc gmbh ag kg kgaa ohg gbr bv nv vof bvba sprl oy oyj ky ry tmi ab as
    asa aps sa sas sasu sarl eurl snc srl srls spa scarl lda ltda eireli pty pvt private proprietary co corp
    corporation company lp llp lllp pllc cic dac clg ulc pte sdn bhd berhad tbk opc ug se kft zrt nyrt sro
    spol doo ou uab sia eood ood jsc pjsc ooo kk fze fzco wll mbh aktiebolag the and
    """.split()
)
_LEGAL_LAST = frozenset("me pc hb kb sp cv pt ehf hf eg ev".split())  # at the end only: words elsewhere
# One group trades under several of these: an agency's branches sign the same ad with different ones.
_SIBLING = frozenset(
    """
    professional professionals holding holdings group groups staffing service services recruitment
    recruiting recruiters resourcing employment personnel agency agencies international global worldwide
    """.split()
)
_UNKNOWN = frozenset(
    """
    confidential/confidential company/private client/private/private advertiser/anonymous/undisclosed
    not disclosed/not specified/stealth startup/name hidden/private individual/company confidential
    company name confidential/hidden/n a/na/unknown/unspecified/employer
    our client/client/a leading company/company/various/other/none/null
    """.replace("\n", "/")
    .replace("  ", "")
    .split("/")
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\][]*\]")
# Two names of one: "Oakmail Ltd T/A The Letter Group", "Tern Care (formerly known as Gull Care)".
_ALSO = re.compile(
    r"\s*\(?\b(?:t/a|trading as|d\.?b\.?a\b\.?|d/b/a|doing business as|(?:formerly|previously)(?: known as)?"
    r"|part of(?: the)?|also known as|a\.?k\.?a\b\.?)\s+",
    re.I,
)
# What a source adds to a name: an office ("Acme - Head Office"), a page ("Acme | Careers"), a town.
_OFFICE = re.compile(
    r"\s+[-–|]\s+(?:(?:head|main|regional|branch|corporate|agency|open|current|our|the|and) ?)*"
    r"(?:office|headquarters|hq|rohq|careers?|jobs|positions|vacancies|wide|branch|recruitment team"
    r"|hiring team|government)\s*$",
    re.I,
)
_TOWN = re.compile(r"(?<=\b(?:Oy|Ab|ry|Ky)),\s.*$|(?<=\b(?:Oyj|Ltd|LLC|Inc)),\s(?!L|I).*$")
_LETTERED = re.compile(
    r"\b(?:sp\.? z\.? ?o\.? ?o|d\. ?o\. ?o|s\. ?r\. ?o|s\.? ?p\.? ?a|s\.? ?a\.? de c\.? ?v)\b\.?", re.I
)
_NOISE = re.compile(r"\A\s*[{\[]|\n.*|\brefreshed\b.*|\b[\d,.]+ reviews?\b", re.I | re.S)

# Platforms whose address names the employer's board: by its path, by its subdomain.
_PATHS = frozenset(
    """
    jobs.ashbyhq.com jobs.lever.co jobs.eu.lever.co boards.greenhouse.io job-boards.greenhouse.io
    apply.workable.com jobs.smartrecruiters.com careers.smartrecruiters.com
    """.split()
)
_SUBDOMAINS = frozenset(
    """
    myworkdayjobs.com recruitee.com bamboohr.com teamtailor.com personio.com personio.de breezy.hr
    applytojob.com pulsesoftware.com
    """.split()
)
# A council's own address names it: "careers.alpine.vic.gov.example"; those of all councils name none.
_GOVERNMENT = re.compile(
    r"(?:\A|\.)([a-z0-9-]+)\.(?:(?:vic|nsw|qld|wa|sa|tas|nt|act)\.)?gov(?:\.[a-z]{2})?(?::\d+)?\Z"
)
_VAGUE = re.compile(r"job|career|work|recruit|employ|vacanc|service|\A(?:www|vic|nsw|qld|wa|sa|tas|nt|act)\Z")
# Sources named so are boards of one employer each; "jobboard:…" and "agency:…" carry the ads of many.
_PLATFORMS = frozenset(
    """
    ashby lever greenhouse workable smartrecruiters recruitee bamboohr teamtailor personio breezy jazzhr
    workday icims jobvite pinpoint rippling comeet
    """.split()
)


@functools.lru_cache(maxsize=1 << 16)
def words(name: str) -> tuple[str, ...]:
    """The words of an organization's family, in order; () where the name says nothing ("Confidential")."""
    if name.lstrip().startswith(("{", "[")):
        return ()
    name = _LETTERED.sub("", _OFFICE.sub("", _NOISE.sub(" ", _ALSO.split(name)[0])))
    outside = _TOWN.sub("", _BRACKETS.sub(" ", name).strip())
    found = tuple(text.tokens(outside)) or tuple(text.tokens(name))
    if " ".join(found) in _UNKNOWN:
        return ()
    legal = tuple(word for word in found if word not in _LEGAL) or found
    while len(legal) > 1 and (legal[-1] in tuple("sabvnlc") or legal[-1] in _LEGAL_LAST):
        legal = legal[:-1]  # "S.A.", "B.V." come apart
    core = tuple(word for word in legal if word not in _SIBLING)
    return core if core and any(len(word) > 1 for word in core) else legal


def board(source: str, url: str) -> str:
    """The employer's board as source ("greenhouse:acme") or address tell it; "" where neither does."""
    platform, _, name = source.partition(":")
    if platform.lower() in _PLATFORMS:
        return "".join(text.tokens(name))
    host, path = _site(url)
    if "gov" in host and (own := _GOVERNMENT.search(host)):
        return "" if _VAGUE.search(own[1]) else "".join(text.tokens(own[1]))
    if host in _PATHS:
        told = [part for part in path.split("/") if part]
        return "".join(text.tokens(told[0])) if len(told) > 1 else ""
    *names, name, land = host.rsplit(".", 2) if "." in host else ("", "")
    return "".join(text.tokens(names[0].split(".")[0])) if names and f"{name}.{land}" in _SUBDOMAINS else ""


def _site(url: str) -> tuple[str, str]:
    """The host and the path of an address; "" for both of what is none."""
    if plain := addresses.PLAIN.fullmatch(url):
        return plain[1].lower(), plain[2]
    if not url.isprintable() or "[" in url:
        return "", ""
    try:
        parts = urlsplit(url if "//" in url else "//" + url)
    except ValueError:
        return "", ""
    return parts.netloc.lower(), parts.path


def families(organization: str, source: str, url: str) -> frozenset[str]:
    """The keys of one employer: its names' families, and its board's name; empty when none is known."""
    return frozenset({*_names(organization), board(source, url)} - {""})


@functools.lru_cache(maxsize=1 << 16)
def _names(organization: str) -> tuple[str, ...]:
    first, *others = _ALSO.split(organization)
    return "".join(words(first)), *("".join(words(other.rstrip(" )"))) for other in others)


def kin(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether one family's words open the other's ("Hays", "Hays Technology") or are its first letters."""
    short, long = sorted((a, b), key=len)
    if not short:
        return False
    if len(short) == 1 and len(short[0]) > 2 and len(long) > 2:
        said = [word for word in long if word not in ("of", "for", "de", "in", "to", "at")]
        if short[0] in ("".join(word[0] for word in some) for some in (long, said)):
            return True
    return long[: len(short)] == short and (len(short) > 1 or len(short[0]) > 3)


def kin_board(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether a board's short name opens the other's full one ("halyard", "halyardconnect")."""
    return any(min(len(x), len(y)) > 5 and (x.startswith(y) or y.startswith(x)) for x in a for y in b)
