"""Locations found by name and by distance, over HTTP."""

import pytest

from tests.fakes.people import Someone

HELSINKI, ESPOO = (60.17, 24.94), (60.21, 24.66)


@pytest.fixture
def places(root: Someone) -> None:
    for name, body in {
        "harbour": {"name": "Harbour Straße", "latitude": HELSINKI[0], "longitude": HELSINKI[1]},
        "hill": {"name": "Hill", "address": "2 Harbour View", "latitude": ESPOO[0], "longitude": ESPOO[1]},
        "attic": {"name": "Without a position"},
        "gone": {"name": "Harbour of old", "latitude": HELSINKI[0], "longitude": HELSINKI[1]},
    }.items():
        assert root.post(f"/api/location/{name}", body).status_code == 201
    root.delete("/api/location/gone")


def ids(reader: Someone, query: str) -> list[str]:
    return [each["location_id"] for each in reader.get(f"/api/location?{query}").json["locations"]]


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["attic", "harbour", "hill"]),
        ("search=HARB", ["harbour", "hill"]),
        ("search=STRASSE", ["harbour"]),
        ("search=%20hill%20", ["hill"]),
        ("search=nothing", []),
        ("near=60.2,24.7", ["hill", "harbour", "attic"]),
        ("near=60.17,24.94&within_m=1000", ["harbour"]),
        ("near=%2060.17%20,%2024.94&within_m=0", ["harbour"]),
        ("near=-60,-24&within_m=1000", []),
        ("near=60.17,24.94&within_m=50000000", ["harbour", "hill"]),
        ("search=hill&near=60.17,24.94", ["hill"]),
    ],
)
def test_locations_are_found_by_name_and_distance(nobody: Someone, query: str, expected: list[str]) -> None:
    assert ids(nobody, query) == expected


@pytest.mark.usefixtures("places")
def test_the_distance_is_told_and_pages_go_on_in_its_order(root: Someone, nobody: Someone) -> None:
    first = nobody.get("/api/location?near=60.17,24.94&page_size=1").json
    assert (first["locations"][0]["location_id"], first["locations"][0]["distance_m"]) == ("harbour", 0)
    rest = nobody.get(f"/api/location?near=60.17,24.94&page_token={first['next_page_token']}").json
    shown = [(each["location_id"], each["distance_m"]) for each in rest["locations"]]
    assert shown == [("hill", 16104), ("attic", None)]
    assert rest["next_page_token"] is None
    assert "gone" in ids(root, "near=60.17,24.94")
    assert nobody.get("/api/location/hill").json["location"]["distance_m"] is None


@pytest.mark.parametrize(
    "query",
    [
        "near=", "near=60", "near=60,", "near=91,0", "near=0,181", "near=a,b", "near=nan,nan", "near=1e3,0",
        "near=60;24", "near=60,24,1", "within_m=5", "near=60,24&within_m=-1", "near=60,24&within_m=far",
        "near=60,24&within_m=60000000", "radius=5", "near=60,24&near=61,24", "search=" + "x" * 201, "near=٦٠,٢٤",
    ],
)  # fmt: skip
def test_what_is_no_search_is_422(nobody: Someone, query: str) -> None:
    assert nobody.get(f"/api/location?{query}").status_code == 422
