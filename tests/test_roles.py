"""What kind of work a title offers."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import roles, text

HOSTILE = [
    "*" * 2_000_000,
    "/" * 2_000_000,
    "customer " * 200_000,
    "[" * 2_000_000,
    "rep." * 500_000,
    "$1" * 999_999,
]


@pytest.mark.parametrize(
    "title, tier, family, level",
    [
        ("Customer Service Representative**", "core", "customer_service", None),
        ("****Customer Service Representative*** entry level!", "core", "customer_service", "entry"),
        ("Customer Service Representative / Cashier", "core", "customer_service", None),
        ("Bilingual Customer Service Representative", "core", "customer_service", None),
        ("CSR II", "core", "customer_service", None),
        ("Cust. Svc. Rep I", "core", "customer_service", "entry"),
        ("Customer Service Represenatative", "core", "customer_service", None),
        ("Sr. Customer Care Advisor - $22 - $24/hr", "core", "customer_service", "senior"),
        ("Call Centre Team Leader", "core", "call_center", "lead"),
        ("Customer Service Manager", "core", "customer_service", "manager"),
        ("Support Team Lead", "core", "customer_service", "lead"),
        ("Production Support Team Lead", "other", "", "lead"),
        ("Service Representative", "core", "customer_service", None),
        ("Happiness Engineer", "core", "customer_service", None),
        ("Conseiller(\u00e8re) client\u00e8le", "core", "customer_service", None),
        ("Kundtj\u00e4nstmedarbetare", "core", "customer_service", None),
        ("Tech Support Agent", "adjacent", "tech_support", None),
        ("IT Specialist (Customer Support)", "adjacent", "tech_support", None),
        ("Call Center Quality Analyst", "adjacent", "quality", None),
        ("Entry Level Management - Customer Service", "adjacent", "sales_service", "entry"),
        ("Receptionist", "adjacent", "reception", None),
        ("Bank Teller", "adjacent", "banking", None),
        ("Customer Data Engineer", "other", "engineering", None),
        ("Service Technician", "other", "field_trades", None),
        ("Field Service Representative", "other", "field_trades", None),
        ("Customer Delivery Driver", "other", "driving", None),
        ("Warehouse Worker / Customer Service", "other", "warehouse", None),
        ("VP, Customer Care", "other", "executive", None),
        ("Resident Care Assistant", "other", "", None),
        ("Member of Technical Staff", "other", "social_care", None),
        ("", "other", "", None),
        ("***", "other", "", None),
    ],
)
def test_a_title_says_what_kind_of_work_it_is(title: str, tier: str, family: str, level: str | None) -> None:
    role = roles.classify(title)
    assert (role.tier, role.family, role.level) == (tier, family, level)


@pytest.mark.parametrize(
    "title, reason",
    [
        ("Customer Service Rep", "title says 'customer service'"),
        ("Customer Delivery Driver", "vetoed: driving ('delivery driver')"),
        ("Gardener", "title names no customer-service work"),
    ],
)
def test_a_role_says_why(title: str, reason: str) -> None:
    assert roles.classify(title).reason == reason


def test_a_text_about_the_mail_room_demotes_and_no_text_promotes() -> None:
    mail = "You sort post in the mail room and run the copy center, lifting 55 pounds."
    calls = mail + " You also answer incoming calls."
    assert roles.classify("Customer Service Associate", mail).tier == "adjacent"
    assert roles.classify("Customer Service Associate", calls).tier == "core"
    assert roles.classify("Gardener", "excellent customer service in our call center").tier == "other"


@pytest.mark.timeout(20)
@pytest.mark.parametrize("title", HOSTILE, ids=lambda title: title[:5])
def test_a_hostile_title_takes_no_time(title: str) -> None:
    assert roles.classify(title, title).tier in {"core", "adjacent", "other"}


@given(st.text(), st.text())
def test_any_string_is_a_title(title: str, body: str) -> None:
    role = roles.classify(title, body)
    assert role.tier in {"core", "adjacent", "other"}
    assert role.reason


@given(
    st.sampled_from(["Call Center Agent", "Bank Teller", "Service Technician"]), st.sampled_from("*!~#\u2605")
)
def test_decoration_changes_nothing(title: str, star: str) -> None:
    assert roles.classify(f"{star * 3}{title}{star * 2}") == roles.classify(title)


def test_every_spelling_leads_to_one_word() -> None:
    rows = [row for row in text.vocabulary("roles.csv") if row["tier"] == "spelling"]
    words = [word for row in rows for word in row["pattern"].split("|")]
    assert len(words) == len(set(words))
    assert not set(words) & {row["family"] for row in rows}


def test_labelled_titles_are_judged_no_worse_than_they_were(shared: Path) -> None:
    rows = csv.DictReader((shared / "domain" / "gold_titles.csv").read_text(encoding="utf-8").splitlines())
    judged = [
        (roles.classify(row["title"]).tier == "core", row["label"] in {"core", "lead"})
        for row in rows
        if row["label"] != "either"
    ]
    right = judged.count((True, True))
    assert right / sum(said for said, _ in judged) >= 0.99
    assert right / sum(true for _, true in judged) >= 0.98


def test_wild_titles_are_survived(shared: Path) -> None:
    lines = (shared / "data" / "sources" / "titles.txt").read_text(encoding="utf-8").splitlines()
    tiers = {roles.classify(json.loads(line)).tier for line in lines}
    assert tiers == {"core", "adjacent", "other"}
