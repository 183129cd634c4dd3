"""The why of a match and what was read of a person, as rows of JSON and as lines of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.text import Text

from rolecall.commands import printing

if TYPE_CHECKING:
    from matcher import account, keywords, profile

INDENT = "\n           "
SHOWN = 6  # of the terms, of what is lacking
LEAST = 0.005  # a share that is 1 % in round numbers
LACKS = {"must": "lacks, must", "nice": "lacks, nice", "told": "lacks, named"}
STYLES = {"why": "green", LACKS["must"]: "yellow"} | dict.fromkeys(
    (LACKS["nice"], LACKS["told"], "open", "not stated"), "dim"
)


def account_row(told: account.Account, score: float) -> dict[str, Any]:
    """The account of a match as JSON prints it; the points of its parts add up to its score."""
    lacks: dict[str, list[dict[str, str]]] = {"must": [], "nice": [], "told": []}
    for lack in told.lacks:
        lacks[lack.demand].append({"label": lack.label, "evidence": lack.evidence})
    parts = [asdict(part) | {"points": part.share * score} for part in told.parts]
    return {"parts": parts, "lacks": lacks, "facets": [asdict(facet) for facet in told.facets]}


def account_lines(told: account.Account) -> Iterator[tuple[str, str, str]]:
    """The account as lines of a card: label, words, style; "" for what there is nothing of."""
    heaviest = next((part for part in told.parts if part.yours and part.theirs), None)
    lines = {
        "why": _shares(told.parts),
        "you": f"“{heaviest.yours}”" if heaviest else "",
        "ad": f"“{heaviest.theirs}”" if heaviest else "",
    }
    for demand, label in LACKS.items():
        lines[label] = some([one.label for one in told.lacks if one.demand == demand], SHOWN)
    for state in ("met", "not met"):
        lines[state] = "; ".join(f"{one.name}: {one.says}" for one in told.facets if one.state == state)
    for state in ("open", "not stated"):  # the ad's words on what is open stand above
        lines[state] = ", ".join(one.name for one in told.facets if one.state == state)
    for label, words in lines.items():
        yield label, words, STYLES.get(label, "")


def _shares(parts: Sequence[account.Part]) -> str:
    """The heaviest terms with their shares, and what the others come to together."""
    named = [part for part in parts[:SHOWN] if part.share >= LEAST]
    rest = sum(part.share for part in parts[len(named) :])
    more = [f"others {rest:.0%}"] if rest >= LEAST else []
    return ", ".join([f"{part.term} {part.share:.0%}" for part in named] + more)


def some(names: Sequence[str], most: int) -> str:
    """The first of some names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def show_profile(name: str | int, person: profile.Profile, quotes: Mapping[str, str], shape: str) -> None:
    """Print what was read, each thing with the sentence that says it; of many people, whose it is."""
    whose: dict[str, Any] = {"profile": name} if name != "" else {}
    rows = [whose | row for row in profile_rows(person, quotes)]
    if shape != "table":
        printing.emit(iter(rows), shape, ["group", "label", "evidence"])
        return
    console = printing.console()
    if whose:
        console.print(Text(str(name), "bold"))
    group = ""
    for row in rows:
        line = Text(f"{'' if row['group'] == group else row['group']:<22}{row['label']:<34}", tab_size=1)
        group = row["group"]
        console.print(line.append(row["evidence"], "dim"), soft_wrap=not console.is_terminal)


def profile_rows(person: profile.Profile, quotes: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """What was read as rows: group, key, label, and the sentence, "" where several say it together."""
    from matcher import weighing

    for thing in weighing.things(person):
        yield {
            "group": thing.group,
            "key": thing.key,
            "label": thing.label,
            "evidence": weighing.quote(thing.key, quotes),
        }
    if person.years is not None:
        years = weighing.in_years(person.years)
        yield {"group": "Years", "key": "years", "label": years, "evidence": quotes.get("years", "")}
    if person.degree:
        yield {
            "group": "Highest degree",
            "key": "degree",
            "label": person.education,
            "evidence": quotes.get("degree", ""),
        }


def search_lines(asked: keywords.Asked) -> Iterator[str]:
    """How a short text was read as a search, in sentences."""
    if asked.query.clauses:
        yield f"Only jobs {', '.join(map(str, asked.query.clauses))}."
    for one in asked.mended:
        yield f"Searched for “{one.meant}”: “{one.said}” looks like a misprint. As it is: {one.instead}"
    yield from asked.notes
