"""Summaries to try, of people that we made up: what a visitor's own may look like."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A summary to try: what kind of person it is of, and their words."""

    name: str
    text: str


EXAMPLES = {  # by what an address says of them
    "phone": Example(
        "Six years on the phone, bilingual",
        "Bilingual call center representative, English and Spanish, six years. Inbound calls for a "
        "dental plan and a power company, 60 a day: bills, payment plans, claims, upset callers. "
        "Genesys, Zendesk, Salesforce, Excel. Taught eleven new colleagues. High school diploma. "
        "Looking for an inbound role, days or evenings.",
    ),
    "shop": Example(
        "From the shop floor to chat",
        "Seven years at registers and service counters: returns, refunds, disputes, six tills balanced "
        "a night, new cashiers trained. I answer the shop’s e-mail and reviews, type 61 words a minute, "
        "and took a short course in Zendesk. Looking for chat or e-mail support from home, part time or "
        "full time.",
    ),
    "lead": Example(
        "Ready to lead a team",
        "Team lead in a contact center of forty agents: coaching, call listening, schedules, service "
        "level and quality scores, escalations. Before that four years as an agent in billing. Five9, "
        "Salesforce, Excel. Associate degree. Looking for a supervisor or team lead position in "
        "customer service.",
    ),
    "first": Example(
        "A first job",
        "No job yet. High school diploma this summer. I volunteered at the library desk: answered the "
        "phone, helped people with computers, sorted returns. Patient, on time, good with Word and "
        "e-mail, a little French. Looking for an entry level customer service or front desk job, part "
        "time, afternoons and weekends.",
    ),
}
