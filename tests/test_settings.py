"""Settings: variables before the file before defaults, and no slip of the pen goes unnoticed."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rolecall import settings


def load(home: Path, toml: str = "", **variables: str) -> settings.Settings:
    (home / settings.FILE).write_text(toml, encoding="utf-8")
    return settings.load(variables | {"ROLECALL_HOME": str(home), "PATH": "/bin", "LANG": "C"})


def test_defaults_hold_where_nothing_is_said(tmp_path: Path) -> None:
    told = settings.load({"ROLECALL_HOME": str(tmp_path)})
    assert told.home == tmp_path
    assert told.database_url == f"sqlite:///{tmp_path}/rolecall.sqlite3"
    assert told.roles == ("core", "adjacent")
    assert told.now is None
    assert list(tmp_path.iterdir()) == []


def test_the_platform_says_where_home_is_unless_somebody_does() -> None:
    assert settings.load({}).home.is_absolute()
    assert settings.load({}, home=Path("here")).home == Path.cwd() / "here"
    assert settings.load({"ROLECALL_HOME": "~/jobs"}).home == Path.home() / "jobs"
    assert settings.load({"ROLECALL_HOME": "/a"}, home=Path("/b")).home == Path("/b")


def test_a_variable_goes_before_the_file_and_the_file_before_the_default(tmp_path: Path) -> None:
    told = load(tmp_path, 'roles = ["other"]\nlog_level = "debug"', ROLECALL_ROLES="core")
    assert (told.roles, told.log_level) == (("core",), "DEBUG")
    said = {setting.name: setting.said_by for setting in told.shown()}
    assert said == {
        "home": "ROLECALL_HOME",
        "database_url": "default",
        "roles": "ROLECALL_ROLES",
        "log_level": str(tmp_path / settings.FILE),
        "log_format": "default",
        "now": "default",
        "allow_private": "default",
        "contact": "default",
        "keys": "default",
        "schedule": "default",
        "timezone": "default",
        "refresh_limit": "default",
        "secret_key": "default",
        "proxies": "default",
        "rate_limits": "default",
        "public_url": "default",
        "mail_host": "default",
        "mail_port": "default",
        "mail_security": "default",
        "mail_user": "default",
        "mail_password": "default",
        "mail_from": "default",
    }


def test_the_environment_of_the_process_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLECALL_ROLES", "other")
    monkeypatch.setenv("ROLECALL_NOW", "2020-01-01")
    told = load(tmp_path)
    assert (told.roles, told.now) == (("core", "adjacent"), None)


@pytest.mark.parametrize(
    "toml, sentence",
    [
        ("databse_url = 'sqlite:////x'", "unknown setting 'databse_url' in FILE: did you mean 'database_url'?"),
        ("role = ['core']", "unknown setting 'role' in FILE: did you mean 'roles'?"),
        ("PROXIES = 1", "unknown setting 'PROXIES' in FILE: did you mean 'proxies'?"),
        ("[mail]\nhost = 'x'", "unknown setting 'mail' in FILE: did you mean 'mail_host'?"),
        ("proxies = 'one'", "wrong value for 'proxies' in FILE: write a whole number"),
        ("rate_limits = 'sometimes'", "wrong value for 'rate_limits' in FILE: write true or false"),
        ("refresh_limit = 'six'", "wrong value for 'refresh_limit' in FILE: write a number"),
        ("mail_security = 'startls'", ("wrong value for 'mail_security' in FILE: 'startls' is none of starttls, tls, "
                                       "none: did you mean 'starttls'?")),
        ("zzz = 1", "unknown setting 'zzz' in FILE"),
        ("[database]\nurl = 'x'", "unknown setting 'database' in FILE: did you mean 'database_url'?"),
        ("home = '/x'", "'home' cannot be set in FILE, which lies in it: set ROLECALL_HOME"),
        ("roles = ['cor']", ("wrong value for 'roles' in FILE: 'cor' is none of core, adjacent, other, all: "
                            "did you mean 'core'?")),
        ("roles = []", "wrong value for 'roles' in FILE: name some of core, adjacent, other, or all"),
        ("roles = 7", "wrong value for 'roles' in FILE: name some of core, adjacent, other, or all"),
        ("log_level = 'WARN'", ("wrong value for 'log_level' in FILE: 'WARN' is none of DEBUG, INFO, WARNING, ERROR: "
                               "did you mean 'WARNING'?")),
        ("now = 'soon'", "wrong value for 'now' in FILE: 'soon' is no date: write 2026-01-15 or 2026-01-15T08:30:00Z"),
        ("now = 08:30:00", ("wrong value for 'now' in FILE: '08:30:00' is no date: "
                           "write 2026-01-15 or 2026-01-15T08:30:00Z")),
        ("database_url = 'mysql://u:secret@h/n'", ("wrong value for 'database_url' in FILE: mysql databases "
                                                   "cannot be used: choose sqlite:/// or postgresql://")),
        ("database_url = 'secret'", ("wrong value for 'database_url' in FILE: the database address is no URL: "
                                    "write sqlite:////a/file or postgresql://…")),
        ("database_url = 5", "wrong value for 'database_url' in FILE: write it in quotes"),
        ("roles = ", "FILE cannot be read: Invalid value (at end of document)"),
        ("allow_private = ['localhost:8801']", ("wrong value for 'allow_private' in FILE: 'localhost:8801' is no "
                                               "address with a port: write 127.0.0.1:8801 or [::1]:8801")),
        ("contact = 'Ann'", ("wrong value for 'contact' in FILE: write an e-mail address, or a web address "
                             "that begins with https://")),
        ("schedule = '0 3 * *'", ("wrong value for 'schedule' in FILE: '0 3 * *' is not five fields: minute, hour, "
                                  "day, month, day of the week")),
        ("schedule = '0 3 * * 1-5'", ("wrong value for 'schedule' in FILE: '1-5' numbers the days of the week: "
                                      "write their names, as in mon-fri")),
        ("timezone = 'Europe/Berln'", ("wrong value for 'timezone' in FILE: 'Europe/Berln' is no time zone: "
                                       "did you mean 'Europe/Berlin'?")),
        ("keys = 'x'", ("wrong value for 'keys' in FILE: write a JSON object, {\"adzuna\": \"its key\"}")),
        ("keys = 7", ("wrong value for 'keys' in FILE: write a table, [keys], and below it adzuna = its key in quotes")),
        ("[keys]\nred = 's3cret-of-mine'", ("wrong value for 'keys' in FILE: 'red' is none of adzuna, reed, usajobs: "
                                            "did you mean 'reed'?")),
        ("[keys]\nreed = 'short'", ("wrong value for 'keys' in FILE: the key of reed is 8 to 500 plain characters "
                                    "without blanks, in quotes")),
        ("refresh_limit = 0", "wrong value for 'refresh_limit' in FILE: write more than 0"),
        ("refresh_limit = 30", "wrong value for 'refresh_limit' in FILE: write 24 or less"),
        ("proxies = 11", "wrong value for 'proxies' in FILE: write how many a request passes, 0 to 10"),
        ("proxies = 1.5", "wrong value for 'proxies' in FILE: write a whole number"),
        ("schedule = '61 3 * * *'", "wrong value for 'schedule' in FILE: '61' is no minute: write 0 to 59, or *"),
        ("schedule = '0 3 * * mon-xyz'", ("wrong value for 'schedule' in FILE: 'mon-xyz' is no day of the week: "
                                          "write mon to sun, or *")),
        ("schedule = '0 3 31 feb *'", "wrong value for 'schedule' in FILE: the time '0 3 31 feb *' never comes"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_file_is_refused_with_what_is_right(
    tmp_path: Path, toml: str, sentence: str
) -> None:
    with pytest.raises(settings.WrongSetting) as error:
        load(tmp_path, toml)
    assert str(error.value) == sentence.replace("FILE", str(tmp_path / settings.FILE))


@pytest.mark.parametrize(
    "variable, value, sentence",
    [
        ("ROLECALL_DATABASE", "x", "unknown variable 'ROLECALL_DATABASE': did you mean 'ROLECALL_DATABASE_URL'?"),
        ("ROLECALL_now", "2026-01-15", "unknown variable 'ROLECALL_now': did you mean 'ROLECALL_NOW'?"),
        ("ROLLCALL_HOME", "/x", "unknown variable 'ROLLCALL_HOME': did you mean 'ROLECALL_HOME'?"),
        ("ROLECAL_ROLES", "core", "unknown variable 'ROLECAL_ROLES': did you mean 'ROLECALL_ROLES'?"),
        ("rolecall_now", "2026-01-15", "unknown variable 'rolecall_now': did you mean 'ROLECALL_NOW'?"),
        ("ROLECALL_ROLES", "core,ajacent", ("wrong value for 'roles' in ROLECALL_ROLES: 'ajacent' is none of "
                                           "core, adjacent, other, all: did you mean 'adjacent'?")),
        ("ROLECALL_NOW", "", ("wrong value for 'now' in ROLECALL_NOW: '' is no date: "
                             "write 2026-01-15 or 2026-01-15T08:30:00Z")),
        ("ROLECALL_DATABASE_URL", "sqlite://", ("wrong value for 'database_url' in ROLECALL_DATABASE_URL: an SQLite "
                                               "database in memory would be forgotten: name a file, sqlite:////a/file")),
    ],
)  # fmt: skip
def test_a_wrong_variable_is_refused_with_the_right_one(
    tmp_path: Path, variable: str, value: str, sentence: str
) -> None:
    with pytest.raises(settings.WrongSetting) as error:
        load(tmp_path, **{variable: value})
    assert str(error.value).startswith(sentence)


@pytest.mark.parametrize(
    "variable", ["ROLE_ARN", "ROLES", "ROLE", "RECALL_HOME", "ROLLUP_NOW", "HOME", "CALL_HOME"]
)
def test_another_program_s_variable_is_none_of_ours(tmp_path: Path, variable: str) -> None:
    assert load(tmp_path, **{variable: "x"}).home == tmp_path


def test_an_empty_home_is_refused() -> None:
    with pytest.raises(settings.WrongSetting, match="ROLECALL_HOME is empty"):
        settings.load({"ROLECALL_HOME": " "})


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / settings.FILE).write_bytes(b"roles = '\xff'")
    with pytest.raises(settings.WrongSetting, match=r"rolecall\.toml cannot be read"):
        settings.load({"ROLECALL_HOME": str(tmp_path)})


def test_a_folder_in_the_place_of_the_file_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / settings.FILE).mkdir()
    with pytest.raises(settings.WrongSetting, match="cannot be read: it is no file"):
        settings.load({"ROLECALL_HOME": str(tmp_path)})


def test_the_tests_own_variable_is_no_setting(tmp_path: Path) -> None:
    load(tmp_path, ROLECALL_TEST_POSTGRES_URL="postgresql://localhost/x")


@pytest.mark.parametrize(
    "value, roles",
    [
        ("core", ("core",)),
        (" other , core ", ("core", "other")),
        ("all", ("core", "adjacent", "other")),
        ("adjacent,core,core", ("core", "adjacent")),
    ],
)
def test_roles_come_in_one_order(tmp_path: Path, value: str, roles: tuple[str, ...]) -> None:
    assert load(tmp_path, ROLECALL_ROLES=value).roles == roles


@pytest.mark.parametrize(
    "toml, moment",
    [
        ("now = 2026-01-15", datetime(2026, 1, 15, tzinfo=UTC)),
        ("now = '2026-01-15'", datetime(2026, 1, 15, tzinfo=UTC)),
        ("now = 2026-01-15T08:30:00", datetime(2026, 1, 15, 8, 30, tzinfo=UTC)),
        ("now = '2026-01-15T08:30:00-05:00'", datetime(2026, 1, 15, 13, 30, tzinfo=UTC)),
        ("now = 2026-01-15T08:30:00Z", datetime(2026, 1, 15, 8, 30, tzinfo=UTC)),
    ],
)
def test_now_is_utc_unless_it_says(
    tmp_path: Path, toml: str, moment: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    clock = load(tmp_path, toml).clock()
    assert (clock, clock.tzinfo) == (moment, UTC)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert f"now={moment.isoformat()}" in caplog.text


def test_the_clock_goes_on_where_now_is_not_set(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    assert before <= load(tmp_path).clock() <= datetime.now(UTC)


@pytest.mark.parametrize(
    "url", ["postgresql://ann:s3cret@db.example/jobs", "postgresql://ann@db.example/jobs?password=s3cret"]
)
def test_a_password_is_never_shown(tmp_path: Path, url: str) -> None:
    told = load(tmp_path, ROLECALL_DATABASE_URL=url)
    assert told.database_url == url
    assert "s3cret" not in repr(told) + str(told) + str(told.shown())
    assert told.shown()[1].value in (url.replace("s3cret", "***"), url.replace("s3cret", "masked"))


def test_a_home_with_odd_letters_holds_its_database(tmp_path: Path) -> None:
    home = tmp_path / "what? 100% #ü"
    home.mkdir()
    url = load(home).database_url
    assert settings.session.path(settings.session.address(url)) == home / "rolecall.sqlite3"


@pytest.mark.parametrize(
    "value, addresses",
    [
        ("", ()),
        ("127.0.0.1:8801", ("127.0.0.1:8801",)),
        (" 10.0.0.7:80 , [::1]:8802,10.0.0.7:80", ("10.0.0.7:80", "[::1]:8802")),
        ("[0:0:0:0:0:0:0:1]:08802", ("[::1]:8802",)),
    ],
)
def test_a_private_address_is_one_address_and_one_port(
    tmp_path: Path, value: str, addresses: tuple[str, ...]
) -> None:
    assert load(tmp_path, ROLECALL_ALLOW_PRIVATE=value).allow_private == addresses
    assert load(tmp_path, f"allow_private = {list(addresses)}").allow_private == addresses


@pytest.mark.parametrize(
    "word",
    [
        "localhost:80", "10.0.0.0/8:80", "10.0.0.*:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
        "127.0.0.1:80-90", "127.1:80", "127.0.0.1:8O", "::1:80", "[::1]", "[127.0.0.1]:80", "[fe80::1%eth0]:80",
        "http://127.0.0.1:80", "256.0.0.1:80", "[1:2]:80", "127.0.0.1:٣",
    ],
)  # fmt: skip
def test_a_name_a_range_or_a_missing_port_lets_nothing_in(tmp_path: Path, word: str) -> None:
    with pytest.raises(settings.WrongSetting, match="is no address with a port"):
        load(tmp_path, f"allow_private = ['127.0.0.1:8801', '{word}']")


@pytest.mark.parametrize(
    "value", ["jobs@acme.example", "https://acme.example/crawling?who=us", "http://127.0.0.1/"]
)
def test_a_contact_is_a_mail_or_web_address(tmp_path: Path, value: str) -> None:
    assert load(tmp_path, ROLECALL_CONTACT=value).contact == value


@pytest.mark.parametrize(
    "value",
    ["", "Ann", "a@b c", "a@b\nX-Evil: 1", "https://a\r\nb", "ftp://a", "a@b)", f"a@{'b' * 200}", "ü@b"],
)
def test_what_could_break_a_header_is_no_contact(tmp_path: Path, value: str) -> None:
    with pytest.raises(settings.WrongSetting, match="write an e-mail address"):
        load(tmp_path, ROLECALL_CONTACT=value)


@pytest.mark.parametrize(
    "value, schedule",
    [
        ("30 2 * * *", "30 2 * * *"),
        (" */15  0-6 1,15 jan-mar mon-fri ", "*/15 0-6 1,15 jan-mar mon-fri"),
        ("0 3 * * */2", "0 3 * * */2"),
    ],
)
def test_a_schedule_is_five_fields(tmp_path: Path, value: str, schedule: str) -> None:
    assert load(tmp_path, ROLECALL_SCHEDULE=value).schedule == schedule


@pytest.mark.parametrize(
    "value",
    ["", "@daily", "0 3 * * * *", "61 3 * * *", "0 3 * * 0", "0 3 * * 1,3", "0 3 * * x", "0 3 30 2 *"],
)
def test_a_schedule_that_would_never_or_wrongly_come_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(settings.WrongSetting, match="wrong value for 'schedule' in ROLECALL_SCHEDULE"):
        load(tmp_path, ROLECALL_SCHEDULE=value)


@pytest.mark.parametrize("value", ["", "Mars", "/etc/localtime", "../UTC", "Europe", "UTC\0"])
def test_a_time_zone_is_one_that_the_calendar_knows(tmp_path: Path, value: str) -> None:
    with pytest.raises(settings.WrongSetting, match="is no time zone"):
        load(tmp_path, ROLECALL_TIMEZONE=value)
    assert load(tmp_path, "timezone = 'America/New_York'").timezone == "America/New_York"
    with pytest.raises(
        settings.WrongSetting, match="'CEST' is no time zone: write UTC, or one as Europe/Berlin"
    ):
        load(tmp_path, "timezone = 'CEST'")  # EST is near as a word, and six hours off as a time


@pytest.mark.parametrize("value, hours", [("0.5", 0.5), ("24", 24)])
def test_a_refresh_may_take_hours(tmp_path: Path, value: str, hours: float) -> None:
    assert load(tmp_path, ROLECALL_REFRESH_LIMIT=value).refresh_limit == hours


@pytest.mark.parametrize("value", ["-1", "nan", "inf", "25", "six"])
def test_a_refresh_may_not_take_a_day_and_more(tmp_path: Path, value: str) -> None:
    with pytest.raises(settings.WrongSetting, match="wrong value for 'refresh_limit'"):
        load(tmp_path, ROLECALL_REFRESH_LIMIT=value)


@pytest.mark.parametrize("value, proxies", [("0", 0), ("2", 2), ("10", 10)])
def test_proxies_are_counted(tmp_path: Path, value: str, proxies: int) -> None:
    assert load(tmp_path, ROLECALL_PROXIES=value).proxies == proxies


@pytest.mark.parametrize("value", ["-1", "1.5", "10.0.0.1", "", "11", "1" * 5000])
def test_proxies_are_a_number_and_no_addresses(tmp_path: Path, value: str) -> None:
    with pytest.raises(settings.WrongSetting, match="wrong value for 'proxies' in ROLECALL_PROXIES"):
        load(tmp_path, ROLECALL_PROXIES=value)


@pytest.mark.parametrize("value, limits", [("false", False), ("0", False), ("true", True), ("1", True)])
def test_rate_limits_are_on_or_off(tmp_path: Path, value: str, *, limits: bool) -> None:
    assert load(tmp_path, ROLECALL_RATE_LIMITS=value).rate_limits is limits
    assert load(tmp_path, f"rate_limits = {str(limits).lower()}").rate_limits is limits


def test_rate_limits_are_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(settings.WrongSetting, match="wrong value for 'rate_limits'"):
        load(tmp_path, ROLECALL_RATE_LIMITS="5/second")


def test_the_secret_key_is_shown_nowhere(tmp_path: Path) -> None:
    told = load(tmp_path, ROLECALL_SECRET_KEY="Zk8-of-nobody-else")
    assert told.secret_key == "Zk8-of-nobody-else"
    assert "Zk8" not in repr(told)
    assert "Zk8" not in str([setting.value for setting in told.shown()])
    assert {setting.name: setting.value for setting in told.shown()}["secret_key"] == "***"
    with pytest.raises(settings.WrongSetting) as error:
        load(tmp_path, "secret_key = 123456789")
    assert "123456789" not in str(error.value)


def test_keys_are_told_in_a_table_or_in_json_and_shown_nowhere(tmp_path: Path) -> None:
    table = load(tmp_path, '[keys]\nusajobs = "ann@acme.example:Zk8-of-nobody"\nreed = "Zk8-of-nobody-else"')
    said = load(tmp_path, ROLECALL_KEYS='{"reed": "Zk8-of-nobody-else"}')
    assert table.keys == {"reed": "Zk8-of-nobody-else", "usajobs": "ann@acme.example:Zk8-of-nobody"}
    assert said.keys == {"reed": "Zk8-of-nobody-else"}
    shown = {setting.name: setting.value for setting in table.shown()}
    assert shown["keys"] == ["reed=***", "usajobs=***"]
    assert "Zk8" not in repr(table) + str(shown)
    for wrong in (
        '["Zk8-of-nobody"]',
        '{"reed": "Zk8 of nobody"}',
        '{"reed": ["Zk8-of-nobody"]}',
        "Zk8-of-nobody",
    ):
        with pytest.raises(settings.WrongSetting) as error:
            load(tmp_path, ROLECALL_KEYS=wrong)
        assert "Zk8" not in str(error.value)
