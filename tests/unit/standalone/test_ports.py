"""Which ports a run takes."""

import socket

import pytest

from standalone.ports import Wish, free_ports, settle
from standalone.stopping import CannotRun


def test_a_taken_port_is_named_with_the_option_that_chooses_another():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotRun) as refused:
            settle([Wish("127.0.0.1", port, "charge points", "--ocpp-port")])
    assert str(port) in str(refused.value)
    assert "charge points" in str(refused.value)
    assert "--ocpp-port" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_port_that_was_used_a_moment_ago_is_free():
    (port,) = free_ports(1)
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen()
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()  # ends first, so the address lingers
    assert settle([Wish("127.0.0.1", port, "the API", "--port")]) == [port]


def test_free_ports_are_all_different():
    assert len(set(free_ports(20))) == 20


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1"])
def test_a_host_that_is_not_here_is_named_instead_of_the_port(host):
    with pytest.raises(CannotRun, match=f"^{host} is no address of this machine"):
        settle([Wish(host, 0, "the API", "--port")])
