"""The offline web of the demo: its postings as pages in five wire formats, and the sources that name them."""

from __future__ import annotations

import itertools
import json
import operator
from datetime import date
from pathlib import Path
from typing import Any

from crawler.demo import boards, facts, sites


def write(folder: Path, today: date) -> Path:
    """Write each page beside its golden, and the sources that lead to them; gives sources.toml's path."""
    folder.mkdir(parents=True, exist_ok=True)
    named: list[str] = []
    rows = sorted(facts.read(today), key=operator.itemgetter("source"))
    for name, those in itertools.groupby(rows, key=operator.itemgetter("source")):
        spider, _, board = name.partition(":")
        address, encode = boards.FORMATS.get(spider) or sites.SITES[board]
        for number, (url, content) in enumerate(encode(board, address, list(those)), 1):
            _write_page(folder / f"{spider}.{board}.{number:03}", url, content)
        named.append(f'[[source]]\nspider = "{spider}"\nboard = "{board}"\nurl = "{address}"\n')
    sources = folder / "sources.toml"
    sources.write_text("\n".join(named), encoding="utf-8", newline="\n")
    return sources


def _write_page(at: Path, url: str, content: Any) -> None:
    if not isinstance(content, str):
        content, kind = json.dumps(content, ensure_ascii=False, indent=1), "json"
    else:
        kind = "xml" if content.startswith("<?xml") else "html"
    at.with_name(f"{at.name}.{kind}").write_text(content, encoding="utf-8", newline="\n")
    at.with_name(f"{at.name}.expected.json").write_text(json.dumps({"url": url}), encoding="utf-8")
