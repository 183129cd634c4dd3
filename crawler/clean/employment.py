"""Kinds of employment, in schema.org's words, out of a source's own."""

from __future__ import annotations

import re

from crawler.clean import html
from crawler.items import EmploymentType

_NOT_A_KIND = re.compile(
    r"\b(?:permanent|indefinite|zero hours?|employment|open ended|collective)[ -]contracts?\b"
)
_KINDS: tuple[tuple[EmploymentType, re.Pattern[str]], ...] = (
    (
        "FULL_TIME",
        re.compile(
            r"\bfull ?time|\bvollzeit|\bheltid|\bkokoaika|\btemps plein|\b(?:tiempo|jornada) complet"
            r"|\bvoltijd"
        ),
    ),
    (
        "PART_TIME",
        re.compile(
            r"\bpart ?time|\bteilzeit|\bdeltid|\bosa ?aika|\btemps partiel|\b(?:tiempo"
            r"|media jornada) parcial|\bdeeltijd"
        ),
    ),
    (
        "CONTRACTOR",
        re.compile(
            r"\bcontractors?\b|(?<!term )\bcontract\b|\bfree ?lance|\bzzp\b|\bself employed\b|\bb2b\b"
        ),
    ),
    (
        "TEMPORARY",
        re.compile(
            r"\btemp(?:orary)?\b|\bseasonal\b|\bfixed term\b|\btijdelijk|\bvikariat|\bbefristet"
            r"|\bmääräaika|\btemporal\b"
        ),
    ),
    (
        "INTERN",
        re.compile(r"\bintern(?:s|ship|ships)?\b|\bstage\b|\bstagiaire|\bpraktik(?:um|ant)|\bharjoittelu"),
    ),
    ("VOLUNTEER", re.compile(r"\bvolunteer")),
    ("PER_DIEM", re.compile(r"\bper diem\b|\bprn\b")),
    ("OTHER", re.compile(r"^other$")),
)


def read(raw: object) -> tuple[EmploymentType, ...]:
    """The kinds that a text or a list of texts names, in schema.org's order; () when it names none."""
    parts = raw if isinstance(raw, list | tuple) else [raw]
    found = {kind for part in parts[:20] for kind in _kinds(html.line(part, 300))}
    return tuple(kind for kind, _ in _KINDS if kind in found)


def _kinds(words: str) -> list[EmploymentType]:
    words = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", words)  # "FullTime"
    words = _NOT_A_KIND.sub(" ", re.sub(r"[\s_-]+", " ", words).lower()).strip()
    return [kind for kind, pattern in _KINDS if pattern.search(words)]
