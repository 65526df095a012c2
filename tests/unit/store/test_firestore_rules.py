"""The rules file: nobody reaches the database but the back end's own account."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from model.store.firestore import FirestoreStore
from model.store.port import Document
from tests.emulators.emulator import Emulator, firestore_emulator

RULES = Path(__file__).parents[3] / "firestore.rules"


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with firestore_emulator(tmp_path_factory.mktemp("ruled"), "--rules", str(RULES)) as emulator:
        yield emulator


@pytest.mark.parametrize("path", ["locations/l", "users/u", "locations/l/decisions/1", "anything/else"])
def test_only_the_back_end_reads_and_writes(ruled: Emulator, project, monkeypatch, path: str) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", ruled.host)
    address = f"http://{ruled.host}/v1/projects/{project}/databases/(default)/documents/{path}"
    with FirestoreStore(project) as store:
        store.put(path, {"n": 1})
        assert store.get(path) == Document(path, {"n": 1})
        assert httpx.get(address).status_code == httpx.codes.FORBIDDEN
        assert httpx.patch(address, json={"fields": {}}).status_code == httpx.codes.FORBIDDEN
        assert httpx.delete(address).status_code == httpx.codes.FORBIDDEN
        assert store.get(path) == Document(path, {"n": 1})
    assert httpx.get(address, headers={"Authorization": "Bearer owner"}).status_code == httpx.codes.OK
