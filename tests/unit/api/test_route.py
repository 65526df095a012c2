"""An address can be asked for, though the app is made without what builds it."""

from flask import Flask, url_for


def test_an_address_is_built_when_it_is_asked_for(app: Flask) -> None:
    endpoint = next(rule.endpoint for rule in app.url_map.iter_rules() if rule.rule == "/api/location/<location_id>")
    with app.test_request_context():
        for location_id in ("lot", "a b"):
            address = url_for(endpoint, location_id=location_id, page=2)
            assert address == f"/api/location/{location_id.replace(' ', '%20')}?page=2"
