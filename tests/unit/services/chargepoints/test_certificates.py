"""Charge points' requests for certificates: signed, kept, sent back as a command once; refused with a reason."""

from dataclasses import replace
from typing import Any

import pytest

from model import paths
from model.charge_point_records import Certificates
from model.store.query import Query
from tests.fakes.certificate_requests import authority, request_pem
from tests.fakes.site_world import World


@pytest.fixture
def yard() -> World:
    world = World(authority=authority())
    world.location()
    world.charge_point()
    return world


def tell(world: World, action: str, payload: dict[str, Any]) -> dict[str, Any]:
    world.clock.advance(seconds=1)
    return world.tell("CP1", "notice", action=action, payload=payload)


def certificates(world: World) -> Certificates:
    return world.services.records.get("CP1", "certificates", Certificates)


def test_a_certificate_is_signed_kept_and_sent_as_a_command(yard):
    assert tell(yard, "SignCertificate", {"csr": request_pem("CP1")})["outcome"] == "applied"
    [issued] = certificates(yard).issued
    bridge_id, command = yard.bus.commands[-1]
    assert (bridge_id, command.action, command.command_id) == ("b1", "CertificateSigned", issued.command_id)
    assert command.payload["certificateChain"].startswith(issued.pem)
    assert yard.services.commands.get("CP1", issued.command_id).issued_by == "authority"
    documents = [repr(document.data) for document in yard.inner.query(Query(paths.COMMANDS))]
    assert documents
    assert not any("PRIVATE KEY" in text for text in [*documents, repr(certificates(yard))])


def test_a_certificate_that_is_asked_for_twice_with_one_event_is_signed_and_sent_once(yard):
    event = yard.event("CP1", "notice", action="SignCertificate", payload={"csr": request_pem("CP1")})
    yard.post(event)
    assert [result.outcome for result in yard.post(event).results] == ["repeat"]
    assert len(certificates(yard).issued) == len(yard.bus.commands) == 1


def test_a_certificate_whose_command_was_lost_is_sent_with_the_repeat(yard):
    event = yard.event("CP1", "notice", action="SignCertificate", payload={"csr": request_pem("CP1")})
    yard.post(event)
    lost = certificates(yard)
    unsent = replace(lost, issued=(replace(lost.issued[0], command_id=""),))
    yard.services.records.change("CP1", "certificates", Certificates, lambda _: unsent)
    yard.post(event)
    assert [command.payload for _, command in yard.bus.commands] == [yard.bus.commands[0][1].payload] * 2
    assert certificates(yard).issued[0].command_id == yard.bus.commands[1][1].command_id


def test_a_refused_request_says_why_also_when_it_is_posted_again(yard):
    event = yard.event("CP1", "notice", action="SignCertificate", payload={"csr": request_pem("CP2")})
    for _ in range(2):
        [result] = yard.post(event).results
        assert (result.outcome, result.reason) == ("noted", "certificate_refused")
    assert certificates(yard).refused == "its common name is 'CP2', not 'CP1'"
    assert yard.bus.commands == []
    tell(yard, "SignCertificate", {"csr": request_pem("CP1")})
    assert (certificates(yard).refused, len(certificates(yard).issued)) == ("", 1)


def test_a_request_that_comes_late_was_refused_by_its_bridge(yard):
    event = yard.event("CP1", "notice", action="SignCertificate", payload={"csr": request_pem("CP1")})
    yard.clock.advance(seconds=4)
    assert [result.outcome for result in yard.post(event).results] == ["noted"]
    assert certificates(yard).refused == "it came too late to be answered"


@pytest.mark.parametrize("payload", [{}, {"csr": 7}, {"csr": ["x"]}])
def test_a_request_without_a_request_is_refused(yard, payload: dict[str, Any]):
    assert tell(yard, "SignCertificate", payload)["reason"] == "certificate_refused"


def test_ten_certificates_in_an_hour_are_enough(yard):
    for _ in range(10):
        assert tell(yard, "SignCertificate", {"csr": request_pem("CP1")})["outcome"] == "applied"
    assert tell(yard, "SignCertificate", {"csr": request_pem("CP1")})["outcome"] == "noted"
    assert certificates(yard).refused == "it had 10 within an hour"
    yard.clock.advance(seconds=3600)
    assert tell(yard, "SignCertificate", {"csr": request_pem("CP1")})["outcome"] == "applied"
    assert len(certificates(yard).issued) == 10


def test_without_an_authority_no_certificate_is_signed(world):
    world.location()
    world.charge_point()
    assert tell(world, "SignCertificate", {"csr": request_pem("CP1")})["reason"] == "certificate_refused"
    assert certificates(world).refused == "this deployment has no authority"
