"""Figures that are no pay: what is paid besides or by the piece, hoped for beside a base, or a grade."""

from __future__ import annotations

import re

_EXTRA = r"bonus(?:es)?|commission|allowance|stipend|supplement|incentive|pension|relocation|equity"
_NOT_PAY = re.compile(
    r"\s(?:welcome|sign(?:ing|[- ]on)?|joining|retention|referral|bonus|commission|equity|stipend)\b", re.I
)
_ALLOWANCE = re.compile(rf"\s(?:[a-z]+\s)?(?:{_EXTRA}|vouchers?|gift|discount|budget|fund)\b", re.I)
_BESIDES = re.compile(  # whatever it is paid for: "$2/hr shift differential"
    r"\s(?:(?!plus|and|with|or|incl|excl)[a-z]{1,15}\s){0,2}(?:differential|diff\b|tuition|reimburse|funding"
    r"|series\s[a-e]\b|in (?:funding|revenue))",
    re.I,
)
_PIECE = r"(?:call|ticket|session|piece|task|click|chat|survey|lead|sale|appointment|referral|mile|lesson)"
_PIECES = rf"(?:{_PIECE}|shift|visit|delivery|order|word|minute|student|class|item|hire|km)\b"
_BY_THE_PIECE = re.compile(
    rf"\s?(?:(?:per|each|every)\s(?:{_PIECES}|\d{{1,3}}\s?(?:hours?|hrs?|min|minutes?|days?|weeks?|calls?)\b)"
    rf"|an?\s(?:{_PIECE}|shift)\b|/\s?{_PIECE}\b)",
    re.I,
)
_PIECE_BEFORE = re.compile(rf"\b(?:per|each|every)\s{_PIECES}\W{{0,3}}$", re.I)
_TARGET = re.compile(r"\b(?:o\.?t\.?e\b|on[- ]target (?:earnings|pay|income))[^\d;|]{0,15}$", re.I)
_BASE = re.compile(r"[£$€]\s?\d[\d.,]*k?\s(?:basic|base)\b|\b(?:basic|base)\b[^\d;|]{0,15}\d", re.I)
_EVERY = re.compile(r"\s?(?:dai|week|month|year)ly|\s?annual", re.I)  # "$500 weekly bonus"
_NOT_PAY_BEFORE = re.compile(
    rf"\b(?:{_EXTRA}|hcas?|weighting|expenses|differential|diff|vouchers?|reimbursement|tuition|funding|raised"
    rf"|revenue|turnover)[\s:=(-]{{0,3}}(?:of|is|worth|c\.?|circa|up to)?"
    r"[\s:=(-]{0,3}$",
    re.I,
)
_GRADE = re.compile(
    r"\b(?:bands?|grades?|levels?|steps?|tiers?|scales?|ranges?|points?|class|gs|group|annex|clinical"
    r"|zones?|locations?|shifts?|regions?|areas?|phases?|types?|series|t)\s?$",
    re.I,
)


def is_grade(before: str) -> bool:
    """Whether the words before a small number say that it counts grades: "Band 6", "Zone 1"."""
    return bool(_GRADE.search(before))


def is_extra(before: str, behind: str, *, unit: str, small: bool) -> bool:
    """Whether the words around an amount say that it is no pay: "£500 welcome bonus", "$0.50 per call".

    `unit` is the period that stands at it, "" for none; `small` is a single amount too small for a year.
    """
    if _BESIDES.match(behind) or _BY_THE_PIECE.match(behind) or _PIECE_BEFORE.search(before):
        return True
    if _TARGET.search(before) and _BASE.search(behind):
        return True
    if (not unit or _EVERY.fullmatch(unit)) and _NOT_PAY.match(behind):
        return True
    if small and not unit and _ALLOWANCE.match(behind):
        return True
    return bool(_NOT_PAY_BEFORE.search(before))
