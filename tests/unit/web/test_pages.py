"""Every page: who may open it, what it may do in a browser, and where its files come from."""

import json
import re

import pytest
from flask import Flask

from api.access import TABLE, Who, routes
from tests.unit.web.browser import Browser
from web import access
from web.catalogue import LANGUAGES, texts
from web.files import PACKAGES, VENDOR

ADMINS = sorted(rule for (method, rule), entry in access.TABLE.items() if Who.ADMIN in entry.who and method == "GET")


def test_the_tables_of_pages_and_of_the_api_are_every_route(app: Flask) -> None:
    assert routes(app) == TABLE.keys() | access.TABLE.keys()
    assert not TABLE.keys() & access.TABLE.keys()


@pytest.mark.parametrize("rule", ADMINS)
def test_a_page_for_managers_is_refused_to_others(nobody: Browser, ann: Browser, rule: str) -> None:
    path = re.sub(r"<(?:\w+:)?\w+>", "1", rule)
    answer = nobody.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login?next=")
    refused = ann.get(path)
    assert refused.status_code == 403
    assert "Not for this account" in refused.text
    part = nobody.get(path, headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"].startswith("/login")


@pytest.mark.parametrize("path", ["/app/", "/app/anywhere/at/all", "/login", "/dashboard/"])
def test_a_page_runs_no_script_within_it_and_loads_nothing_from_elsewhere(manager: Browser, path: str) -> None:
    answer = manager.get(path)
    assert answer.status_code == 200
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert "unsafe-eval" not in policy["script-src"].replace("wasm-unsafe-eval", "")
    assert policy["frame-ancestors"] == "'none'"
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    for address in re.findall(r'(?:src|href)="([^"]+)"', answer.text):
        assert address.startswith(("/", "#")), address
        if address.startswith(("/static/", "/vendor/")):
            assert manager.get(address).status_code == 200, address


def test_files_are_kept_for_good_under_their_version(nobody: Browser) -> None:
    address = re.search(r'href="(/static/[^"]+\.css)"', nobody.get("/app/").text)
    assert address is not None
    answer = nobody.get(address[1])
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.mimetype == "text/css"


@pytest.mark.parametrize(
    "name",
    [
        "driver/pages.py",
        "driver/../session.py",
        "driver/../node_modules/htmx.org/dist/htmx.min.js",
        "driver/../templates/driver/sw_list.js",
        "../main.py",
        "templates/shared/base.html",
        "driver/none.js",
        "texts/x",
    ],
)
def test_nothing_else_is_read(nobody: Browser, name: str) -> None:
    assert nobody.get(f"/static/v/{name}").status_code == 404
    assert nobody.get(f"/vendor/v/{name}").status_code == 404


def test_every_package_has_the_files_pages_take_from_it() -> None:
    assert [name for name, place in VENDOR.items() if not (PACKAGES / place).is_file()] == []


def test_the_app_can_be_installed(nobody: Browser) -> None:
    manifest = json.loads(nobody.get("/app/manifest.webmanifest").text)
    assert manifest["display"] == "standalone"
    assert nobody.get(manifest["icons"][0]["src"]).status_code == 200
    worker = nobody.get("/app/sw.js")
    assert "const VERSION" in worker.text
    assert worker.headers["Cache-Control"] == "no-cache"


def test_every_language_has_every_text_with_the_same_gaps() -> None:
    english = texts(LANGUAGES[0])
    for language in LANGUAGES[1:]:
        others = texts(language)
        assert others.keys() == english.keys()
        for key, text in english.items():
            assert set(re.findall(r"{\w+}", others[key])) == set(re.findall(r"{\w+}", text)), key


def test_the_browser_says_the_language(nobody: Browser) -> None:
    page = nobody.get("/login", headers={"Accept-Language": "de-AT,de;q=0.9"})
    assert '<html lang="de">' in page.text
    assert "Anmelden" in page.text
