"""What of an ad's concepts somebody may have or lack, and whether a person has one, by whatever name."""

from __future__ import annotations

from matcher import profile, skills

OFFERED = frozenset(
    {"benefit", "schedule", "red_flag", "employment", "work_mode"}
)  # nobody has or lacks them
# What an ad tells of itself is no demand, years are judged as years, and a check is passed, not held.
UNASKED = frozenset({"domain", "metric"}) | frozenset(
    "ex.none ex.lt1 ex.1 ex.2 ex.3 ex.5 ex.internal ex.veteran ed.none ed.ojt"
    " la.english sc.background sc.drug sc.credit sc.assessment sc.age18 li.citizen".split()
)
_DEGREES = {"ed.hs": 1, "ed.some_college": 1, "ed.associate": 2, "ed.bachelor": 3, "ed.master": 4}
# Who has the one has the other, whatever it is called.
_IMPLIED = {
    "to.crm": "to.salesforce to.hubspot to.zoho to.dynamics to.oracle_service",
    "to.ticketing": "to.zendesk to.freshdesk to.servicenow to.jira to.helpdesk_saas to.gorgias to.kustomer"
    " to.help_scout to.front to.gladly",
    "to.helpdesk_saas": "to.zendesk to.freshdesk to.gorgias to.kustomer to.help_scout to.front to.gladly",
    "to.livechat_sw": "to.intercom ch.chat",
    "to.ms_office": "to.excel to.word to.outlook to.powerpoint to.access_db",
    "to.word": "to.ms_office",
    "to.outlook": "to.ms_office",
    "to.acd": "to.genesys to.five9 to.nice_cxone to.talkdesk to.amazon_connect to.avaya to.cisco_cc",
    "to.voip": "to.ringcentral to.8x8 to.dialpad to.aircall to.five9",
    "to.ecommerce": "to.shopify to.amazon_seller",
    "ch.phone": "ch.inbound ch.outbound ch.cold ch.call_center ex.cc",
    "ch.outbound": "ch.cold",
    "ch.call_center": "ex.cc",
    "ex.cs": "ex.cc ch.call_center ch.inbound",
    "ex.cc": "ch.call_center",
    "hs.typing": "hs.wpm",
    "hs.computer": "to.ms_office to.excel to.word to.windows to.crm to.salesforce to.zendesk hs.data_entry",
    "so.customer_focus": "ex.cs ex.cc",
}
_IMPLIES = {general: frozenset(special.split()) for general, special in _IMPLIED.items()}


def may_be_had(concept: str) -> bool:
    """Whether a concept is anything that a person may have."""
    return skills.concepts()[concept].category not in OFFERED


def is_asked(concept: str) -> bool:
    """Whether an ad that names a concept asks for it."""
    return (
        may_be_had(concept) and concept not in UNASKED and skills.concepts()[concept].category not in UNASKED
    )


def has(person: profile.Profile, concept: str) -> bool:
    """Whether a person has a concept, or another that holds it: who writes of HubSpot knows a CRM."""
    if concept in _DEGREES:
        return _DEGREES[concept] <= max(person.degree, 1)  # who names no school has been to one
    if concept == "la.bilingual" and person.languages:
        return True
    return concept in person.concepts or bool(_IMPLIES.get(concept, frozenset()) & person.concepts)
