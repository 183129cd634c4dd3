"""What kind of work a title offers."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import roles as benchmark
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
        ("Senior Customer Success Manager", "adjacent", "customer_success", "senior"),
        ("Manager, Customer Success", "adjacent", "customer_success", "manager"),
        ("Customer Experience Team Lead", "core", "customer_service", "lead"),
        ("Guest Relations Employee", "core", "client_service", None),
        ("Patient Support & Complaints Officer", "core", "customer_service", None),
        ("Support Team Lead", "adjacent", "customer_service", "lead"),
        ("User Service Specialist", "adjacent", "customer_service", None),
        ("Customer Service Cashier", "adjacent", "retail_sales", None),
        ("Production Support Team Lead", "other", "", "lead"),
        ("Service Representative", "core", "customer_service", None),
        ("Happiness Engineer", "core", "customer_service", None),
        ("Conseiller(\u00e8re) client\u00e8le", "core", "customer_service", None),
        ("Kundtj\u00e4nstmedarbetare", "core", "customer_service", None),
        ("Customer Channel Service Representative", "core", "customer_service", None),
        ("Payment Support Agents", "adjacent", "customer_service", None),
        ("User Operations Specialist", "adjacent", "customer_service", None),
        ("Medical Coder | Non Voice Account", "adjacent", "call_center", None),
        ("Customer Service Quality & Data Insights Manager", "adjacent", "quality", "manager"),
        ("Technical Support Agent", "adjacent", "tech_support", None),
        ("Tech Support Agent", "adjacent", "tech_support", None),
        ("IT Specialist (Customer Support)", "adjacent", "tech_support", None),
        ("Call Center Quality Analyst", "adjacent", "quality", None),
        ("Entry Level Management - Customer Service", "adjacent", "sales_service", "entry"),
        ("Receptionist", "adjacent", "reception", None),
        ("Customer Care Invoicing Officer", "adjacent", "collections_billing", None),
        ("Customer Service & Support Engineer", "adjacent", "tech_support", None),
        ("Guest Relations Employee, NH Collection Mainz", "core", "client_service", None),
        ("Client Care Coordinator", "adjacent", "healthcare_access", None),
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


MAIL = "You sort, meter and deliver mail, pack parcels, run the copy center and lift boxes of 55 pounds. "
CALLS = "You answer incoming calls and resolve customer complaints. "
CHATS = "You take live chats. "
PAPERS = "You keep the contracts and licences of our members in order and report to the board. " * 5
FIRM = "Our marketing firm represents Fortune 500 companies: management training, rapid advancement. "
SHOP = "You sell clothes in our boutique, reach sales targets and keep the displays tidy. "


@pytest.mark.parametrize(
    "title, text, tier",
    [
        ("Customer Service Associate", MAIL, "adjacent"),
        ("Customer Service Associate", MAIL + CALLS, "core"),
        ("Customer Service Associate", MAIL + "You answer incoming calls.", "adjacent"),
        ("Salesperson/Customer Service Representative", SHOP, "adjacent"),
        ("Salesperson/Customer Service Representative", "", "core"),
        ("Salesperson/Customer Service Representative", SHOP + CALLS, "core"),
        ("Customer Service Representative", SHOP, "adjacent"),
        ("Customer Service Representative", "You sell clothes. " + SHOP + CALLS, "core"),
        ("Customer Service Representative", "You work in our store.", "core"),
        ("Customer Service Representative", "Our store needs you; you will not be selling.", "core"),
        ("Support Team Lead", CALLS, "core"),
        ("Support Team Lead", "You plan the care of those who live here.", "adjacent"),
        ("Support Specialist", "You sit at the front desk. " + "You answer the phone.", "adjacent"),
        ("AI Support Specialist", CALLS + "You answer questions.", "other"),
        ("Call Center Agent", "You follow up sales leads by phone.", "core"),
        ("Customer Experience - Lab Technician", CALLS + CHATS, "other"),
        ("Event Customer Service", FIRM, "adjacent"),
        ("Event Customer Service", FIRM + CALLS, "adjacent"),
        ("Payment Support Agent", CALLS, "core"),
        ("Payment Support Agent", SHOP, "adjacent"),
        ("NON-VOICE / VOICE", CALLS, "core"),
        ("Voice & Non-Voice Technical Support Specialist", CALLS, "adjacent"),
        ("Customer Success & Support Lead", CALLS, "core"),
        ("999 Call Handler", CALLS, "adjacent"),
        ("Customer Service Specialist - Teller", CALLS, "core"),
        ("Customer Support Analyst", CALLS, "adjacent"),
        ("Customer Support Analysts (3)", CALLS, "adjacent"),
        ("Customer Service Training Coordinator", CALLS, "adjacent"),
        ("Call Centre Operations Manager", CALLS, "adjacent"),
        ("Call Centre Manager", CALLS, "core"),
        ("Duty Manager / Customer Service, swimming pool", CALLS, "adjacent"),
        ("Client Care Apprentice - IT Service Desk", CALLS, "adjacent"),
        ("Customer Service and IT Help Desk", CALLS, "core"),
        ("Customer Success & Support Lead", "", "core"),
        ("Technical Support Agent", CALLS, "adjacent"),
        ("Receptionist", CALLS, "adjacent"),
        ("Scheduler", CALLS, "adjacent"),
        ("Master Scheduler", CALLS, "other"),
        ("Customer service-oriented organizer", CALLS, "other"),
        ("Customer Relations Manager", PAPERS, "adjacent"),
        ("Customer Relations Manager", "", "core"),
        ("Customer Relations Manager", PAPERS + "You answer incoming calls.", "core"),
        ("Customer Support Specialist", PAPERS, "core"),
        ("Customer Service Representative", "ID: 210691 Deadline: 03/13 Grade: 09", "core"),
        ("Support Specialist", "ID: 210691 Deadline: 03/13 Grade: 09", "adjacent"),
        ("Customer Service Representative", "You lift 20 pounds. You serve in our store.", "adjacent"),
        (
            "Customer Service Representative",
            "You sell. Answer the screening questions. Career prospects.",
            "core",
        ),
        ("Gardener", CALLS, "other"),
    ],
)
def test_a_text_decides_only_where_the_title_leaves_it_open(title: str, text: str, tier: str) -> None:
    assert roles.classify(title, text).tier == tier


def test_the_words_of_a_text_that_decide_are_told() -> None:
    lowered = roles.classify("Cashier / Customer Service Rep", "Our restaurant needs a cashier.")
    assert lowered.reason == "title says 'customer service', but the text 'cashier, restaurant'"
    bullets = "Do what is asked for at any timeLift large boxes, deliver mail, run the copy center"  # joined
    assert "lift large boxes" in roles.classify("Customer Service Associate", bullets).reason
    raised = roles.classify("User Operations Specialist", CALLS)
    marks = "resolve customer complaints, answer incoming calls"
    assert raised.reason == f"title says 'user operations specialist', and the text '{marks}'"


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


def test_titles_labelled_beforehand_are_judged_no_worse_than_they_were(shared: Path) -> None:
    rows = benchmark.labels("roles.jsonl")
    ads = benchmark.ads(shared, rows)
    for by, precision, recall in (("text", 0.98, 0.97), ("title", 0.99, 0.97)):
        told, *_ = benchmark.measure(rows, ads, by)
        assert told.precision >= precision
        assert told.recall >= recall


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
