"""What two ads are to each other: one job, one campaign, one template or nothing, by their features."""

from __future__ import annotations

from matcher.dedupe import facts, model
from matcher.dedupe.facts import Facts
from matcher.dedupe.signs import Signs

JOINED = 0.6  # probability from which two ads that nothing keeps apart are one ad
LINKED = 0.4  # the same for a campaign
SAME_TEXT = 0.7  # of the shorter text that stands in the longer
CUT_TEXT = 0.85  # the same, where the shorter is under half of the longer: a snippet must be exact
SURE_TEXT = 0.95  # asked for where employer, title or place is only nearly told
WHOLE_TEXT = 0.9  # of the longer text that stands in the shorter: one print, or nearly
SHORT_TEXT = 30  # words under which texts must be equal but for a word: a snippet says little of a job
VAGUE_TEXT = 20  # words under which even an exact snippet is of no one job
LATELY = 31  # days
LONG_TEXT = 80  # words from which a text is more than an employer's introduction
TEMPLATE_TEXT = 0.8
FEW_WORDS = 12  # under this a text proves nothing: then the address, or recruiter and first words, must agree
TEMPLATE_WORDS = 15


def of(seen: Facts, probability: float, a: Signs, b: Signs) -> tuple[str, bool]:
    """(relation, clash) of two ads.

    What one board prints in other words is two jobs, whatever copies lie between; what is told of two too
    vaguely may be one by others.
    """
    conflict = seen.conflicts is not None
    elsewhere = _elsewhere(seen)
    clash = conflict or elsewhere or seen.title in ("different", "head") or seen.employer == "different"
    if seen.employer == "different":
        texts = seen.text_contained, seen.text_contained_back, seen.words_compared
        return ("template" if one_text(texts, a, b) else "different"), True
    if conflict or seen.title == "different" or not _alike(seen, a, b):
        told = seen.one_source and seen.words_compared >= FEW_WORDS
        return "different", clash or told or seen.text_contained < model.WORTH_READING
    if elsewhere:
        return ("campaign" if probability >= LINKED and _one_campaign(seen) else "different"), True
    if one_posting(seen):
        return "job", False
    if seen.title == "head" or probability < JOINED:
        return "different", clash or seen.one_source
    return ("job" if _sure(seen, a, b) else "different"), False


def one_posting(seen: Facts) -> bool:
    """Whether the two are one page, read twice: it may have been edited between."""
    return seen.same_address and seen.title == "same"


def _elsewhere(seen: Facts) -> bool:
    """Whether the two are for two places: of one source also where one is the other's neighbour or part.

    One board words one place in one way; but long texts that are one and the same are an ad told twice.
    """
    if one_posting(seen):
        return False
    if seen.place == "different" or (seen.place == "near" and seen.one_source):
        return True
    long = seen.text_contained_back >= WHOLE_TEXT and seen.words_compared >= LONG_TEXT
    one_text = long and seen.days_apart != 0  # on one day it is two openings
    return seen.place == "part" and seen.one_source and not one_text


def _one_campaign(seen: Facts) -> bool:
    """What is not told, or only half of the title, must be made up for by the text."""
    whole = seen.text_contained_back >= CUT_TEXT and seen.words_compared >= LONG_TEXT
    if seen.employer == "unknown":
        return whole and seen.title == "same" and seen.one_source and seen.pay in ("same", "overlapping")
    return seen.title != "head" or whole


def _alike(seen: Facts, a: Signs, b: Signs) -> bool:
    """Whether the texts are one text, as far as they go."""
    if seen.words_compared < FEW_WORDS:
        if seen.same_address and seen.title == "same":
            return True
        return seen.same_recruiter and seen.words_compared >= 5 and _opens(a, b)
    short = seen.words_compared < SHORT_TEXT and not one_posting(seen) and not _lately_elsewhere(seen)
    asked = SURE_TEXT if short else SAME_TEXT
    if seen.text_contained < asked:
        return False
    return seen.text_contained_back >= 0.5 or seen.text_contained >= CUT_TEXT


def _lately_elsewhere(seen: Facts) -> bool:
    """Whether one employer used one title on two sites within weeks."""
    lately = seen.days_apart is not None and seen.days_apart <= LATELY
    return lately and not seen.one_source and seen.title == seen.employer == "same"


def _opens(a: Signs, b: Signs) -> bool:
    """Whether the shorter text is the beginning of the longer."""
    short, long = sorted((a.words, b.words), key=len)
    return len(short) > 0 and bool((long[: len(short)] == short).all())


def _sure(seen: Facts, a: Signs, b: Signs) -> bool:
    """What is not told (employer, place) or only nearly equal must be made up for by the text."""
    if _vague(seen) > 1 and not _close(seen):
        return False
    if seen.employer == "unknown":
        told = seen.place in ("same", "near") or a.digest == b.digest
        whole = seen.text_contained >= SURE_TEXT and seen.words_compared >= SHORT_TEXT
        return whole and seen.title == "same" and told
    if seen.place == "unknown" and (a.where.spots or b.where.spots) and seen.one_source:
        return False
    at_once = seen.one_source and seen.days_apart == 0  # one board, one day: two titles are two openings
    if seen.title == "near" and (at_once or not facts.said(a, b)):
        return False
    vague = seen.employer == "kin" or seen.title == "near" or seen.place in ("part", "unknown", "near")
    return not vague or seen.text_contained >= CUT_TEXT


def _vague(seen: Facts) -> int:
    """How many of employer, place and text are not fully told."""
    return (
        (seen.employer != "same") + (seen.place not in ("same", "near")) + (seen.words_compared < VAGUE_TEXT)
    )


def _close(seen: Facts) -> bool:
    """Whether an address, a requisition, a recruiter or the days make up for what is not told."""
    near = seen.days_apart is not None and seen.days_apart <= LATELY
    return near or seen.same_address or seen.same_requisition is True or seen.same_recruiter


def one_text(texts: tuple[float, float, int], a: Signs, b: Signs) -> bool:
    """Whether two employers print one text: most of both, or a cut beginning; `texts` as `Comparer.texts`."""
    short, long, words = texts
    if words < TEMPLATE_WORDS or short < TEMPLATE_TEXT:
        return False
    return long >= 0.5 or a.cut or b.cut
