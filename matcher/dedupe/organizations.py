"""Which names mean one employer: a family is a name without its legal form and sibling words."""

from __future__ import annotations

import functools
import re
from urllib.parse import urlsplit

from matcher import text

_LEGAL = frozenset(
    """
    inc incorporated llc ltd limited plc gmbh ag kg bv nv oy oyj ab as asa aps sa sas sarl srl spa pty
    pvt private co corp corporation company lp llp cic pte sdn bhd ug se kft sro doo mbh the and
    """.split()
)
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
    not disclosed/company confidential/company name confidential/hidden/n a/na/unknown/unspecified/employer
    our client/client/a leading company/company/various/other/none/null
    """.replace("\n", "/")
    .replace("  ", "")
    .split("/")
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\][]*\]")
_NOISE = re.compile(r"\A\s*[{\[]|\n.*|\brefreshed\b.*|\b[\d,.]+ reviews?\b", re.I | re.S)

# Platforms whose address names the employer's board: host ending -> which part of the path, or None for the
# subdomain.
_BOARDS: dict[str, int | None] = {
    "jobs.ashbyhq.com": 0,
    "jobs.lever.co": 0,
    "jobs.eu.lever.co": 0,
    "boards.greenhouse.io": 0,
    "job-boards.greenhouse.io": 0,
    "apply.workable.com": 0,
    "jobs.smartrecruiters.com": 0,
    "careers.smartrecruiters.com": 0,
    "myworkdayjobs.com": None,
    "recruitee.com": None,
    "bamboohr.com": None,
    "teamtailor.com": None,
    "personio.com": None,
    "personio.de": None,
    "breezy.hr": None,
    "applytojob.com": None,
}
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
    name = _NOISE.sub(" ", name)
    found = tuple(text.tokens(_BRACKETS.sub(" ", name))) or tuple(text.tokens(name))
    if " ".join(found) in _UNKNOWN:
        return ()
    legal = tuple(word for word in found if word not in _LEGAL) or found
    while len(legal) > 1 and legal[-1] in ("s", "a", "b", "v", "n", "l", "c"):  # "S.A.", "B.V." come apart
        legal = legal[:-1]
    core = tuple(word for word in legal if word not in _SIBLING)
    return core if core and any(len(word) > 1 for word in core) else legal


@functools.lru_cache(maxsize=1 << 16)
def board(source: str, url: str) -> str:
    """The employer's board as source ("greenhouse:acme") or address tell it; "" where neither does."""
    platform, _, name = source.partition(":")
    if platform.lower() in _PLATFORMS:
        return "".join(text.tokens(name))
    parts = (
        urlsplit(url if "//" in url else "//" + url) if url.isprintable() and "[" not in url else urlsplit("")
    )
    host = parts.netloc.lower()
    for ending, position in _BOARDS.items():
        if position is None and host.endswith("." + ending):
            return "".join(text.tokens(host[: -len(ending) - 1].split(".")[0]))
        if position is not None and host == ending:
            path = [part for part in parts.path.split("/") if part]
            return "".join(text.tokens(path[position])) if len(path) > position + 1 else ""
    return ""


def families(organization: str, source: str, url: str) -> frozenset[str]:
    """The keys of one employer: its name's family, and its board's name; empty when neither is known."""
    return frozenset({"".join(words(organization)), board(source, url)} - {""})


def kin(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether one family's words open the other's ("Hays", "Hays Technology"): likely siblings."""
    short, long = sorted((a, b), key=len)
    return bool(short) and long[: len(short)] == short and (len(short) > 1 or len(short[0]) > 3)


def kin_board(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether a board's short name opens the other's full one ("halyard", "halyardconnect")."""
    return any(min(len(x), len(y)) > 5 and (x.startswith(y) or y.startswith(x)) for x in a for y in b)
