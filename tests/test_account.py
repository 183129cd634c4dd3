from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from matcher import account, filters, index, parsing, profile, quoting, rank

AD = """You take inbound calls in Spanish and note them in Zendesk.
Requirements:
- Salesforce
- CRM skills, background check
- High school diploma
Nice to have:
- PowerPoint
We answer complaints."""
PERSON = "Inbound calls in Spanish with Zendesk and HubSpot.\nSeeking call center work.\nmore"


def told(
    tmp_path: Path, text: str = PERSON, ad: str = AD, *, quoted: bool = True
) -> tuple[Any, account.Account]:
    made = [
        index.Document("a", "Bilingual Agent", ad, "core"),
        index.Document("b", "Clerk", "files and phones", "core"),
    ]
    built = index.build(made, tmp_path, stamp="a", generation=1)
    person = profile.read(text)
    match = next(one for one in rank.rank(built, person) if one.job == "a")
    job = SimpleNamespace(
        title="Bilingual Agent", description=ad, job_location=[], job_location_type=None, base_salary=None
    )
    return match, account.of(
        match, person, filters.Filters(), job, quoting.quotes(parsing.parse(text)) if quoted else None
    )


def test_parts_add_up_to_the_score_and_each_has_the_sentences_that_carry_it(tmp_path: Path) -> None:
    match, why = told(tmp_path)
    assert sum(part.share for part in why.parts) == pytest.approx(1)
    assert sum(part.share * match.score for part in why.parts) == pytest.approx(match.score)
    assert [part.share for part in why.parts] == sorted((part.share for part in why.parts), reverse=True)
    spanish = next(part for part in why.parts if part.term == "Spanish")
    assert spanish.yours == "Inbound calls in Spanish with Zendesk and HubSpot."
    assert spanish.theirs == "You take inbound calls in Spanish and note them in Zendesk."
    assert all(part.theirs for part in why.parts)


def test_a_skill_and_the_word_that_alone_says_it_are_one_part(tmp_path: Path) -> None:
    _, why = told(tmp_path)
    terms = [part.term.lower() for part in why.parts]
    assert "spanish" in terms
    assert len(terms) == len(set(terms))


def test_without_the_text_at_hand_only_the_ad_is_quoted(tmp_path: Path) -> None:
    _, why = told(tmp_path, quoted=False)
    assert {part.yours for part in why.parts} == {""}
    assert all(part.theirs for part in why.parts)


def test_what_is_lacking_is_told_by_how_it_is_demanded_with_its_sentence(tmp_path: Path) -> None:
    _, why = told(tmp_path)
    lacks = {one.label: (one.demand, one.evidence) for one in why.lacks}
    assert lacks["Salesforce"] == ("must", "Salesforce")
    assert lacks["PowerPoint"] == ("nice", "PowerPoint")
    assert lacks["Handle complaints"] == ("told", "We answer complaints.")
    order = [account.DEMANDS.index(one.demand) for one in why.lacks]
    assert order == sorted(order)


def test_what_another_word_holds_and_what_nobody_holds_is_not_lacking(tmp_path: Path) -> None:
    _, why = told(tmp_path)
    labels = {one.label for one in why.lacks}
    assert not [one for one in labels if "CRM" in one]  # HubSpot is one
    assert "Background check" not in labels
    assert "High school diploma / GED" not in labels  # who names no school has been to one
