"""The skill vocabulary, its rules, and what is found with them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import skills, text

CATEGORIES = {
    "benefit",
    "channel",
    "domain",
    "education",
    "employment",
    "experience",
    "language",
    "licence",
    "metric",
    "red_flag",
    "schedule",
    "skill",
    "soft_skill",
    "task",
    "tool",
    "work_mode",
}


def found(written: str) -> set[str]:
    return {mention.concept for mention in skills.find(written)}


def variants() -> list[tuple[str, str]]:
    return [
        (row["id"], variant)
        for row in text.vocabulary("skills.csv")
        for variant in row["variants"].split("|")
    ]


def test_every_concept_has_a_name_of_its_own_and_a_known_category() -> None:
    rows = text.vocabulary("skills.csv")
    assert len({row["id"] for row in rows}) == len({row["label"] for row in rows}) == len(rows)
    assert {row["category"] for row in rows} == CATEGORIES
    assert skills.concepts()["to.zendesk"] == skills.Concept("to.zendesk", "Zendesk", "tool")


def test_a_variant_is_written_as_tokens_and_belongs_to_one_concept() -> None:
    written = [variant for _, variant in variants()]
    assert [variant for variant in written if " ".join(text.tokens(variant)) != variant] == []
    assert len(written) == len(set(written))


def test_every_rule_is_about_a_variant_and_says_why() -> None:
    known = {variant for _, variant in variants()}
    for row in text.vocabulary("skills_context.csv"):
        assert row["variant"] in known, row
        assert row["action"] in {"req", "not", "weak"}, row
        assert bool(row["pattern"]) == (row["action"] != "weak"), row
        re.compile(row["pattern"])


def test_every_concept_can_be_found() -> None:
    ruled = {row["variant"] for row in text.vocabulary("skills_context.csv") if row["action"] != "not"}
    free = {concept for concept, variant in variants() if variant not in ruled}
    assert free == set(skills.concepts())
    assert [
        variant for concept, variant in variants() if variant not in ruled and concept not in found(variant)
    ] == []


@pytest.mark.parametrize(
    "written, concepts",
    [
        ("Zendesk, Freshdesk and Gorgias", {"to.zendesk", "to.freshdesk", "to.gorgias"}),
        ("Genesys Cloud or NICE CXone; Five9", {"to.genesys", "to.nice_cxone", "to.five9"}),
        ("Talkdesk/Aircall/Dialpad", {"to.talkdesk", "to.aircall", "to.dialpad"}),
        ("Intercom Fin, Kustomer", {"to.intercom", "to.kustomer"}),
        ("a high-school diploma", {"ed.hs"}),
        ("e-mail support and live-chat", {"ch.email", "ch.chat"}),
        ("handle inbound calls; de\u2011escalate", {"ch.inbound", "so.deescalation"}),
        ("A check is mailed to you; deposit it at your bank.", {"rf.upfront_money"}),
        ("chat on Telegram messenger only", {"ch.chat", "rf.messenger"}),
        ("a photo of both sides of your card", {"rf.id_docs"}),
        ("SystmOne, FareHarbor and ConnectWise", {"to.ehr", "to.gds", "to.remote_support"}),
        ("Gainsight, ChurnZero or PlanHat", {"to.cs_platform"}),
        ("Intune and Jamf Pro", {"to.mdm"}),
        ("a hygiene passport", {"li.food_handler"}),
        ("an enhanced DBS check", {"sc.background"}),
        ("nothing of ours", set()),
        ("", set()),
    ],
)
def test_concepts_are_found_however_they_are_written(written: str, concepts: set[str]) -> None:
    assert found(written) == concepts


@pytest.mark.parametrize(
    "says, does_not, concept",
    [
        ("Word, Outlook, Excel", "you will excel in a fast team", "to.excel"),
        ("work overnight", "we ship overnight packages", "sh.nights"),
        ("inbound queue", "inbound freight", "ch.inbound"),
        ("answer in chat", "let's chat about the role", "ch.chat"),
        ("average handle time", "handle time-sensitive mail", "me.aht"),
        ("buy a laptop from our trusted vendor", "we are the city's trusted vendor", "rf.upfront_money"),
        ("SAP experience", "we tap sap from trees", "to.sap"),
        ("reply on Facebook", "follow us on Facebook", "ch.social"),
        ("speak Polish", "polish the glasses", "la.polish"),
        ("paid commission", "the Equal Employment Opportunity Commission", "pa.commission"),
        ("meet us remotely, fully remote", "this is not a remote job", "wm.remote"),
        ("fluent in English and Dutch", "a Dutch start-up", "la.dutch"),
        ("Finnish language skills", "leading Finnish shops", "la.finnish"),
        ("tools such as ChatGPT and Claude", "ask for Claude", "to.ai_tools"),
        ("experience with LLMs", "our LLM outperforms all", "to.ai_tools"),
        ("Intercom, Crisp or Zendesk", "a crisp voice", "to.helpdesk_saas"),
        ("Zendesk, Front or similar", "in front of guests", "to.front"),
        ("Excel, PowerPoint, Word", "word of mouth", "to.word"),
        ("operate the register", "register patients", "to.cash_register"),
        ("balance the till", "from nine till five", "to.cash_register"),
        ("an insurance agent sells life insurance", "dental, life insurance and more", "do.insurance"),
        ("customers in person", "work location: in person", "ch.in_person"),
        ("emails by email and chat", "send your CV by email", "ch.email"),
        ("social care: Facebook messages", "health and social care", "ch.social"),
        ("at least 6 months", "obtain it within 6 months", "ex.lt1"),
        ("pay a fee for the starter kit", "a starter kit of tools", "rf.upfront_money"),
    ],
)
def test_the_company_of_a_word_decides_what_it_means(says: str, does_not: str, concept: str) -> None:
    assert concept in found(says)
    assert concept not in found(does_not)


def test_a_weak_variant_counts_only_beside_a_strong_one() -> None:
    assert "so.urgency" not in found("in a timely way")
    mentions = [
        m.variant for m in skills.find("timely, with a sense of urgency") if m.concept == "so.urgency"
    ]
    assert mentions == ["timely", "sense of urgency"]


def test_a_mention_says_where_it_stands() -> None:
    assert skills.find("We use Genesys Cloud daily") == [skills.Mention("to.genesys", "genesys cloud", 2, 4)]


@given(st.lists(st.sampled_from([variant for _, variant in variants()]), max_size=12))
def test_mentions_stand_in_order_and_never_overlap(written: list[str]) -> None:
    words = text.tokens(". ".join(written))
    end = 0
    for mention in skills.find_in(words):
        assert end <= mention.start < mention.end <= len(words)
        assert mention.variant == " ".join(words[mention.start : mention.end])
        end = mention.end
