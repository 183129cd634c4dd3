"""One writing for the addresses of one ad: without tracking, and by the board's number where it has one."""

from __future__ import annotations

import functools
import re
from urllib.parse import parse_qsl, urlsplit

_TRACKING = re.compile(
    r"\A(?:utm_|fb|gclid|ref$|refid|src$|source$|trk|tracking|sol|origin|vjs|fccid|se$|v$|from$)", re.I
)
PLAIN = re.compile(r"https?://([A-Za-z0-9.-]+)((?:/[A-Za-z0-9._~%-]*)*)")  # most are: reading it is cheap
_COUNTRY = re.compile(r"\A(?:www|m|[a-z]{2})\.(?=[^.]+\.[^.])")
# A board's number of an ad at the end of a path, whatever stands before: "/view/agent-at-lumen-4075827904",
# "/details/5702474538"; but not a day, "/agent-20260811".
_NUMBERED = re.compile(r"[/-](?!(?:19|20)\d\d[01]\d[0-3]\d/?\Z)(\d{7,20})/?\Z")
_GREENHOUSE = re.compile(r"(?:\A|[?&])gh_jid=(\d{5,12})\b")
_INDEED = re.compile(r"(?:\A|&)jk=([0-9a-f]{16})\b")


def canonical(url: str) -> str:
    """The address without scheme, "www.", tracking parameters and fragment; "" for what is no address.

    One ad has one: where the board numbers its ads, the host and that number are all that is kept.
    """
    if plain := PLAIN.fullmatch(url):
        host, path, query = plain[1].lower(), plain[2], ""
    else:
        try:
            parts = urlsplit(url.strip())
        except ValueError:
            return ""
        host, path, query = parts.netloc.lower(), parts.path, parts.query
    if not host:
        return ""
    if number := _number(host, path, query):
        return number
    host, path = host.removeprefix("www."), path.rstrip("/")
    said = sorted(one for one in parse_qsl(query) if not _TRACKING.match(one[0])) if query else ()
    return f"{host}{path}?" + "&".join(f"{name}={value}" for name, value in said) if path or said else ""


def _number(host: str, path: str, query: str) -> str:
    """The board and its number of the ad; "" where the address has none."""
    if query and (found := _GREENHOUSE.search(query)):  # employers' own pages show that platform's ads
        return f"greenhouse.io?{found[1]}"
    if query and (found := _INDEED.search(query)):
        return f"{_COUNTRY.sub('', host)}?{found[1]}"
    if not (found := _NUMBERED.search(path)):
        return ""
    board = "greenhouse.io" if host.endswith(".greenhouse.io") else _COUNTRY.sub("", host)
    return f"{board}?{found[1]}"


@functools.lru_cache(maxsize=1 << 14)
def host(canonical: str) -> str:
    """The site of an address as `canonical` writes it, one for all countries: "ph.board.example"."""
    return _COUNTRY.sub("", canonical.partition("?")[0].partition("/")[0])
