"""Every table, typed; no method here does work."""

from db.models.columns import Base, Moment
from db.models.desk import Carried, Tally, View
from db.models.jobs import Choice, Job, Mark, Pair, Redirect, Verdict
from db.models.memory import CrawlRun, Drop, Installation, Lease, Listing, ListingPlace, Page, Source
from db.models.people import Act, Person, Sitting, Skip, Token
from db.models.seekers import FeedEntry, Follow, SavedJob, SavedList, Told

__all__ = [
    "Act",
    "Base",
    "Carried",
    "Choice",
    "CrawlRun",
    "Drop",
    "FeedEntry",
    "Follow",
    "Installation",
    "Job",
    "Lease",
    "Listing",
    "ListingPlace",
    "Mark",
    "Moment",
    "Page",
    "Pair",
    "Person",
    "Redirect",
    "SavedJob",
    "SavedList",
    "Sitting",
    "Skip",
    "Source",
    "Tally",
    "Token",
    "Told",
    "Verdict",
    "View",
]
