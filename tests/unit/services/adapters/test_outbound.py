"""Requests to addresses that people gave us: the public internet only."""

import ipaddress
import socket
from collections.abc import Iterator

import pytest

from services.adapters.outbound import MOST_BYTES, BadAddress, Outbound, Unreachable, is_public
from tests.fakes.http_sink import HttpSink


@pytest.fixture
def sink() -> Iterator[HttpSink]:
    with HttpSink() as server:
        yield server


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "https://", "ftp://push.example.org/x", "http://push.example.org/x", "https://u:p@push.example.org/",
        "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/computeMetadata/v1/", "https://10.1.2.3/",
        "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/", "https://0.0.0.0/", "https://100.64.0.1/",
        "https://push.example.org/a b", "https://push.example.org/\n", "https://push.example.org:99999/",
        "https://pu\u2215sh.example.org/", "file:///etc/passwd", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_an_address_that_is_private_or_none_is_refused(url):
    with pytest.raises(BadAddress):
        Outbound().check(url)
    with pytest.raises(BadAddress):
        Outbound().post(url, b"x", {})


@pytest.mark.parametrize("url", ["https://fcm.googleapis.com/fcm/send/abc", "https://push.example.org:8443/x"])
def test_a_public_one_is_taken(url):
    assert Outbound().check(url).endswith(("443", "8443"))


def test_a_name_that_leads_to_a_private_address_is_refused_when_it_is_looked_up(monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(BadAddress, match="private"):
        Outbound().post("https://push.example.org/x", b"x", {})


def test_a_host_that_is_let_in_may_be_private_at_that_port_only(sink):
    assert Outbound({sink.host}).post(f"{sink.url}/x", b"hello", {"X-Test": "1"}).status == 201
    [request] = sink.received
    assert (request.path, request.body, request.headers["x-test"]) == ("/x", b"hello", "1")
    with pytest.raises(BadAddress):
        Outbound({"127.0.0.1:1"}).post(f"{sink.url}/x", b"x", {})


def test_a_redirect_is_not_followed(sink):
    sink.answers = [(302, {"Location": "http://169.254.169.254/"})]
    assert Outbound({sink.host}).post(sink.url + "/", b"x", {}).status == 302
    assert len(sink.received) == 1


def test_nobody_there_and_no_answer_are_told_apart(sink):
    outbound = Outbound({sink.host, "127.0.0.1"}, timeout_s=0.2)
    sink.silent.set()
    with pytest.raises(Unreachable) as silent:
        outbound.post(sink.url + "/", b"x", {})
    assert silent.value.silent
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable) as refused:
            outbound.post(f"http://127.0.0.1:{taken.getsockname()[1]}/", b"x", {})
    assert not refused.value.silent


def test_addresses_that_stand_for_others_are_judged_by_those():
    assert not is_public(ipaddress.ip_address("2002:7f00:1::"))
    assert not is_public(ipaddress.ip_address("224.0.0.1"))
    assert is_public(ipaddress.ip_address("2606:2800:220:1::1"))
    assert MOST_BYTES <= 4096
