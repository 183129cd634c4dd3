"""The real listings through the real commands: what must add up does, whatever the order."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.soak


def rolecall(home: Path, *arguments: object) -> str:
    """What a command prints; it must end well."""
    command = [sys.executable, "-m", "rolecall", *map(str, arguments)]
    environment = os.environ | {"ROLECALL_HOME": str(home), "ROLECALL_LOG_LEVEL": "WARNING"}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    return ended.stdout


def lines(told: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in told.splitlines()]


@pytest.mark.parametrize("roles", ["core,adjacent", "all"])
def test_every_real_row_is_accounted_for_and_stands_in_one_job(
    shared: Path, tmp_path: Path, roles: str
) -> None:
    files = sorted((shared / "data" / "listings").glob("*.jsonl.gz"))
    summary = json.loads(rolecall(tmp_path, "import", *files, "--roles", roles, "--format", "json"))
    kept = sum(summary[name] for name in ("new", "changed", "unchanged", "repeated"))
    assert summary["read"] == kept + sum(summary["dropped"].values())
    rolecall(tmp_path, "group")
    rolecall(tmp_path, "index")
    listings = [(row["source"], row["identifier"]) for row in lines(rolecall(tmp_path, "export", "listings"))]
    grouped = [
        (listing["source"], listing["identifier"])
        for job in lines(rolecall(tmp_path, "export", "jobs"))
        for listing in job["listings"]
    ]
    assert len(listings) == summary["new"] + summary["changed"]
    assert sorted(listings) == sorted(grouped)


def test_real_listings_in_three_orders_are_the_same_jobs_with_the_same_ids(
    shared: Path, tmp_path: Path
) -> None:
    with gzip.open(shared / "data" / "duplicates" / "ads.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = file.readlines()[:5000]
    told = set()
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        home = tmp_path / str(seed)
        home.mkdir()
        (home / "ads.jsonl").write_text("".join(rows), encoding="utf-8")
        rolecall(home, "import", home / "ads.jsonl", "--roles", "all")
        rolecall(home, "group")
        told.add(rolecall(home, "export", "jobs") + rolecall(home, "export", "duplicates"))
    assert len(told) == 1
