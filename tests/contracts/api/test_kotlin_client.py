"""A Kotlin client is generated from the committed OpenAPI file, and reads as an app developer would write it."""

import importlib.resources
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
PACKAGE = "org.kilowait.client"
HARMLESS = (
    "OpenAPI 3.1 support is still in beta",  # said of every 3.1 file
    "Failed to get the schema name: null",  # said of every optional field that refers to an enum
)
SHOWN_TO_APPS = {
    "User": {"username", "type", "state", "locationId", "chargerId", "sessionId"},
    "Charger": {"locationId", "chargerId", "state", "activeSession", "plugged", "enforcement", "stationState"},
    "Session": {"sessionId", "startTime", "endTime", "user", "energyWh", "endReason", "transactionId"},
    "Location": {"locationId", "chargers", "queue", "resetQueueDaily", "timeZone", "settings", "stationState", "free"},
    "Offer": {"locationId", "chargerId", "sessionId", "state", "expiresAt", "answerBy", "plugBy"},
    "QueueItem": {"username", "type", "state", "place", "score", "waitingSince", "reasons"},
    "Problem": {"type", "title", "status", "detail", "code", "retry", "field", "instance"},
    "Tag": {"tag", "label", "active", "expiresAt"},
    "Command": {"commandId", "status", "response", "error"},
}
MOSHI = """package com.squareup.moshi
annotation class Json(val name: String)
annotation class JsonClass(val generateAdapter: Boolean)
"""
"""As much of the JSON library as the models name: enough to compile them without fetching it."""


@dataclass(frozen=True)
class Client:
    """What the generator wrote, and what it said."""

    folder: Path
    said: str

    def methods(self) -> dict[str, list[str]]:
        """Class to its methods, but for those that every operation has beside its own."""
        return {
            each.stem: re.findall(r"^    fun (\w+)\(.*\{$", each.read_text(), re.MULTILINE)
            for each in self.folder.glob("apis/*.kt")
        }

    def model(self, name: str) -> dict[str, str]:
        """Field to type."""
        text = (self.folder / f"models/{name}.kt").read_text()
        return dict(re.findall(r"^    val `?(\w+)`?: ([^=\n]+?)(?: = .*)?,?$", text, re.MULTILINE))

    def values(self, name: str) -> list[str]:
        """An enum's values, as they travel."""
        return re.findall(r'@Json\(name = "([^"]+)"\)', (self.folder / f"models/{name}.kt").read_text())


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    java = shutil.which("java")
    if java is None:
        if os.environ.get("CI"):
            pytest.fail("Java is missing: the build image must have it, or nobody sees that the client generates.")
        pytest.skip("no Java here, so no Kotlin client is generated")
    folder = tmp_path_factory.mktemp("kotlin")
    jar = importlib.resources.files("openapi_generator_cli") / "openapi-generator.jar"
    with importlib.resources.as_file(jar) as path:
        given: list[str | Path] = [
            "-i",
            ROOT / "docs/openapi.json",
            "-g",
            "kotlin",
            "-o",
            folder,
            "--package-name",
            PACKAGE,
        ]
        ran = subprocess.run(
            [java, "-Xmx512m", "-jar", path, "generate", *given],
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, said[-4000:]
    yield Client(folder.joinpath("src/main/kotlin", *PACKAGE.split(".")), said)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def operations() -> list[dict[str, Any]]:
    paths = json.loads((ROOT / "docs/openapi.json").read_text())["paths"]
    return [operation for path in paths.values() for operation in path.values()]


def test_the_generator_warns_of_nothing_that_matters(client: Client) -> None:
    warned = [line for line in client.said.splitlines() if re.search(r"\b(WARN|ERROR|Exception)\b", line)]
    assert [line for line in warned if not any(each in line for each in HARMLESS)] == []


def test_every_operation_is_a_method_of_its_noun_with_its_readable_name(
    client: Client, operations: list[dict[str, Any]]
) -> None:
    methods = client.methods()
    assert len(operations) > 50
    for operation in operations:
        noun, name = operation["tags"][0], operation["operationId"]
        assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name), name
        assert name in methods["".join(word.capitalize() for word in noun.split("_")) + "Api"], name


def test_no_operation_is_there_that_the_file_does_not_have(client: Client, operations: list[dict[str, Any]]) -> None:
    known = {operation["operationId"] for operation in operations}
    found = {name for names in client.methods().values() for name in names}
    beside = re.compile(r"(\w+?)(RequestConfig|WithHttpInfo)$")
    assert {match[1] if (match := beside.match(name)) else name for name in found} - {"encodeURIComponent"} == known


@pytest.mark.parametrize("name", sorted(SHOWN_TO_APPS))
def test_a_noun_of_the_api_is_a_class_with_its_fields(client: Client, name: str) -> None:
    assert client.model(name).keys() >= SHOWN_TO_APPS[name]


def test_states_are_enums_with_the_contracts_values(client: Client) -> None:
    assert client.values("UserState") == ["inactive", "in_queue", "assigned", "connected_charging", "connected_full"]
    assert client.values("ChargerState") == [
        "available", "pre_session", "charging", "full", "faulted", "unavailable", "offline", "unknown",
    ]  # fmt: skip
    assert client.values("UserType") == ["user", "admin", "service"]


def test_fields_have_types_that_say_something(client: Client) -> None:
    free = {
        "payload",
        "profile",
        "message",
        "response",
        "inputs",
        "people",
        "effects",
        "events",
        "known",
        "told",
    }  # raw messages of OCPP and of the audit log
    for path in client.folder.glob("models/*.kt"):
        vague = {name for name, kind in client.model(path.stem).items() if "kotlin.Any" in kind}
        assert vague <= free, path.stem
    assert client.model("ChargePointBody")["connectors"] == "kotlin.collections.Map<kotlin.String, kotlin.String>"
    assert client.model("Session")["endTime"] == "kotlin.String?"


def test_the_models_compile(client: Client, tmp_path: Path) -> None:
    compiler = shutil.which("kotlinc")
    if compiler is None:
        pytest.skip("no kotlinc here: the generated classes are read, not compiled")
    (tmp_path / "moshi.kt").write_text(MOSHI)
    ran = subprocess.run(
        [compiler, "-nowarn", "-d", tmp_path / "client.jar", tmp_path / "moshi.kt", client.folder / "models"],
        capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-4000:]
