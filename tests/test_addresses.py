"""Which addresses a crawl may connect to."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import addresses

PRIVATE = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.0.1 169.254.169.254 172.16.0.1
172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1
239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::a00:1
64:ff9b:1::8.8.8.8 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:db8::1 2001:10::1 2002:7f00:1::
2002:808:808:: 3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 2606:4700::1%1 fec0::1 ff02::1
localhost example.com 127.1 2130706433 0x7f000001 0177.0.0.1 127.0.0.1:80 [::1] 1.2.3
""".split()
PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 223.255.255.255
2606:4700:4700::1111 2a00:1450:4001::1 2001:4860:4860::8888 ::ffff:8.8.8.8 64:ff9b::808:808
""".split()


@pytest.mark.parametrize("ip", [*PRIVATE, ""])
def test_nothing_but_one_machine_in_the_public_internet_is_public(ip: str) -> None:
    assert not addresses.public(ip)


@pytest.mark.parametrize("ip", PUBLIC)
def test_a_machine_in_the_public_internet_is_public(ip: str) -> None:
    assert addresses.public(ip)


@given(st.ip_addresses(v=4))
def test_an_address_is_as_public_in_the_clothes_of_the_newer_protocol(ip: ipaddress.IPv4Address) -> None:
    assert addresses.public(f"::ffff:{ip}") == addresses.public(f"64:ff9b::{ip}") == addresses.public(str(ip))


@given(st.ip_addresses())
def test_what_python_knows_to_be_private_is_never_public(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        embedded = getattr(ip, "ipv4_mapped", None)
        assert not addresses.public(str(ip)) or (embedded and addresses.public(str(embedded)))


def test_an_exception_holds_for_its_address_and_port_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "ALLOWED", set())
    addresses.allow(["127.0.0.1:8801", "[::1]:8801"])
    assert addresses.may_connect("127.0.0.1", 8801)
    assert addresses.may_connect("::1", 8801)
    assert not addresses.may_connect("127.0.0.1", 8802)
    assert not addresses.may_connect("127.0.0.2", 8801)
    assert not addresses.may_connect("localhost", 8801)
    assert not addresses.may_connect("::ffff:127.0.0.1", 8801)
    assert addresses.may_connect("8.8.8.8", 443)
