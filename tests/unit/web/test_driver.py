"""The drivers' app, as far as it can be looked at without a browser: its texts, its files, its weight."""

import gzip
import json
import re
from pathlib import Path

import pytest

from tests.unit.web.browser import Browser
from web.catalogue import LANGUAGES, texts
from web.driver.pages import FIRST
from web.files import HERE

SCRIPTS = sorted((HERE / "driver").rglob("*.js"))
MOST_BYTES = 120_000
"""Of the first load, compressed."""


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_every_text_the_app_asks_for_is_there() -> None:
    known = {key.removeprefix("driver.") for key in texts(LANGUAGES[0]) if key.startswith("driver.")}
    asked = {key for path in SCRIPTS for key in re.findall(r'(?<![\w.])t\(\s*"([^"]+)"', read(path))}
    assert len(asked) > 100
    assert asked - known == set()
    beginnings = {key for path in SCRIPTS for key in re.findall(r"(?<!\w)(?:t|said)\(`([\w.]+)\$", read(path))}
    assert {one for one in beginnings if not any(key.startswith(one) for key in known)} == set()


def test_modules_load_files_that_are_there_and_nothing_from_elsewhere() -> None:
    for path in SCRIPTS:
        for found in re.findall(r'(?:^import .*?|^} from |import\()"([^"]+)"', read(path), re.MULTILINE):
            assert found.startswith("."), (path.name, found)
            assert (path.parent / found).resolve().is_file(), (path.name, found)
        named = read(path).replace("http://www.w3.org/2000/svg", "")  # a name, not an address
        assert not re.search(r"https?://", named), path.name


def test_no_script_writes_markup_or_keeps_a_token() -> None:
    for path in SCRIPTS:
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", read(path)), path.name
        assert not re.search(r"Authorization|Bearer", read(path)), path.name


def test_the_bounds_that_live_js_states_are_those_of_its_paces() -> None:
    text = read(HERE / "driver" / "live.js")
    paces = {name: int(seconds) for name, seconds in re.findall(r"(\w+): (\d+)", text.partition("PACE_S = {")[2][:80])}
    an_hour = {name: 3600 // seconds for name, seconds in paces.items()}
    assert an_hour["waiting"] == an_hour["looking"]
    looking = 4 * an_hour["looking"]
    offered = 2 * an_hour["offer"]
    assert f"at most {looking} reads an hour" in text
    assert f"{offered:,} in an hour of nothing but" in text
    cost = read(HERE / "templates" / "dashboard" / "cost.html")
    assert f"at most {looking} documents an hour" in cost
    assert f"every {paces['looking']} s (every {paces['offer']} s during an offer)" in cost


def test_the_first_load_is_light(nobody: Browser) -> None:
    page = nobody.get("/app/")
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.text)
    modules = re.findall(r'(?:modulepreload" href|module" src)="([^"]+)"', page.text)
    assert len(modules) == len(FIRST) + 1
    answers = [page, nobody.get("/app/texts/en.json"), *(nobody.get(address) for address in (*styles, *modules))]
    assert all(answer.status_code == 200 for answer in answers)
    weight = sum(len(gzip.compress(answer.data)) for answer in answers)
    assert 10_000 < weight < MOST_BYTES


def test_what_is_loaded_first_is_all_that_the_first_screen_imports() -> None:
    needed, left = set(), {HERE / "driver" / "app.js", HERE / "driver" / "views" / "places.js"}
    while left:
        path = left.pop()
        needed.add(path.relative_to(HERE).as_posix())
        found = re.findall(r'^import .*?"(\.[^"]+)"|^} from "(\.[^"]+)"', read(path), re.MULTILINE)
        imported = {(path.parent / (one or other)).resolve() for one, other in found}
        left |= {one for one in imported if one.relative_to(HERE).as_posix() not in needed}
    assert needed == {*FIRST, "driver/app.js"}


def test_the_service_worker_keeps_the_whole_app_and_nothing_of_the_dashboard(nobody: Browser) -> None:
    kept = re.search(r"const FILES = (\[.*?\]);", nobody.get("/app/sw.js").text)
    assert kept is not None
    files = json.loads(kept[1])
    for path in SCRIPTS:
        there = any(name.endswith(path.relative_to(HERE).as_posix()) for name in files)
        assert there is (path.name != "sw.js"), path.name
    assert not any("/dashboard/" in name for name in files)
    assert all(nobody.get(name).status_code == 200 for name in files)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_of_a_language_are_kept_apart_from_other_rooms(nobody: Browser, language: str) -> None:
    answer = nobody.get(f"/app/texts/{language}.json")
    assert answer.json["driver.accept"] in {"Accept", "Annehmen"}
    assert all(key.startswith(("driver.", "demo.")) for key in answer.json)
    assert nobody.get("/app/texts/fr.json").status_code == 404
