"""Examples that the document shows, of our own writing: nobody's job, nobody's words."""

from __future__ import annotations

from typing import Any

JOB: dict[str, Any] = {
    "job": "3f1c9a52d07be846",
    "url": "https://jobs.harbourlight.example/1734",
    "title": "Customer Service Representative",
    "hiring_organization": "Harbourlight Utilities",
    "job_location": [
        {
            "text": "Columbus, OH",
            "address_locality": "Columbus",
            "address_region": "OH",
            "address_country": "US",
            "postal_code": None,
        }
    ],
    "job_location_type": "hybrid",
    "base_salary": {
        "text": "$19.50 an hour",
        "currency": "USD",
        "min_value": "19.50",
        "max_value": "19.50",
        "unit_text": "HOUR",
    },
    "employment_type": ["FULL_TIME"],
    "date_posted": "2026-11-16",
    "level": None,
    "family": "customer_service",
    "language": "en",
    "first_seen": "2026-11-17T03:04:05Z",
    "closed_at": None,
    "attribution": None,
    "campaign": None,
    "template": None,
}
LISTED = JOB | {
    "role": "core",
    "valid_through": None,
    "requisition": "HU-1734",
    "updated_at": "2026-11-20T03:10:00Z",
}
WHOLE = LISTED | {
    "description": "You answer calls about bills and outages, and note each in the customer system.",
    "reasons": ["same requisition HU-1734", "text 98 % contained"],
    "listings": [
        {
            "source": "greenhouse:harbourlight",
            "identifier": "1734",
            "url": "https://jobs.harbourlight.example/1734",
            "closed_at": None,
        }
    ],
    "seen": "0f5c1d2e3b4a59687786950413223140",
}
VERDICT: dict[str, Any] = {
    "a": {"source": "greenhouse:harbourlight", "identifier": "1734"},
    "b": {"source": "feed:brightdesk", "identifier": "99-b"},
    "decision": "same",
    "decided_by": "token:night-desk",
    "decided_at": "2026-11-21T09:30:00Z",
    "note": "The agency confirmed it.",
}
ASKED = {name: VERDICT[name] for name in ("a", "b", "decision", "note")} | {
    "seen": WHOLE["seen"],
    "key": "7d8f0a61c2",
}
RUN: dict[str, Any] = {
    "run": 412,
    "source": "greenhouse:harbourlight",
    "started_at": "2026-11-21T03:00:02Z",
    "finished_at": "2026-11-21T03:00:41Z",
    "status": "complete",
    "reason": "",
    "read": 40,
    "new": 2,
    "changed": 1,
    "unchanged": 36,
    "repeated": 0,
    "dropped": 1,
    "closed": 1,
    "listed": 40,
    "reopened": 0,
    "open_before": 38,
    "open_after": 39,
    "missed": 1,
    "returned": 0,
    "held": 0,
    "flapping": False,
}
PROBLEM = {
    "title": "Not Found",
    "status": 404,
    "detail": "There is no such job, and there was none of this id.",
    "request_id": "5b1e8f0c9d2a4471",
}
TEXT = {"text": "Four years of phone support for a telecom, Spanish, Zendesk. Calm with upset callers."}
