"""What answers look like: jobs, listings, matches, pairs, verdicts, sources and crawl runs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from webapp.api import samples

Relation = Literal["job", "campaign", "template", "different"]
DecidedBy = Literal["rule", "model", "verdict"]
DECIDED_BY = "verdict: a person or a program; rule: the rules, their model too. None says model now."
Decision = Literal["same", "different"]
Status = Literal["running", "complete", "partial", "failed", "blocked"]
Role = Literal["core", "adjacent", "other"]
Stated = Annotated[str | None, BeforeValidator(lambda said: said or None)]  # memory keeps "" where no ad says


class Shape(BaseModel):
    """What is not stated is null: nothing is ever made up."""

    model_config = ConfigDict(from_attributes=True)


def told(**sample: Any) -> ConfigDict:
    """The settings of a shape with an example of it."""
    return ConfigDict(json_schema_extra={"examples": [sample]})


class Place(Shape):
    """schema.org Place with its address."""

    text: str = Field(description="The source's own words.")
    address_locality: str | None = None
    address_region: str | None = None
    address_country: str | None = Field(None, description="ISO 3166-1, two letters.")
    postal_code: str | None = None


class MonetaryAmount(Shape):
    """schema.org MonetaryAmount: pay as stated."""

    text: str = Field(description="The source's own words.")
    currency: str | None = Field(None, description="ISO 4217, three letters.")
    min_value: str | None = Field(None, description="A decimal number, such as 20 or 19.50.")
    max_value: str | None = Field(None, description="A decimal number, such as 20 or 19.50.")
    unit_text: str | None = Field(None, description="HOUR, DAY, WEEK, MONTH or YEAR.")


class Attribution(Shape):
    """Whom the terms of a source ask you to name, with this link, wherever you show what it gave."""

    text: str
    url: str | None = None


class Said(Shape):
    """What an ad states, in schema.org's words."""

    url: Stated
    title: str
    hiring_organization: Stated
    job_location: list[Place]
    job_location_type: Literal["remote", "hybrid", "onsite"] | None
    base_salary: MonetaryAmount | None
    employment_type: list[str] = Field(description="schema.org's words: FULL_TIME, PART_TIME, ...")
    date_posted: date | None
    level: str | None = Field(description="entry, senior, lead or manager.")
    family: Stated = Field(description="The kind of work, such as call_center.")
    language: str | None = Field(description="ISO 639 of the text.")
    first_seen: datetime
    closed_at: datetime | None
    attribution: Attribution | None


class Job(Said):
    """One job in the words of its canonical listing."""

    model_config = told(**samples.JOB)

    job: str = Field(description="Its id, which never changes.")
    campaign: str | None = Field(description="Jobs that share one ad text over several places.")
    template: str | None = Field(description="Jobs of different organizations that share one text.")


class ListedJob(Job):
    """One job, and when it changed last."""

    model_config = told(**samples.LISTED)

    role: Role
    valid_through: date | None
    requisition: str | None = Field(description="The employer's own number for the opening.")
    updated_at: datetime


class Name(Shape):
    """What a source calls a listing."""

    source: str
    identifier: str


class Carried(Name):
    """A listing of a job: where it stands, and since when it does not."""

    url: Stated
    closed_at: datetime | None


class WholeJob(ListedJob):
    """One job with its text, its listings, and why they are one."""

    model_config = told(**samples.WHOLE)

    description: str
    reasons: list[str] = Field(description="Why its listings are one job.")
    listings: list[Carried]
    seen: str = Field(
        description="Another word as soon as its listings, or what was decided on them, change."
    )


class JobPage(Shape):
    """Some jobs by id."""

    jobs: list[ListedJob]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class Listing(Said):
    """What is remembered of a posting at one source."""

    source: str
    identifier: str
    job: str | None = Field(description="Null until the next grouping.")
    role: Role
    valid_through: date | None
    requisition: str | None
    last_seen: datetime
    updated_at: datetime


class ListingPage(Shape):
    """Some listings, in the order in which they came to be known."""

    listings: list[Listing]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class Evidence(Shape):
    """A factor of a score and its reason: the score is the similarity times all of them."""

    name: str
    factor: float
    reason: str


class Term(Shape):
    """What both texts say, and its share of the similarity; all shares sum to 1."""

    term: str
    share: float


class Match(Shape):
    """One ranked job with its score and its why."""

    number: int = Field(description="Its place in the list, from 1.")
    job: Job
    score: float = Field(description="The similarity times each factor of the evidence.")
    similarity: float = Field(description="How alike the two texts are, before the evidence.")
    evidence: list[Evidence]
    terms: list[Term]
    have: list[str] = Field(description="What the ad names and the text has, the rarest first.")
    lack: list[str] = Field(description="What the ad names and the text does not.")
    elsewhere: int = Field(description="Other open jobs of its campaign: one row stands for all.")
    unpaid: bool = Field(description="It passes the least pay because its own cannot be compared.")
    unplaced: bool = Field(description="It passes the distance because nobody knows where its town lies.")


class MatchPage(Shape):
    """Open jobs ranked, the best first."""

    total: int = Field(description="How many rows there are in all; a campaign is one.")
    jobs: int = Field(description="How many jobs they stand for.")
    note: str | None = Field(description="Why nothing is found, and what to do.")
    matches: list[Match]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class End(Name):
    """One of two compared listings."""

    job: str | None
    url: Stated
    title: str
    hiring_organization: Stated


class Pair(Shape):
    """Two listings that were compared: what was found of them, and why."""

    pair: int
    a: End
    b: End
    relation: Relation
    decided_by: DecidedBy = Field(description=DECIDED_BY)
    probability: float = Field(description="That both are one job, by the model.")
    features: dict[str, Any] = Field(description="What the model was told.")
    reasons: list[str]


class SeenPair(Pair):
    """A pair, and what to send along with a verdict on it."""

    seen: str = Field(description="Send it with a verdict: where somebody was quicker, nothing is written.")


class PairPage(Shape):
    """Some pairs, in the order in which they were first compared."""

    duplicates: list[Pair]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class Verdict(Shape):
    """A durable decision on two listings; it beats every rule."""

    model_config = told(**samples.VERDICT)

    a: Name
    b: Name
    decision: Decision
    decided_by: str = Field(description="As the log names whoever decided.")
    decided_at: datetime
    note: str


class VerdictPage(Shape):
    """Some verdicts, in the order in which they were written."""

    verdicts: list[Verdict]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class Done(Shape):
    """What came of an act."""

    model_config = told(act=17, again=False, waits=None)

    act: int | None = Field(
        description="Its number in the log, by which it is undone; null: all was so already."
    )
    again: bool = Field(description="The same key had acted before, and nothing was done now.")
    waits: str | None = Field(description="Why the jobs do not follow yet; null when they do.")


class Run(Shape):
    """One source's part of a night; its counts add up."""

    model_config = told(**samples.RUN)

    run: int = Field(validation_alias="id")
    source: str
    started_at: datetime
    finished_at: datetime | None
    status: Status
    reason: str = Field(description="Why it is not complete; empty when there is nothing to say.")
    read: int = Field(description="Postings: new, changed, unchanged, repeated and dropped ones.")
    new: int
    changed: int
    unchanged: int
    repeated: int = Field(description="Of a listing that this run had already, or older than what is known.")
    dropped: int
    closed: int = Field(description="Listings that were closed.")
    listed: int = Field(description="Postings that the source named, copies and unread ones too.")
    reopened: int
    open_before: int
    open_after: int = Field(description="open_before + new + reopened - closed.")
    missed: int = Field(description="Open listings that a complete run did not see.")
    returned: int = Field(description="Seen again after they were missed.")
    held: int = Field(description="Listings that would have closed, had not too many been gone.")
    flapping: bool = Field(description="Its listings come and go: one that is gone closes later.")


class RunPage(Shape):
    """Some runs, the newest first."""

    runs: list[Run]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class Source(Shape):
    """One place that postings come from, and its newest run."""

    name: str
    spider: str = Field(description="What reads it; archive: a file.")
    as_of: date | None = Field(description="The day that an archive holds for today.")
    resume_at: datetime | None = Field(description="It asked to be left alone until then.")
    attribution: Attribution | None
    open_listings: int
    run: Run | None


class SourcePage(Shape):
    """Some sources by name."""

    sources: list[Source]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class Wrong(Shape):
    """One thing that a request may not say."""

    where: str
    what: str


class Problem(BaseModel):
    """What went wrong and what to do: RFC 9457."""

    model_config = told(**samples.PROBLEM)

    title: str
    status: int
    detail: str = Field(description="What to do.")
    request_id: str | None = Field(description="What the operator finds it by in the log.")
    errors: list[Wrong] | None = Field(None, description="With 422: each thing that is wrong.")
    seen: str | None = Field(None, description="With 409: what is there now.")
    jobs: list[str] | None = Field(None, description="With 409: the jobs to look at again.")
    chain: list[str] | None = Field(None, description="With 409: the verdicts that say otherwise.")
