"""Small boards in a folder, that answer a crawl in place of their servers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from crawler.sources import Source

HOST = "https://boards.example"


def board(folder: Path, name: str, numbers: Iterable[int], *, host: str = HOST) -> Source:
    """A board that lists postings of these numbers, in Greenhouse's form; the source that names it."""
    folder.mkdir(exist_ok=True)
    jobs = [
        {
            "id": number,
            "title": f"Customer Service Representative {name.title()} {number}",
            "absolute_url": f"{host}/{name}/jobs/{number}",
            "location": {"name": "Tulsa, OK"},
            "content": f"&lt;p&gt;Answer the calls of {name} number {number}.&lt;/p&gt;",
        }
        for number in numbers
    ]
    page = json.dumps({"jobs": jobs, "meta": {"total": len(jobs)}})
    return answer(folder, Source("greenhouse", name, url=host), page)


def answer(folder: Path, source: Source, page: str, status: int = 200) -> Source:
    """What a board answers, whatever it is."""
    folder.mkdir(exist_ok=True)
    url = f"{source.url}/v1/boards/{source.board}/jobs?content=true&pay_transparency=true"
    name = f"{source.host.replace(':', '_')}.{source.board}"
    (folder / f"{name}.json").write_text(page)
    (folder / f"{name}.expected.json").write_text(json.dumps({"url": url, "status": status}))
    return source
