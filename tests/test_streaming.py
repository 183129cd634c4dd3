"""Answers larger than memory: how many stand in files at once, and how long one without records is read."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any

import pytest
from scrapy.http import Request, Response

from crawler import streaming, xmlrecords
from crawler.answers import Unreadable

URL = "https://feeds.harbour.example/jobs.xml"


@pytest.mark.parametrize("evil", ["<", "<a", "<job", "<![CDATA[", "<!--", " "])
@pytest.mark.parametrize("head", ["<source>", "<source><job><title>Agent</title></job>"])
def test_what_has_no_record_for_megabytes_is_given_up_soon(head: str, evil: str) -> None:
    words = evil * (xmlrecords.MAX_BETWEEN // len(evil) + streaming.CHUNK)
    raw = (head + words).encode()
    pieces = (raw[at : at + streaming.CHUNK] for at in range(0, len(raw), streaming.CHUNK))
    began = time.process_time()
    with pytest.raises(Unreadable, match="no record in 8 MB"):
        list(xmlrecords.Document(pieces).records())
    assert time.process_time() - began < 5


def test_no_more_answers_stand_in_files_at_once_than_a_disk_holds() -> None:
    def request(**meta: Any) -> Request:
        return Request(URL, meta=meta)

    with ExitStack() as kept:
        for asked in (wanted := [request(**streaming.META) for _ in range(streaming.ABREAST)]):
            assert not streaming.waits(asked)
            kept.enter_context(streaming.kept(asked))
        assert streaming.waits(request(**streaming.META))
        assert not streaming.waits(request())
    assert streaming.waits(request(**streaming.META))  # they came, and nobody has read them yet
    assert list(streaming.read(Response(URL, request=wanted[0]))) == []
    assert not streaming.waits(request(**streaming.META))
    with pytest.raises(OSError, match="broke"), streaming.kept(request(**streaming.META)):
        raise OSError("it broke off")
    assert not streaming.waits(request(**streaming.META))
