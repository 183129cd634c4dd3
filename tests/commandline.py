"""Six ads, and what tests of the command line do with them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import Result

ADS = [
    {
        "id": "a1",
        "source": "greenhouse:harbor",
        "title": "Customer Service Representative",
        "company": "Harbor Gas",
        "location": "Columbus, OH",
        "salary": "$19.50 an hour",
        "posted": "2026-11-18",
        "url": "https://harbor.example/jobs/a1",
        "description": "<p>Answer inbound calls about gas bills in English and <b>Spanish</b>.</p><ul><li>Note calls in "
        "Zendesk</li><li>Take payments</li></ul><p>Evening shift. A year of call center experience. Write to ruth@harbor.example.</p>",
    },
    {
        "id": "a2",
        "source": "board:city",
        "title": "**Customer Service Representative**",
        "company": "Harbor Gas Inc.",
        "location": "Columbus, OH",
        "posted": "2026-11-19",
        "url": "https://board.example/x?id=a2",
        "description": "Answer inbound calls about gas bills in English and Spanish. - Note calls in Zendesk...",
    },
    {
        "id": "b1",
        "source": "greenhouse:harbor",
        "title": "Front Desk Receptionist",
        "company": "Elm Clinic",
        "location": "Dayton, OH",
        "salary": "$14 - $15 per hour",
        "employment_type": "Full-time",
        "description": "Greet patients at the front desk, schedule appointments and keep the waiting room calm.",
    },
    {
        "id": "c1",
        "source": "board:city",
        "title": "Chat Support Agent (Remote)",
        "company": "Plumtree Software",
        "location": "Remote - US",
        "description": "Answer customers by live chat and e-mail from home. Zendesk, patience, clear writing.",
    },
    {
        "id": "d1",
        "source": "board:city",
        "title": "Customer Data Engineer",
        "company": "Plumtree Software",
        "description": "Build pipelines in Python and Spark.",
    },
    {"id": "e1", "source": "board:city", "title": " ", "company": "Nobody"},
]
SUMMARY = "Call center representative, three years of inbound calls in Spanish and English with Zendesk."


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(lines.encode(), mtime=0))
    else:
        path.write_text(lines)
    return path


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def counted(result: Result) -> dict[str, Any]:
    return json.loads(result.stdout)


def prepared(run: Callable[..., Result], *files: Path, roles: str = "core,adjacent") -> None:
    run("import", *files, "--roles", roles)
    run("group")
    run("index")
