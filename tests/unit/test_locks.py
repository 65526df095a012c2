"""The locks can be trusted: exact, hashed, in agreement with each other, and free of addresses."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.txt", "requirements/bridge.txt", "requirements/simulator.txt", "requirements/dev.txt"]


def entries(lock: str) -> list[str]:
    """The lock's logical lines, comments left out, continuation lines joined."""
    text = re.sub(r"^\s*#.*$", "", (ROOT / lock).read_text("utf-8"), flags=re.MULTILINE)
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def versions(lock: str) -> dict[str, str]:
    return dict(entry.split()[0].split("==") for entry in entries(lock))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_exact_and_hashed(lock: str) -> None:
    assert entries(lock)
    for entry in entries(lock):
        assert re.match(r"[a-z0-9._-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry), entry


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert re.findall(r"://|--index-url|--extra-index-url|--find-links|--trusted-host|(?<!\S)/\w+", text) == []


@pytest.mark.parametrize("lock", LOCKS[:-1])
def test_what_is_tested_is_what_is_deployed(lock: str) -> None:
    tested = versions("requirements/dev.txt")
    assert {name: tested.get(name) for name in versions(lock)} == versions(lock)
