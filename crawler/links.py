"""Addresses: which are one page, which belong to one site, and which of a list's links are postings."""

from __future__ import annotations

import functools
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import tldextract
from scrapy.linkextractors import IGNORED_EXTENSIONS
from w3lib.url import canonicalize_url, safe_url_string

MAX_BYTES = 1_000  # of an identifier: PostgreSQL indexes 2,704 for a row

_TRACKING = re.compile(
    r"utm_.*|[gmdy]clid|gclsrc|fbclid|msclkid|[wg]braid|igshid|mc_[ce]id|_ga|_gl|_hs\w+|gh_src"
    r"|lever-(?:source|origin)(?:\[\])?|trk|trackingid|phpsessid|jsessionid|sessionid",
    re.I,
)
_SESSION = re.compile(r";jsessionid=[^/?#;]{0,200}", re.I)
_WORDS = (
    r"(?:jobs?|careers?|carrieres?|karriere|vacanc(?:y|ies)|vacatures?|vacantes?|positions?|openings?"
    r"|opportunit(?:y|ies)|postings?|requisitions?|stellen?(?:angebote?|anzeigen?)?|emplois?|offres?|empleos?"
    r"|ofertas?|jobb|tyopaikat|lavoro|trabajo)"
)
_WORD = re.compile(rf"(?:open|current|job)?[-_]?{_WORDS}(?:[-_](?:openings?|offers?|details?|view))?", re.I)
_BEGINS = re.compile(rf"{_WORDS}[-_.]\w|(?:view|show|details?)[-_]?job", re.I)
_SPEAKS = re.compile(rf"(?<![a-z]){_WORDS}(?![a-z])", re.I)
_NAMES_ONE = re.compile(
    r"gh_jid|jid|id|oid|ref|req|(?:job|vacancy|position|posting|offer|req(?:uisition)?)(?:[_-]?id)?", re.I
)
_STATIC = tuple(f".{extension}" for extension in (*IGNORED_EXTENSIONS, "xml", "json", "txt", "ics"))
_ACTS = re.compile(
    r"/(?:apply|application|bewerben|postuler|share|print|log-?in|register|rss|feed)(?:/|$)", re.I
)
_TURNED = re.compile(r"/page/\d{1,6}/?$", re.I)
_PAGES = (".html", ".htm", ".php", ".aspx", ".asp", ".jsp")

_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list that it ships: no network


def absolute(base: str, said: str) -> str:
    """A link as it is asked for, without fragment and tracking; "" when it is no address of the web."""
    try:
        parts = urlsplit(urljoin(base, said.strip().replace("&amp;", "&")))
        standard = {"http": 80, "https": 443}.get(parts.scheme, 0)
        if not (standard and parts.hostname) or "@" in parts.netloc or len(said) > 2 * MAX_BYTES:
            return ""
        pairs = (pair for pair in parts.query.split("&") if pair)
        query = "&".join(pair for pair in pairs if not _TRACKING.fullmatch(pair.partition("=")[0]))
        host = parts.netloc.lower().removesuffix(f":{standard}")
        path = _SESSION.sub("", parts.path) or "/"
        return safe_url_string(urlunsplit((parts.scheme, host, path, query, "")))
    except ValueError:
        return ""


def canonical(url: str) -> str:
    """The one name of a page, whatever the order and decoration of its address."""
    try:
        return canonicalize_url(absolute(url, url) or url)
    except ValueError:  # half a character: an address that nobody can ask for
        return ""


def same_page(one: str, other: str) -> bool:
    """Whether two addresses are one page to a reader: "http" or "https", "www." or not, "/" at the end."""
    return _bare(one) == _bare(other)


def same_site(one: str, other: str) -> bool:
    """Whether two addresses have one owner: the same registered domain; of a bare address, the same port."""
    return _site(one) == _site(other)


def owner(url: str) -> str:
    """What the owner of an address is called in it: "acme" of "https://jobs.acme.co.uk"."""
    host = (urlsplit(url).hostname or "").lower()
    return _domain(host).partition(".")[0] or host


def lists_postings(url: str) -> bool:
    """Whether a sitemap's own name says that it lists postings: "sitemap-jobs.xml"."""
    return _SPEAKS.search(urlsplit(url).path.rpartition("/")[2]) is not None


def is_below(url: str) -> bool:
    """Whether an address stands below a folder of postings: "/jobs/17", "/karriere/stelle?id=17"."""
    parts = urlsplit(url)
    segments = [part for part in parts.path.split("/") if part]
    return any(
        _WORD.fullmatch(_stem(part)) and (number < len(segments) or _names_one(parts.query))
        for number, part in enumerate(segments, 1)
    )


def is_posting(url: str, listing: str) -> bool:
    """Whether a link of a page that lists may be a posting: below the list, or by a word of its path.

    Not the list itself, nor the list filtered, sorted or turned over; no file.
    """
    parts, here = urlsplit(url), urlsplit(listing)
    path, folder = parts.path.rstrip("/"), _folder(here.path)
    if not is_page(url) or _ACTS.search(path) or not same_site(url, listing):
        return False
    if same_list(url, listing):
        return _names_one(parts.query)
    if parts.netloc == here.netloc and path.startswith(folder + "/"):
        return True
    return is_below(url) or any(_BEGINS.match(part) for part in path.split("/"))


def same_list(one: str, other: str) -> bool:
    """Whether two addresses are pages of one list: they differ in their query or in "/page/2" only."""
    first, second = urlsplit(one), urlsplit(other)
    return first.netloc == second.netloc and _folder(first.path) == _folder(second.path)


def is_page(url: str) -> bool:
    """Whether an address may be a posting's page: no file, and not a site's first page."""
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query) and not parts.path.lower().endswith(_STATIC)


def _names_one(query: str) -> bool:
    """Whether a query names one record: "gh_jid=17", never "page=2"."""
    pairs = parse_qsl(query)
    return any(_NAMES_ONE.fullmatch(name) and any(map(str.isdigit, value)) for name, value in pairs)


def _folder(path: str) -> str:
    return _stem(_TURNED.sub("", path).rstrip("/"))


def _stem(path: str) -> str:
    """A path without the ending of a page: "/jobs.html" has its postings below "/jobs"."""
    return next((path.removesuffix(ending) for ending in _PAGES if path.lower().endswith(ending)), path)


def _bare(url: str) -> tuple[str, str, str]:
    parts = urlsplit(canonical(url))
    return parts.netloc.removeprefix("www."), parts.path.rstrip("/"), urlencode(parse_qsl(parts.query))


def _site(url: str) -> str:
    try:
        parts = urlsplit(url)
        return _domain((parts.hostname or "").lower()) or parts.netloc.lower()
    except ValueError:
        return ""


@functools.lru_cache(maxsize=4096)
def _domain(host: str) -> str:
    """The registered domain of a host, "" of a number or a single word."""
    last = host.rpartition(".")[2]
    if last == host or last.isdigit() or ":" in host:
        return ""
    return _suffixes(host).top_domain_under_public_suffix or ".".join(host.split(".")[-2:])
