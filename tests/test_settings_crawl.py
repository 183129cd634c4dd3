"""The settings of a crawl, as they are when everything has had its say."""

from __future__ import annotations

import re
from importlib import metadata

import pytest
from scrapy.settings import BaseSettings, default_settings
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import load_object
from scrapy.utils.project import get_project_settings

from crawler import keys, known, pace, pipelines, replay, retrying, robots
from crawler import settings as ours

PROMISED = {
    "AUTOTHROTTLE_ENABLED": False,
    "CLOSESPIDER_TIMEOUT": 15 * 60,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "COOKIES_ENABLED": False,
    "DOWNLOAD_DELAY": 1,
    "DOWNLOAD_DELAY_JITTER": 0,
    "DOWNLOAD_FAIL_ON_DATALOSS": True,
    "DOWNLOAD_MAXSIZE": 32 * 1024 * 1024,
    "DOWNLOAD_TIMEOUT": 30,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "HTTPCACHE_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "REDIRECT_MAX_TIMES": 5,
    "REFERER_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "RETRY_TIMES": 2,
    "ROBOTSTXT_OBEY": True,
    "TELNETCONSOLE_ENABLED": False,
    "TWISTED_REACTOR": "crawler.addresses.Reactor",
}


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> BaseSettings:
    """What `scrapy crawl` gets."""
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    return get_project_settings()


def components(settings: BaseSettings, name: str) -> list[type]:
    """What is loaded by default and by us, in its order, whether or not it is switched on."""
    return [
        load_object(each)
        for each in build_component_list(settings.get_component_priority_dict_with_base(name))
    ]


@pytest.mark.parametrize("name", PROMISED)
def test_a_promise_is_the_value_that_holds(settings: BaseSettings, name: str) -> None:
    assert settings[name] == PROMISED[name]


def test_there_is_nothing_but_http_and_it_goes_through_the_gate(settings: BaseSettings) -> None:
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    named = {scheme: path for scheme, path in handlers.items() if path is not None}
    assert {scheme: load_object(path) for scheme, path in named.items()} == {
        "http": keys.Handler,
        "https": keys.Handler,
    }
    assert issubclass(keys.Handler, pace.Handler)
    assert {"data", "file", "ftp", "s3"} <= handlers.keys()


def test_where_scrapy_fails_open_there_is_ours_instead(settings: BaseSettings) -> None:
    found = components(settings, "DOWNLOADER_MIDDLEWARES")
    names = [each.__name__ for each in found]
    assert not {"RobotsTxtMiddleware", "RetryMiddleware", "RedirectMiddleware", "OffsiteMiddleware"} & set(
        names
    )
    order = [keys.Keys, robots.Robots, known.Conditional, retrying.Retry, retrying.Redirect, replay.Replay]
    places = [found.index(each) for each in order]
    assert places == sorted(places)
    assert places[:2] == [0, 1], "nothing is done without a key, or where robots.txt forbids it"
    assert places[-1] == len(found) - 1, "the offline web stands where the network would"
    assert places[3] < names.index("HttpCompressionMiddleware") < places[4]


def test_what_a_spider_says_is_kept_counted_and_stored(settings: BaseSettings) -> None:
    assert known.Known in components(settings, "SPIDER_MIDDLEWARES")
    assert components(settings, "ITEM_PIPELINES") == [pipelines.Validate, pipelines.Role, pipelines.Store]


def test_only_the_extensions_that_we_know_are_switched_on(settings: BaseSettings) -> None:
    names = {each.__name__ for each in components(settings, "EXTENSIONS")}
    switched_off = {"TelnetConsole", "RemoteControl", "AutoThrottle", "MemoryUsage", "MemoryDebugger"}
    harmless = {"CoreStats", "LogCount", "CloseSpider", "FeedExporter", "LogStats", "SpiderState"}
    assert names == switched_off | harmless, "a new extension: is it what we want?"


def test_every_request_says_who_asks_and_where_to_complain(settings: BaseSettings) -> None:
    said = settings["USER_AGENT"]
    assert said == f"rolecall/{metadata.version('rolecall')} (+{ours.CONTACT})"
    assert re.match(robots.TOKEN + "/", said)
    settings.set("ROLECALL_CONTACT", "mailto:ops@jobs.example")
    robots.Name().update_settings(settings)
    assert settings["USER_AGENT"].endswith(" (+mailto:ops@jobs.example)")


def test_nothing_is_set_that_scrapy_does_not_know(settings: BaseSettings) -> None:
    own = {name for name in vars(ours) if name.isupper()}
    assert own - vars(default_settings).keys() == {"CONTACT", "ROLECALL_WANTED"}
