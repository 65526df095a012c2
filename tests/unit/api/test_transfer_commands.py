"""The operator's commands that take everything out and in, and what they say when they cannot (I5)."""

import json

import pytest

from api.transfer_commands import install
from model import paths
from services.transfer.everything import documents
from tests.contracts.transfer.original_layout import PASSWORD, exported
from tests.fakes.people import Someone


@pytest.fixture
def run(app):
    install(app)
    return app.test_cli_runner().invoke


def lines(result):
    assert result.stdout == ""
    return result.stderr.splitlines()


def test_out_and_in_again(services, run, ann, tmp_path):
    file = str(tmp_path / "all.jsonl.gz")
    before = list(documents(services.store))
    told = run(args=["export", file])
    assert told.exit_code == 0
    assert lines(told) == [
        f"{len(before)} documents are in {file}. It holds password and token hashes: keep it to yourself."
    ]
    services.store.delete(before[0].path)
    services.store.put("users/new", {})
    told = run(args=["import", file, "--replace"])
    assert lines(told) == [f"The store holds the {len(before)} documents of {file}: 1 were written, 1 others deleted."]
    assert list(documents(services.store)) == before


def test_an_empty_store_does_not_take_the_place_of_yesterdays_backup(run, tmp_path):
    file = tmp_path / "all.jsonl"
    file.write_text("yesterday's", "utf-8")
    refused = run(args=["export", str(file)])
    assert refused.exit_code == 1
    (line,) = lines(refused)
    assert line.startswith("kilowait: The store is empty")
    assert file.read_text("utf-8") == "yesterday's"


def test_what_is_there_is_not_overwritten_by_mistake(services, run, ann, tmp_path):
    file = str(tmp_path / "all.jsonl")
    run(args=["export", file])
    services.store.put("users/new", {})
    refused = run(args=["import", file])
    assert refused.exit_code == 1
    (line,) = lines(refused)
    assert line.startswith("kilowait: The store is not empty.")
    assert services.store.get("users/new") is not None


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["export", "missing/file"], "kilowait: missing/file cannot be written: No such file or directory."),
        (["import", "missing"], "kilowait: missing cannot be read: No such file or directory."),
        (["import", "empty"], "kilowait: The file is empty."),
        (["import", "half"], "kilowait: line 1: the file ends here, after 0 documents, before it is complete."),
        (["import-original", "missing"], "kilowait: missing cannot be read: No such file or directory."),
        (["import-original", "half"], "kilowait: half is no JSON export of Firestore (node-firestore-import-export)."),
        (["import-original", "none"], "kilowait: none holds no user and no location of the original service."),
    ],
)
def test_what_cannot_be_done_is_one_line(run, tmp_path, monkeypatch, arguments, reason):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").touch()
    (tmp_path / "half").write_text('{"kilowait":"export"', "utf-8")
    (tmp_path / "none").write_text('{"__collections__": {"other": {"a": {}}}}', "utf-8")
    failed = run(args=arguments)
    assert failed.exit_code == 1
    assert lines(failed) == [reason]


def test_documents_of_an_older_schema_are_counted_and_then_made_new(services, run):
    services.store.put(paths.decision("yard", 1), {"pending_since": None})
    assert lines(run(args=["migrate", "--dry-run"])) == ["decisions: 1 documents are of an older schema."]
    assert lines(run(args=["migrate"])) == ["decisions: 1 documents were of an older schema."]
    assert lines(run(args=["migrate"])) == ["Every document is of today's schema."]
    assert services.store.get(paths.decision("yard", 1)).data == {"schema": 2}


def test_a_store_of_a_newer_version_is_left_alone(services, run, tmp_path):
    services.store.put(paths.mark(), {"schemas": {"users": 2}})
    for arguments in (["migrate"], ["export", str(tmp_path / "f")], ["import-original", "x"]):
        refused = run(args=arguments)
        assert refused.exit_code == 1
        (line,) = lines(refused)
        assert line.startswith("kilowait: The store was written by a newer version of Kilowait (users: schema 2,")
    assert list(tmp_path.iterdir()) == []


def test_the_original_is_brought_over_and_its_people_log_in(app, run, tmp_path):
    file = tmp_path / "original.json"
    file.write_text(json.dumps(exported()), "utf-8")
    told = lines(run(args=["import-original", str(file)]))
    assert told[-2:] == ["made: 3 chargers, 1 locations, 5 sessions, 9 users", "there already: nothing"]
    assert all(line.startswith("note: ") for line in told[:-2])
    token = Someone(app).post("/api/auth/login", {"username": "ann", "password": PASSWORD}).json["token"]
    assert Someone(app, token).get("/api/user").json["user"]["username"] == "Ann"


def test_the_memory_of_a_command_of_its_own_is_refused(run, monkeypatch, tmp_path):
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    for command in (["export", str(tmp_path / "f")], ["import", "f"], ["migrate"], ["import-original", "f"]):
        refused = run(args=command)
        assert refused.exit_code == 1
        assert "KILOWAIT_STORE is memory:" in refused.stderr
