"""Whose door it is: the path of a request, however its charge point writes it."""

import pytest

from ocpp_bridge.sockets.door import charge_point_id_of


@pytest.mark.parametrize(
    ("path", "charge_point_id"),
    [
        ("/ocpp/CP-1", "CP-1"),
        ("/ocpp/CP-1/", "CP-1"),
        ("/ocpp/%43P%2D1?version=1.6", "CP-1"),
        ("/ocpp/CP%201%2F%C3%BC", "CP 1/ü"),
        ("/ocpp/CP+1", "CP+1"),
        ("/ocpp//CP-1", "CP-1"),  # An address that ends in a slash, and a charge point that adds one.
        ("//ocpp/CP-1//", "CP-1"),
        ("ws://example.org:9000/ocpp/CP-1", "CP-1"),
        ("https://example.org/ocpp/CP-1", "CP-1"),
    ],
)
def test_an_identity_is_read_however_its_path_is_written(path: str, charge_point_id: str) -> None:
    assert charge_point_id_of(path) == charge_point_id


@pytest.mark.parametrize(
    "path",
    ["", "/", "/ocpp", "/ocpp/", "/ocpp//", "/ocpp/a/b", "/OCPP/CP-1", "/x/ocpp/CP-1", "/ocpp/%FF", "/ocpp/a%0Ab",
     "/ocpp/" + "x" * 65, "ftp://example.org/ocpp/CP-1", "?/ocpp/CP-1"],
)  # fmt: skip
def test_any_other_path_is_nobodys(path: str) -> None:
    assert charge_point_id_of(path) is None
