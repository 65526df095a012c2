"""What a charge point told beside its chargers' states, over HTTP."""

from dataclasses import fields

import pytest
from pydantic import BaseModel

from api.schemas import records as schemas
from model import charge_point_records as nouns
from model.charge_point_records import RECORDS
from tests.fakes.people import Someone
from tests.unit.api.sites.test_chargepoint import CP, Reporter, box, reporter

__all__ = ["box", "reporter"]


def test_records_nobody_told_anything_for_are_there_and_empty(root: Someone, box: str) -> None:
    records = root.get(f"{CP}/records").json["records"]
    assert records.keys() == RECORDS.keys()
    assert records["firmware"] == {
        "status": "", "signed": False, "request_id": None, "command_id": None, "location": "", "steps": [],
        "updated_at": None,
    }  # fmt: skip
    assert records["certificates"]["refused"] is None


def test_what_a_charge_point_tells_is_in_its_records(root: Someone, box: str, reporter: Reporter) -> None:
    reporter.report("notice", action="FirmwareStatusNotification", payload={"status": "Downloading"})
    reporter.report("notice", action="LogStatusNotification", payload={"status": "Uploaded", "requestId": 3})
    reporter.report("notice", action="SignCertificate", payload={"csr": "x"})
    records = root.get(f"{CP}/records").json["records"]
    [step] = records["firmware"]["steps"]
    assert step == {"status": "Downloading", "at": records["firmware"]["updated_at"]}
    assert (records["log"]["status"], records["log"]["request_id"]) == ("Uploaded", 3)
    assert records["certificates"]["refused"] == "this deployment has no authority"


def test_notices_come_in_pages_the_newest_first(root: Someone, box: str, reporter: Reporter, services) -> None:
    for number in range(3):
        services.clock.advance(seconds=1)
        reporter.report("notice", action="DataTransfer", payload={"vendorId": str(number), "data": [[number]]})
    reporter.report("notice", action="SecurityEventNotification", payload={"type": "MemoryExhaustion"})
    first = root.get(f"{CP}/notices?action=DataTransfer&page_size=2").json
    assert [each["payload"] for each in first["notices"]] == [
        {"vendorId": "2", "data": [[2]]}, {"vendorId": "1", "data": [[1]]},
    ]  # fmt: skip
    rest = root.get(f"{CP}/notices?action=DataTransfer&page_size=2&page_token={first['next_page_token']}").json
    assert ([each["payload"]["vendorId"] for each in rest["notices"]], rest["next_page_token"]) == (["0"], None)
    [alarm] = root.get(f"{CP}/notices?action=SecurityEventNotification").json["notices"]
    assert alarm["critical"] is True
    assert alarm["at"] == alarm["occurred_at"]


def test_a_page_token_of_one_list_is_none_of_another(root: Someone, box: str, reporter: Reporter) -> None:
    for _ in range(2):
        reporter.report("notice", action="DataTransfer", payload={})
    token = root.get(f"{CP}/notices?page_size=1").json["next_page_token"]
    refused = root.get(f"/api/location?page_token={token}")
    assert (refused.status_code, refused.json["code"]) == (422, "invalid_page_token")


def test_unchanged_records_need_no_second_answer(root: Someone, box: str) -> None:
    tag = root.get(f"{CP}/records").headers["ETag"]
    assert root.get(f"{CP}/records", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["records", "notices"])
def test_a_charge_point_that_is_forgotten_has_none(root: Someone, box: str, path: str) -> None:
    assert root.delete(CP).status_code == 200
    refused = root.get(f"{CP}/{path}")
    assert (refused.status_code, refused.json["code"]) == (404, "charge_point_not_found")


@pytest.mark.parametrize(
    ("noun", "schema"),
    [
        (nouns.Configuration, schemas.Configuration),
        (nouns.ConfigurationKey, schemas.ConfigurationKey),
        (nouns.LocalList, schemas.LocalList),
        (nouns.ChargingProfiles, schemas.ChargingProfiles),
        (nouns.InstalledProfile, schemas.ChargingProfile),
        (nouns.Availability, schemas.Availability),
        (nouns.ConnectorAvailability, schemas.ConnectorAvailability),
        (nouns.Firmware, schemas.Firmware),
        (nouns.Upload, schemas.Upload),
        (nouns.Step, schemas.Step),
        (nouns.Certificates, schemas.Certificates),
        (nouns.IssuedCertificate, schemas.IssuedCertificate),
        (nouns.InstalledCertificate, schemas.InstalledCertificate),
    ],
)
def test_every_field_of_a_record_is_shown(noun: type, schema: type[BaseModel]) -> None:
    assert [each.name for each in fields(noun)] == list(schema.model_fields)
