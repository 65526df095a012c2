"""Exports as their readers read them: csv, json, openpyxl, an HTML parser."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from model.errors import Invalid, NotFound
from model.export import Format, Wanted, What
from model.money.digits import in_major
from model.store.counting import CountingStore
from services.export import xlsx_file as xlsx
from services.export.chart import MOST_POINTS, Bars, Lines
from services.export.csv_file import csv_file
from services.export.html_file import html_file
from services.export.json_file import json_file
from services.export.table import Cell, Column, Row, Table
from services.export.xlsx_file import xlsx_file
from tests.fakes.busy_yard import begin, lived, sessions_of
from tests.fakes.site_world import YARD, World

TABLE = Table("Things", (Column("text"), Column("number", 0), Column("amount", 2)), (("location", "<Yard> & co"),))
NASTY = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\tx",
    "\rx",
    "\uff1dx",
    'a;b,"c"\nd',
    "<script>alert(1)</script>",
    "é\u2028",
    "'=x",
    "",
]
ROWS: list[Row] = [(text, number, Decimal("0.10")) for number, text in enumerate(NASTY)] + [(None, None, None)]


@pytest.fixture(scope="module")
def busy() -> World:
    return lived(World())


@pytest.fixture
def wanted(busy: World) -> Wanted:
    since = begin(busy)
    until = since + timedelta(days=3)
    return Wanted(what=What.SESSIONS, format=Format.CSV, location_id=YARD, since=since, until=until)


def read_csv(file: bytes) -> list[dict[str, str]]:
    assert file.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(file.decode("utf-8-sig"), newline="")))


def read_json(file: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(file, parse_float=Decimal)["rows"]
    return found


def read_xlsx(file: bytes) -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(BytesIO(file), read_only=True).worksheets[0]
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=False)) for row in rows]


class Page(HTMLParser):
    """The cells of the table, line by line, and every tag and address there is."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[list[str]] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [str(value) for name, value in attrs if name in {"src", "href", "action", "style"}]
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag == "tr":
            self.lines.append([])
        if tag in {"td", "th"}:
            self.lines[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.lines[-1][-1] += data


def read_html(file: bytes) -> list[dict[str, str]]:
    page = Page()
    page.feed(file.decode())
    page.close()
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert page.addresses == []
    head, *lines = page.lines
    return [dict(zip(head, line, strict=True)) for line in lines]


READERS: dict[Format, Callable[[bytes], list[dict[str, Any]]]] = {
    Format.CSV: read_csv, Format.JSON: read_json, Format.XLSX: read_xlsx, Format.HTML: read_html,
}  # fmt: skip


def exported(world: World, wanted: Wanted) -> list[dict[str, Any]]:
    return READERS[wanted.format](b"".join(world.services.exports.now(wanted)))


def same(one: object, other: Cell) -> bool:
    """Whether a reader found what was written: nothing may be empty text, a number its text or a float."""
    if other in {None, ""}:
        return one in {None, ""}
    if isinstance(one, str) and not isinstance(other, str):
        return Decimal(one) == other
    if isinstance(one, float) and isinstance(other, Decimal):
        return Decimal(str(one)) == other
    return one == other


@pytest.mark.parametrize("kind", Format)
def test_every_reader_finds_every_cell(kind: Format) -> None:
    render: dict[Format, Callable[[], Any]] = {
        Format.CSV: lambda: csv_file(TABLE, ROWS),
        Format.JSON: lambda: json_file(TABLE, ROWS),
        Format.XLSX: lambda: xlsx_file(TABLE, ROWS),
        Format.HTML: lambda: html_file(TABLE, ROWS, Bars(0, 2, "x")),
    }
    found = READERS[kind](b"".join(render[kind]()))
    found += [{}] * (len(ROWS) - len(found))  # A sheet ends before lines without anything.
    for read, (written, number, amount) in zip(found, ROWS, strict=True):
        text = written
        if kind is Format.CSV and text and str(text).startswith(tuple("=+-@\t\r\uff1d")):
            text = f"'{text}"
        if kind is Format.XLSX and read.get("text"):
            read["text"] = unescape(read["text"])  # In the format's own way, which openpyxl leaves to its users.
        assert same(read.get("text"), text), (read, text)
        assert same(read.get("number"), number)
        assert same(read.get("amount"), amount)


@pytest.mark.parametrize("kind", Format)
def test_sessions_are_exact_and_in_local_time(busy: World, wanted: Wanted, kind: Format) -> None:
    found = exported(busy, replace(wanted, format=kind))
    kept = [one for one in sessions_of(busy) if not one.never_plugged]
    assert len(found) == len(kept) == 6
    for row, session in zip(found, kept, strict=True):
        assert same(row["energy_kwh"], Decimal("12.345"))
        assert same(row["cost"], Decimal("3.70"))
        assert (row["currency"], row["end_reason"]) == ("EUR", "unplugged")
        assert same(row["session_id"], session.number)
        assert datetime.fromisoformat(row["assigned_time"]) == session.assigned_at
        assert row["assigned_time"].endswith("+01:00")
    assert {row["user"].removeprefix("'") for row in found} == {"ann", "bob", "=cid"}
    assert {row["tag"] for row in found} == {"…", "…id"}  # A short one is not shown at all.


@pytest.mark.parametrize("kind", Format)
def test_offers_that_led_to_nothing_come_on_request(busy: World, wanted: Wanted, kind: Format) -> None:
    found = exported(busy, replace(wanted, format=kind, unplugged=True))
    assert len(found) == len(sessions_of(busy)) == 8


@pytest.mark.parametrize("kind", Format)
def test_the_status_history_of_a_location_is_each_chargers_own(busy: World, wanted: Wanted, kind: Format) -> None:
    found = exported(busy, replace(wanted, what=What.STATUS_HISTORY, format=kind))
    for charger in ("c1", "c2"):
        plain = busy.services.history.page(YARD, charger, wanted.since, wanted.until, page_size=200).items[::-1]
        rows = [row for row in found if row["charger"] == charger]
        assert [(int(row["number"]), row["after"], row["cause"]) for row in rows] == [
            (one.number, one.after.value, one.cause) for one in plain
        ]
    assert [row["charger"] for row in found] == sorted(row["charger"] for row in found)
    assert {"faulted GroundFailure"} <= {row["detail"] for row in found}


@pytest.mark.parametrize("kind", Format)
def test_measurements_are_exact_in_the_order_of_time(busy: World, wanted: Wanted, kind: Format) -> None:
    found = exported(busy, replace(wanted, what=What.MEASUREMENTS, format=kind))
    assert len(found) == 2 * 3 * 12
    one = exported(
        busy,
        Wanted(what=What.MEASUREMENTS, format=kind, location_id="Yard", charger_id="C1", session_number=1),
    )
    assert len(one) == 3 * 12
    assert [row["time"] for row in one] == sorted(row["time"] for row in one)
    register = [row for row in one if row["measurand"] == "Energy.Active.Import.Register"]
    assert [(float(row["value"]), row["unit"]) for row in register] == [(1000, "Wh"), (1020, "Wh"), (1040, "Wh")]


def test_a_page_has_a_chart_for_each_kind(busy: World, wanted: Wanted) -> None:
    for what, mark in (
        (What.SESSIONS, "<rect"),
        (What.STATUS_HISTORY, 'class="faulted"'),
        (What.MEASUREMENTS, "<polyline"),
    ):
        text = b"".join(busy.services.exports.now(replace(wanted, what=what, format=Format.HTML))).decode()
        assert text.count("<svg") == 1
        assert mark in text[text.index("<svg") :]
    nothing = replace(wanted, format=Format.HTML, until=(wanted.since or begin(busy)) + timedelta(microseconds=1))
    nothing = replace(nothing, since=(nothing.since or begin(busy)) - timedelta(days=1), until=nothing.since)
    assert b"<svg" not in b"".join(busy.services.exports.now(nothing))


def test_a_chart_of_very_many_values_stays_small() -> None:
    lines = Lines(time_column=0, name_columns=(1,), value_column=2, unit_column=3)
    at = datetime.fromisoformat("2026-03-29T00:00:00+01:00")
    for number in range(10_000):
        lines.add(((at + timedelta(seconds=number)).isoformat(), "Power", Decimal(number % 7), "W"))
    drawing = lines.svg()
    assert MOST_POINTS / 2 <= drawing.count(",") <= MOST_POINTS + 2
    assert len(drawing) < 20_000


def test_a_file_is_made_page_by_page(busy: World, wanted: Wanted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read before it is wanted: the second page only when the first was written."""
    monkeypatch.setattr("services.export.sessions.MAX_PAGE", 2)
    monkeypatch.setattr("services.export.csv_file.FLUSH_CHARS", 1)
    assert isinstance(busy.store, CountingStore)
    with busy.store.measure() as count:
        pieces = busy.services.exports.now(wanted)
        next(pieces)
        first = count.reads
        rest = list(pieces)
    assert count.reads > first
    assert len(rest) == 6


def test_a_sheet_that_would_be_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    with pytest.raises(Invalid, match="3 rows at most"):
        list(xlsx_file(TABLE, ROWS))


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [(1234, "EUR", "12.34"), (5, "eur", "0.05"), (1234, "JPY", "1234"), (-1234, "KWD", "-1.234"), (7, "XXX", "0.07")],
)
def test_money_has_the_decimals_of_its_currency(amount: int, currency: str, text: str) -> None:
    assert str(in_major(amount, currency)) == text


def test_what_cannot_be_exported_is_refused(busy: World, wanted: Wanted) -> None:
    now = begin(busy)
    refused: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"until": now - timedelta(days=1)}, Invalid, "later than"),
        ({"since": None}, Invalid, "from when"),
        ({"until": None}, Invalid, "until when"),
        ({"until": now + timedelta(days=367)}, Invalid, "366 days"),
        ({"location_id": "nowhere"}, NotFound, "nowhere"),
        ({"location_id": "a/b"}, NotFound, "a/b"),
        ({"charger_id": "c9"}, NotFound, "c9"),
        ({"location_id": "", "charger_id": "c1"}, Invalid, "name it"),
        ({"what": What.STATUS_HISTORY, "location_id": ""}, Invalid, "Name the location"),
        ({"what": What.MEASUREMENTS, "charger_id": "c1", "session_number": 99}, NotFound, "session 99"),
    ]
    for changes, error, text in refused:
        with pytest.raises(error, match=text):
            busy.services.exports.now(replace(wanted, **changes))
