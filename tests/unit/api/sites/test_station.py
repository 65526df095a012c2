"""The paths of an earlier system: other names of our routes, with the same views, access and answers."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from api.access import TABLE
from api.resource import PREFIX
from api.station import ALIASES
from docs.openapi import openapi_file
from tests.fakes.people import Someone


@pytest.mark.parametrize("alias", ALIASES, ids=lambda alias: f"{alias.method} {alias.rule}")
def test_an_alias_is_for_the_same_people_as_its_target(alias) -> None:
    assert TABLE[alias.method, PREFIX + alias.rule] == TABLE[alias.method, PREFIX + alias.target]


def test_an_alias_is_marked_in_the_openapi_document_and_leads_to_a_route() -> None:
    paths = json.loads(openapi_file(Path()))["paths"]
    marked = {
        (method, path): each["x-alias-of"]
        for path, item in paths.items()
        for method, each in item.items()
        if "x-alias-of" in each
    }
    assert len(marked) == len(ALIASES)
    for (method, path), target in marked.items():
        assert "x-alias-of" not in paths[target][method]
        assert paths[path][method]["x-who"] == paths[target][method]["x-who"]
        assert paths[path][method]["responses"].keys() == paths[target][method]["responses"].keys()


def test_a_station_is_the_charger(nobody: Someone, lot: str) -> None:
    by_name = nobody.get("/api/station/Lot:A")
    assert (by_name.status_code, by_name.json) == (200, nobody.get(f"{lot}/charger/A").json)
    assert nobody.get("/api/station/" + quote("LOT:a", safe="")).json == by_name.json
    assert nobody.get("/api/station/Lot:A", headers={"If-None-Match": by_name.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("word", ["Lot", "Lot:", ":A", ":", "Lot:A:1", "Lot:Z", "no:A", "%00:A", "Lot%20:A", "ü:ß"])
def test_a_word_that_names_no_charger_is_404(nobody: Someone, ann: Someone, lot: str, word: str) -> None:
    del lot
    assert nobody.get(f"/api/station/{word}").status_code == 404
    assert nobody.get(f"/api/station/{word}/last_charge").status_code == 404
    assert ann.post(f"/api/station/{word}/reserve").status_code == 404


def test_stations_are_listed_page_by_page(root: Someone, nobody: Someone, lot: str) -> None:
    del lot
    root.post("/api/location/Annex")
    root.post("/api/location/Annex/charger/Z", {})
    root.patch("/api/location/lot/charger/B", {"out_of_service": True})
    shown = [(each["location_id"], each["charger_id"]) for each in nobody.get("/api/station").json["stations"]]
    assert shown == [("Annex", "Z"), ("Lot", "A")]
    first = root.get("/api/station?page_size=2").json
    rest = root.get(f"/api/station?page_size=2&page_token={first['next_page_token']}").json
    assert [each["charger_id"] for each in first["stations"] + rest["stations"]] == ["Z", "A", "B"]
    assert rest["next_page_token"] is None


@pytest.mark.parametrize("token", ["x", "????", "TG90", "bG90", "Ög", "a" * 4000])
def test_a_page_token_of_another_list_is_422(nobody: Someone, lot: str, token: str) -> None:
    del lot
    answer = nobody.get(f"/api/station?page_token={token}")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_page_token")
