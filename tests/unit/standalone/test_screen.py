"""What a person reads."""

import io
from datetime import UTC, datetime

from standalone.screen import Screen


class Terminal(io.StringIO):
    """Says that it is one."""

    def isatty(self):
        return True


def test_happenings_stand_in_columns_with_local_time():
    out = io.StringIO()
    at = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)
    Screen(out).happening("charger", "is full", at)
    Screen(out).happening("a-very-long-name", "joins", at)
    local = f"{at.astimezone():%H:%M:%S}"
    assert out.getvalue().splitlines() == [f"{local}  charger       is full", f"{local}  a-very-long-  joins"]


def test_colour_is_only_for_terminals(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    out, terminal, plain = io.StringIO(), Terminal(), Terminal()
    Screen(out).happening("charger", "is full", kind="decision")
    Screen(terminal).happening("charger", "is full", kind="decision")
    monkeypatch.setenv("NO_COLOR", "1")
    Screen(plain).happening("charger", "is full", kind="decision")
    assert ["\x1b" in one.getvalue() for one in (out, terminal, plain)] == [False, True, False]


def test_columns_of_a_table_are_as_wide_as_they_need_to_be():
    out = io.StringIO()
    Screen(out).table(("account", "who"), [("a", "driver"), ("somebody", "admin")])
    assert out.getvalue() == "  account   who\n  a         driver\n  somebody  admin\n"
