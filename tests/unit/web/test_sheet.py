"""The sheet of QR codes: each leads to its charger, and proves that one is there where that is asked for."""

import re
from typing import Any

import pytest
import segno

from tests.fakes.people import People, Someone
from tests.unit.web.browser import Browser


@pytest.fixture
def root(people: People) -> Someone:
    root = people.admin("root")
    root.post("/api/location/Lot", {"name": "The lot"})
    for charger in ("A", "ü&?"):
        assert root.post(f"/api/location/Lot/charger/{charger.replace('?', '%3F')}").status_code == 201
    return root


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is drawn."""
    drawn: list[str] = []
    make = segno.make

    def kept(link: str, **more: Any) -> segno.QRCode:
        drawn.append(link)
        return make(link, **more)

    monkeypatch.setattr(segno, "make", kept)
    return drawn


def test_each_code_leads_to_its_charger(manager: Browser, root: Someone, links: list[str]) -> None:
    page = manager.get("/dashboard/location/Lot/sheet")
    assert page.text.count("<svg") == 2
    assert links == ["http://localhost/app/c/Lot/A", "http://localhost/app/c/Lot/%C3%BC%26%3F"]


def test_where_presence_is_asked_for_the_code_proves_it(
    manager: Browser, root: Someone, people: People, links: list[str]
) -> None:
    root.patch("/api/location/Lot", {"settings": {"presence": "qr"}})
    manager.get("/dashboard/location/Lot/sheet")
    code = re.fullmatch(r".*/app/c/Lot/A\?code=(\w+)", links[0])
    assert code is not None
    ann = people.user("ann")
    assert ann.post("/api/location/Lot/queue").json["code"] == "presence_required"
    assert ann.post("/api/location/Lot/queue", {"code": code[1]}).status_code == 201
    root.post("/api/location/Lot/codes", {})
    assert people.user("bob").post("/api/location/Lot/queue", {"code": code[1]}).json["code"] == "wrong_code"
    manager.get("/dashboard/location/Lot/sheet")
    assert links[-2] != links[0]


@pytest.mark.parametrize(("kind", "begins"), [("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_one_code_is_a_file(manager: Browser, root: Someone, kind: str, begins: bytes) -> None:
    answer = manager.get(f"/dashboard/location/Lot/charger/A/code.{kind}")
    assert answer.data.startswith(begins)
    assert answer.headers["Content-Disposition"] == f'inline; filename="Lot-A.{kind}"'
    assert manager.get("/dashboard/location/Lot/charger/A/code.exe").status_code == 404
    assert manager.get(f"/dashboard/location/Lot/charger/Z/code.{kind}").status_code == 404
