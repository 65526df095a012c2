"""An exported page in a browser, opened from disk: readable, with a chart, in light and dark, and calling nobody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from model.export import Format, Wanted, What
from tests.fakes.busy_yard import begin, lived
from tests.fakes.site_world import YARD, World


def test_a_page_shows_its_chart_above_its_table(opened: Callable[..., Page], tmp_path: Path) -> None:
    world = lived(World())
    since = begin(world) - timedelta(hours=1)
    wanted = Wanted(
        what=What.SESSIONS, format=Format.HTML, location_id=YARD, since=since, until=since + timedelta(days=3)
    )
    for what, rows in ((What.SESSIONS, 6), (What.STATUS_HISTORY, None), (What.MEASUREMENTS, 72)):
        file = tmp_path / f"{what.value}.html"
        file.write_bytes(b"".join(world.services.exports.now(replace(wanted, what=what))))
        page = opened(file.as_uri(), scheme="dark" if what is What.SESSIONS else "light")
        expect(page.get_by_role("table")).to_be_visible()
        expect(page.get_by_role("img")).to_be_visible()
        if rows is not None:
            assert page.get_by_role("row").count() == rows + 1
        chart, table = page.get_by_role("img").bounding_box(), page.get_by_role("table").bounding_box()
        assert chart is not None
        assert table is not None
        assert chart["y"] + chart["height"] <= table["y"]
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
