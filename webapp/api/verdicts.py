"""Verdicts: what people and programs decided on two listings, to read, to write, and to undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g
from sqlalchemy import Row

from db import queries
from matcher import acting, deciding, decisions
from webapp import memory, problems, turns
from webapp.api import asks, paging, shapes, spec

OTHER = "This key did another act before: take a new random one for each act."


@spec.operation("read", shapes.VerdictPage, "verdicts")
def verdicts(query: asks.Paged) -> Any:
    """Verdicts that hold, in the order in which they were written."""
    with memory.reading() as db:
        rows = queries.api.verdicts(db, query.limit + 1, after=paging.start(query) or 0)
    shown, following = paging.cut(query, rows, lambda row: row.id)
    return paging.linked(
        shapes.VerdictPage(
            verdicts=[shapes.Verdict.model_validate(_verdict(row)) for row in shown], next=following
        )
    )


@spec.operation("decide", shapes.Done, "verdicts", 409)
def decide(json: asks.NewVerdict) -> Any:
    """Decide that two listings are the same job, or different ones.

    It stands in place of any other verdict on the two, is written to the log, lasts through every night, and
    the jobs follow it at once. One that contradicts other verdicts is refused with their chain; with `seen`,
    so is one on jobs that somebody else has changed since.
    """
    a, b = ((end.source, end.identifier) for end in (json.a, json.b))

    def same(told: Row[Any]) -> bool:
        ends = {decisions.ordered(*decisions.ends_of(row)) for row in told.after["verdicts"]}
        return ends == {decisions.ordered(a, b)} and told.after["verdicts"][0]["decision"] == json.decision

    asked = _asked(json, seen=json.seen or None)
    return _done("verdict", same, lambda: deciding.decide(memory.here().engines, asked, a, b, json.decision))


@spec.operation("decide", shapes.Done, "verdicts", 409)
def undo(json: asks.Undo) -> Any:
    """Undo an act of the log, a person's or a program's: what it changed is as it was before.

    An undo is an act too, and can be undone. Where a later act changed the same, that is to be undone first.
    """
    asked = _asked(json)
    return _done(
        "undo",
        lambda told: told.undoes == json.act,
        lambda: acting.undo(memory.here().engines, asked, json.act),
    )


def _asked(json: asks.NewVerdict | asks.Undo, seen: str | None = None) -> acting.Asked:
    """Who asks, as the log has it; a key is its owner's."""
    who = g.program.who
    key = f"{who} {json.key}" if json.key else None
    return acting.Asked(who, memory.here().clock(), note=json.note, seen=seen, key=key)


def _done(what: str, same: Callable[[Row[Any]], bool], act: Callable[[], acting.Done]) -> shapes.Done:
    """Act, and let the jobs follow.

    :raise problems.Problem: with 409, where it cannot be done, contradicts verdicts or comes too late, or
        where its key did something else.
    """
    try:
        done = act()
    except acting.Stale as error:
        raise problems.Problem(409, f"{_sentence(error)}.", seen=error.seen, jobs=list(error.jobs)) from error
    except decisions.Contradiction as error:
        chain = [decisions.in_words(row) for row in error.chain]
        raise problems.Problem(409, f"{_sentence(error)}.", chain=chain) from error
    except acting.Refused as error:
        raise problems.Problem(409, f"{_sentence(error)}.") from error
    if done.again:
        with memory.reading() as db:
            told = queries.acts.find(db, done.act or 0)
        if told is None or told.what != what or not same(told):
            raise problems.Problem(409, OTHER)
    here = memory.here()
    with turns.here.lent():  # the jobs follow one decision at a time: some seconds may pass
        waits = deciding.follow(here.engines, here.clock(), here.shelf)
    return shapes.Done(act=done.act, again=done.again, waits=waits)


def _sentence(error: Exception) -> str:
    said = str(error)
    return said[:1].upper() + said[1:]


def _verdict(row: Row[Any]) -> dict[str, Any]:
    """A verdict with its two ends apart."""
    ends = {
        end: {name: row._mapping[f"{name}_{end}"] for name in ("source", "identifier")} for end in ("a", "b")
    }
    return {**row._mapping, **ends}
