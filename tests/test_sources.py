"""The file of sources: what it names, what each is called, and no slip of the pen unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler import sources

SPIDERS = {
    "greenhouse": sources.Kind("https://boards-api.greenhouse.io"),
    "lever": sources.Kind("https://api.lever.co"),
    "schemaorg": sources.Kind(),
}
OURS = ("127.0.0.1:8801", "[::1]:8802")


def read(folder: Path, *entries: str) -> tuple[sources.Source, ...]:
    file = folder / sources.FILE
    file.write_text("".join(f"[[source]]\n{entry}\n" for entry in entries), encoding="utf-8")
    return sources.read(file, SPIDERS, OURS)


def test_an_entry_needs_little_and_may_say_more(tmp_path: Path) -> None:
    first, second, third = read(
        tmp_path,
        'spider = "greenhouse"\nboard = "acme"',
        'spider = "lever"\nboard = "acme"\nurl = "http://127.0.0.1:8801"\ncrawl_delay = 0\nenabled = false',
        'spider = "schemaorg"\nurl = "https://careers.acme.example/sitemap.xml"\ncrawl_delay = 2.5',
    )
    assert first == sources.Source("greenhouse", "acme", base_url=SPIDERS["greenhouse"].base_url)
    assert (first.crawl_delay, first.enabled) == (1, True)
    assert (second.url, second.crawl_delay, second.enabled) == ("http://127.0.0.1:8801", 0, False)
    assert (third.board, third.crawl_delay) == ("", 2.5)


@pytest.mark.parametrize(
    "entry, name, host",
    [
        ('spider = "lever"\nboard = "acme"', "lever:acme", "api.lever.co:443"),
        ('spider = "lever"\nboard = "a"\nurl = "http://API.eu.lever.co"', "lever:a", "api.eu.lever.co:80"),
        ('spider = "schemaorg"\nurl = "https://Acme.example"', "schemaorg:acme.example", "acme.example:443"),
        ('spider = "schemaorg"\nurl = "https://acme.example:443/"', "schemaorg:acme.example", "acme.example:443"),
        ('spider = "schemaorg"\nurl = "http://acme.example:8080/jobs/"',
         "schemaorg:acme.example:8080/jobs", "acme.example:8080"),
        ('spider = "schemaorg"\nurl = "https://acme.example/jobs?team=Care"',
         "schemaorg:acme.example/jobs?team=Care", "acme.example:443"),
        ('spider = "schemaorg"\nurl = "http://[::1]:8802/feed.rss"',
         "schemaorg:[::1]:8802/feed.rss", "[::1]:8802"),
        ('spider = "schemaorg"\nboard = "acme"\nurl = "https://acme.example/x"', "schemaorg:acme", "acme.example:443"),
    ],
)  # fmt: skip
def test_a_source_is_called_by_its_board_or_by_its_address(
    tmp_path: Path, entry: str, name: str, host: str
) -> None:
    (source,) = read(tmp_path, entry)
    assert (source.name, source.host) == (name, host)


LEVER = 'spider = "lever"\nboard = "acme"\n'
PAGES = 'spider = "schemaorg"\n'


@pytest.mark.parametrize(
    "entry, sentence",
    [
        ('spider = "greenhose"\nboard = "a"', ("'spider' = 'greenhose' is none of greenhouse, lever, schemaorg: "
                                              "did you mean 'greenhouse'?")),
        ('board = "a"', "'spider' is missing: name one of greenhouse, lever, schemaorg"),
        ('spider = "lever"', "'board' is missing: which employer's at api.lever.co?"),
        (LEVER + 'borad = "a"', "unknown field 'borad': did you mean 'board'?"),
        (LEVER + "zzz = 1", "unknown field 'zzz'"),
        ('spider = "lever"\nboard = 7', "'board' must be a text in quotes"),
        ('spider = ["lever"]', "'spider' must be a text in quotes"),
        (LEVER + 'enabled = "no"', "'enabled' must be true or false"),
        (LEVER + "enabled = 0", "'enabled' must be true or false"),
        (LEVER + "crawl_delay = true", "'crawl_delay' must be a number"),
        (LEVER + "crawl_delay = 0.5", "'crawl_delay' = 0.5 is none of 1 to 30 seconds"),
        (LEVER + "crawl_delay = 31", "'crawl_delay' = 31 is none of 1 to 30 seconds"),
        (LEVER + "crawl_delay = nan", "'crawl_delay' = nan is none of 1 to 30 seconds"),
        (LEVER + 'crawl_delay = 0\nurl = "http://127.0.0.1:8803"', "'crawl_delay' = 0 is none of 1 to 30 seconds"),
        (LEVER + 'crawl_delay = -1\nurl = "http://127.0.0.1:8801"', "'crawl_delay' = -1 is none of 0 to 30 seconds"),
        ('spider = "lever"\nboard = ""', "'board' is a name of up to 200"),
        ('spider = "lever"\nboard = " a"', "'board' is a name of up to 200"),
        ('spider = "lever"\nboard = ".."', "'board' is a name of up to 200"),
        ('spider = "lever"\nboard = "a\\u0000"', "'board' is a name of up to 200"),
        (f'spider = "lever"\nboard = "{"a" * 201}"', "'board' is a name of up to 200"),
        ('spider = "schemaorg"', "'url' is missing: name a sitemap, a feed or a page that lists jobs"),
        ('spider = "schemaorg"\nboard = "a"', "'url' is missing"),
        (PAGES + 'url = ""', "'url' = '' is no web address: write https://host/path"),
        (PAGES + 'url = "acme.example/jobs"', "'url' = 'acme.example/jobs' is no web address"),
        (PAGES + 'url = "file:///etc/passwd"', "'url' = 'file:///etc/passwd' is no web address"),
        (PAGES + 'url = "https:///jobs"', "'url' = 'https:///jobs' is no web address"),
        (PAGES + 'url = "https://a.example:99999/"', "'url' = 'https://a.example:99999/' is no web address"),
        (PAGES + 'url = "https://[::1/"', "'url' = 'https://[::1/' is no web address"),
        (PAGES + 'url = "https://ann:s3cret@a.example/"', "'url' holds a user or a password"),
        (PAGES + 'url = "https://@a.example/"', "'url' holds a user or a password"),
        (PAGES + 'url = "https://uk.indeed.com/rss?q=agent"', "'url' is a page of Indeed, which wants no crawlers"),
        (PAGES + 'url = "https://WWW.LinkedIn.com/jobs"', "'url' is a page of LinkedIn"),
        (PAGES + 'url = "https://a.example/#jobs"', "'url' holds a #"),
        (PAGES + 'url = "https://a.example/a b"', "'url' holds a blank"),
        (PAGES + 'url = "https://a.example/\\n"', "'url' holds a blank"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_file_its_entry_and_its_field(
    tmp_path: Path, entry: str, sentence: str
) -> None:
    with pytest.raises(sources.WrongSources) as error:
        read(tmp_path, 'spider = "greenhouse"\nboard = "first"', entry)
    assert str(error.value).startswith(f"{tmp_path / sources.FILE}, source 2: {sentence}")
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    "entries, sentence",
    [
        ((LEVER, 'spider = "greenhouse"\nboard = "acme"', LEVER + 'url = "https://api.eu.lever.co"'),
         "source 3: 'lever:acme' is source 1 too: take one out"),
        ((PAGES + 'url = "https://a.example/"', PAGES + 'url = "http://a.example"'),
         "source 2: 'schemaorg:a.example' is source 1 too: take one out, or give it a board of its own"),
    ],
)  # fmt: skip
def test_no_two_entries_have_one_name(tmp_path: Path, entries: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(sources.WrongSources) as error:
        read(tmp_path, *entries)
    assert str(error.value) == f"{tmp_path / sources.FILE}, {sentence}"


@pytest.mark.parametrize(
    "content, sentence",
    [
        (b"", "FILE names no source: add a [[source]]; with enabled = false it rests"),
        (b"# nothing but words\n", "FILE names no source"),
        (b"source = []", "FILE names no source"),
        (b"[source]\nspider = 'lever'\n", "FILE: write [[source]], with two brackets on each side"),
        (b"source = [1]", "FILE, source 1: write [[source]], and its fields on the lines below"),
        (b"[[sources]]\n", "FILE: unknown name 'sources': did you mean 'source'?"),
        (b"crawl_delay = 3\n", "FILE: unknown name 'crawl_delay'"),
        (b"[[source]\n", "FILE cannot be read: "),
        (b"[[source]]\nboard = '\xff'\n", "FILE cannot be read: "),
        (b"source = " + b"[" * 100_000, "FILE cannot be read: "),
    ],
)
def test_a_file_that_names_no_source_closes_nothing_and_is_refused(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = tmp_path / sources.FILE
    file.write_bytes(content)
    with pytest.raises(sources.WrongSources) as error:
        sources.read(file, SPIDERS, OURS)
    assert str(error.value).startswith(sentence.replace("FILE", str(file)))


def test_a_missing_file_is_no_empty_one(tmp_path: Path) -> None:
    with pytest.raises(sources.WrongSources, match="cannot be read"):
        sources.read(tmp_path / sources.FILE, SPIDERS, OURS)


def test_the_shipped_file_is_copied_once_and_is_the_operator_s_from_then_on(tmp_path: Path) -> None:
    file = tmp_path / "new" / sources.FILE
    assert sources.install(file)
    shipped = file.read_bytes()
    assert shipped
    file.write_text("# mine\n")
    assert not sources.install(file)
    assert file.read_text() == "# mine\n"


def test_the_shipped_sources_can_be_read_and_their_spiders_are_there(tmp_path: Path) -> None:
    file = tmp_path / sources.FILE
    sources.install(file)
    found = sources.read(file, sources.spiders(), ())
    kinds = sources.spiders()
    on = [source for source in found if source.enabled]
    assert len(on) >= 50
    assert {kinds[source.spider].use for source in on} == {"on"}
    assert {name for name, kind in kinds.items() if not kind.boards} <= {source.spider for source in found}
    assert all(source.host.endswith(":443") for source in found)
    assert "unverified" in file.read_text()
