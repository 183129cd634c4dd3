"""Kinds of employment, in schema.org's words, out of a source's own."""

from __future__ import annotations

import re

from crawler.clean import html
from crawler.items import EmploymentType

MOST_PARTS = 20

_PERMANENT = re.compile(  # a contract of employment, not for work
    r"\b(permanent|indefinite|zero hours?|employment|open ended|collective|regular|vaste?"
    r"|jaar|fixed term|temporary|tijdelijk)(( full time| part time)?) contracts?\b"
)
_LESS = re.compile(r"\bless than (?:a )?full ?time\b")
_NOT = re.compile(r"\b(?:not|non|no|isn't) (?:a )?(?:full|part) ?time\b")
_KINDS: dict[EmploymentType, str] = {
    "FULL_TIME": r"full ?time|full ?(?:/|or|and|&) ?part|f/?t\b|vollzeit|voltijd|heltid|fuldtid|fulltid"
    r"|kokoaika|kokopäivä|temps (?:plein|complet)|plein temps|(?:tiempo|jornada) complet"
    r"|tempo (?:pieno|integral|inteiro)|período integral|pełn[yae]\w* (?:etat|wymiar)|pełen etat",
    "PART_TIME": r"part ?time|p/?t\b|teilzeit|mini ?job|deeltijd|deltid|osa ?aika|osapäivä|temps partiel"
    r"|mi temps|medio tiempo|(?:tiempo|jornada|media jornada) parcial|media jornada|tempo par[cz]i"
    r"(?:al|ale)\b|meio período|niepełn[yae]\w* (?:etat|wymiar)|część etatu|pół etatu",
    "CONTRACTOR": r"contractors?\b|(?<!term )contract\b(?! voor)|free ?lance|zzp\b|self employed\b|b2b\b"
    r"|1099\b|c2c\b|freiberuf|freie mitarbeit|selbst?ständig|indépendant|aut[óô]nom"
    r"|libero professionist|partita iva|umow[ayęe] zleceni",
    "TEMPORARY": r"temp(?:orary)?\b|ftc\b|(?:maternity|paternity|parental|sickness)(?: leave)? cover\b"
    r"|seasonal\b|fixed term\b|interim\b|intérim|uitzend|tijdelijk|bepaalde tijd"
    r"|vikariat|visstid|tidsbegr[äæ]n|säsong|sæson|sesong|midlertidig|befrist|zeitarbeit|määräaika"
    r"|temporaire|saisonnier|cdd\b|durée déterminée|temporal\b|eventual\b|(?<!in)determinato\b|stagional"
    r"|temporári|prazo determinado|termo certo|tymczasow|sezonow|określony|pansamantala",
    "INTERN": r"intern(?:s|ship|ships)?\b|alternance\b"
    r"|(?<!early )(?<!late )(?<!growth )(?<!seed )stage\b(?! start ?up| compan)"
    r"|stagiaire|praktik(?:um|ant|plats)|harjoittelu|prácticas\b"
    r"|becari|tirocini|estági|staż|praktyki\b",
    "VOLUNTEER": r"volunt[ae][er]|vrijwillig|ehrenamt|bénévol|frivillig|vapaaehtois|wolontari|boluntaryo",
    "PER_DIEM": r"per diem\b|prn\b|(?<!business )(?<!smart )casual(?=$|\W*[,;/|(]"
    r"| (?:worker|contract|employment|position|role|work|staff)\b)",
    "OTHER": r"other$",
}
_READ = {kind: re.compile(rf"(?<!\w)(?:{words})") for kind, words in _KINDS.items()}


def read(raw: object) -> tuple[EmploymentType, ...]:
    """The kinds that a text or a list of texts names, in schema.org's order; () when it names none."""
    parts = raw if isinstance(raw, list | tuple) else [raw]
    found = {kind for part in parts[:MOST_PARTS] for kind in _kinds(html.line(part, 300))}
    return tuple(kind for kind in _KINDS if kind in found)


def _kinds(words: str) -> list[EmploymentType]:
    words = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", words)  # "FullTime"
    words = _PERMANENT.sub(r"\1\2", re.sub(r"[\s_-]+", " ", words).lower()).strip()
    words = _NOT.sub(" ", _LESS.sub("part time", words)).strip()
    return [
        kind
        for kind, pattern in _READ.items()
        if (pattern.fullmatch if kind == "OTHER" else pattern.search)(words)
    ]
