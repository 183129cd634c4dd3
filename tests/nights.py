"""An installation that refreshes for real, night by night, from sources that the server of faults plays."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from faulty import FaultServer
from sqlalchemy import text

from db import session
from rolecall import __main__ as door
from rolecall import settings

FIRST = datetime(2026, 11, 21, 3, tzinfo=UTC)
PLATFORMS = ("greenhouse", "lever", "ashby", "smartrecruiters")
PATHS = {
    "jsonld": "/careers/{}/",
    "sitemap": "/careers/{}/sitemap.xml",
    "rss": "/feeds/{}/rss.xml",
}
DIALECTS = (*PLATFORMS, *PATHS)
MOVING = ("last_seen", "run_id", "missed_at")  # what a night may touch of a listing that has not changed
SEEN = "SELECT s.name AS source, l.* FROM listing l JOIN source s ON s.id = l.source_id ORDER BY l.id"
RUNS = "SELECT s.name AS source, r.* FROM crawl_run r JOIN source s ON s.id = r.source_id ORDER BY r.id"
Rows = dict[str, dict[str, dict[str, Any]]]  # source: identifier: columns


@dataclass
class Home:
    """A folder of an installation, and the clock on its wall."""

    folder: Path
    server: FaultServer
    url: str = ""  # of its database; "" is the usual file
    now: datetime = FIRST
    entries: dict[str, str] = field(default_factory=dict)

    def add(self, dialect: str, token: str, base: str = "") -> str:
        """Name a source in sources.toml; what it is called."""
        base = base or self.server.base
        spider = dialect if dialect in PLATFORMS else "schemaorg"
        url = base + PATHS[dialect].format(token) if dialect in PATHS else base
        told = {"spider": spider, "board": token, "url": url, "crawl_delay": 0}
        lines = (f"{key} = {json.dumps(value)}\n" for key, value in told.items())
        self.entries[f"{spider}:{token}"] = "[[source]]\n" + "".join(lines)
        return f"{spider}:{token}"

    def rolecall(self, *arguments: str, code: int | None = 0) -> str:
        """What a command prints; `code` is how it must end, None for anyhow."""
        told = {
            "ROLECALL_HOME": str(self.folder),
            "ROLECALL_NOW": self.now.isoformat(),
            "ROLECALL_ALLOW_PRIVATE": ",".join(self.server.allowed),
            "ROLECALL_ROLES": "all",
        }
        if self.url:
            told["ROLECALL_DATABASE_URL"] = self.url
        self.folder.mkdir(exist_ok=True)
        (self.folder / "sources.toml").write_text("\n".join(self.entries.values()))
        done = CliRunner().invoke(door.main, arguments, obj=settings.load(told), catch_exceptions=False)
        if code is not None:
            assert done.exit_code == code, done.output
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout

    def refresh(self, *arguments: str, code: int | None = None) -> dict[str, dict[str, Any]]:
        """One night, and the next morning: what was told of each source."""
        told = json.loads(self.rolecall("refresh", "--format", "json", *arguments, code=code))
        assert not told["wrong"]
        self.now += timedelta(days=1)
        return {row["source"]: row for row in told["sources"]}

    def rows(self) -> Rows:
        """Every listing there is."""
        found: Rows = defaultdict(dict)
        for row in self.select(SEEN):
            found[row.pop("source")][row["identifier"]] = row
        return found

    def runs(self) -> list[dict[str, Any]]:
        """Every crawl run there was."""
        return self.select(RUNS)

    def select(self, statement: str) -> list[dict[str, Any]]:
        engines = session.open_engines(self.url or f"sqlite:///{self.folder}/rolecall.sqlite3")
        try:
            with session.reading(engines) as db:
                return [dict(row) for row in db.execute(text(statement)).mappings()]
        finally:
            engines.close()


def lasting(rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Listings without what a night may touch."""
    return {
        name: {column: value for column, value in row.items() if column not in MOVING}
        for name, row in rows.items()
    }


def still_open(rows: dict[str, dict[str, Any]]) -> set[str]:
    return {name for name, row in rows.items() if row["closed_at"] is None}
