"""What is done through REST, against a stand-in that records it; Google's own message types take every body."""

import json
import stat
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from deploy import field_indexes, rules
from deploy.field_indexes import field_body, index_field
from deploy.rest import Refused, Service
from deploy.rules import release

ROOT = Path(__file__).parents[3]
TAKEN = """
import json, sys
from apitools.base.py import encoding
from googlecloudsdk.api_lib.util import apis
messages = apis.GetMessagesModule("firestore", "v1")
field = encoding.JsonToMessage(messages.GoogleFirestoreAdminV1Field, sys.argv[1])
assert not field.all_unrecognized_fields(), field.all_unrecognized_fields()
for index in field.indexConfig.indexes:
    assert not index.all_unrecognized_fields() and not index.fields[0].all_unrecognized_fields()
print(encoding.MessageToJson(field))
"""


class Google:
    """Answers (status, body) in order, and remembers (method, path, body, authorization)."""

    def __init__(self, answers):
        self.answers = list(answers)
        self.asked: list[tuple] = []
        google = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                google.asked.append((self.command, self.path, body, self.headers["Authorization"]))
                status, text = google.answers.pop(0)
                payload = text.encode() if isinstance(text, str) else json.dumps(text).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            do_GET = do_POST = do_PATCH = answer  # noqa: N815 -- the server's names

            def log_message(self, *_words):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.service = Service(f"http://127.0.0.1:{self.server.server_port}", "ya29.pass")

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def test_rules_are_made_and_released():
    made = {"name": "projects/p/rulesets/1"}
    with Google([(200, made), (200, {})]) as google:
        assert release(google.service, "p", "deny") == made["name"]
    named = {"name": "projects/p/releases/cloud.firestore", "rulesetName": made["name"]}
    assert [each[:3] for each in google.asked] == [
        ("POST", "/v1/projects/p/rulesets", {"source": {"files": [{"name": "firestore.rules", "content": "deny"}]}}),
        ("PATCH", "/v1/projects/p/releases/cloud.firestore", {"release": named}),
    ]
    assert {each[3] for each in google.asked} == {"Bearer ya29.pass"}


def test_the_first_release_of_a_project_is_made():
    made = {"name": "projects/p/rulesets/1"}
    with Google([(200, made), (404, "none"), (200, {})]) as google:
        release(google.service, "p", "deny")
    assert google.asked[-1][:2] == ("POST", "/v1/projects/p/releases")


def test_rules_that_google_does_not_take_are_refused_in_one_line_without_the_token():
    with (
        Google([(400, '{"error": {\n "message": "line 3: unexpected"}}')]) as google,
        pytest.raises(Refused) as refused,
    ):
        release(google.service, "p", "deny")
    assert "400" in str(refused.value)
    assert "line 3: unexpected" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "ya29" not in str(refused.value)


def test_a_fields_indexes_are_waited_for():
    going = {"name": "projects/p/databases/(default)/operations/1"}
    pauses: list[float] = []
    with Google([(200, going), (200, going), (200, {**going, "done": True})]) as google:
        index_field(
            google.service, "p", "decisions", "pending_since", [("COLLECTION_GROUP", "ASCENDING")], pauses.append
        )
    assert len(pauses) == 2
    path = "/v1/projects/p/databases/(default)/collectionGroups/decisions/fields/pending_since?updateMask=indexConfig"
    assert google.asked[0][:2] == ("PATCH", path)
    assert google.asked[1][:2] == ("GET", f"/v1/{going['name']}")


def test_an_index_that_cannot_be_built_is_refused():
    ended = {"name": "x", "done": True, "error": {"code": 9, "message": "too many"}}
    with Google([(200, ended)]) as google, pytest.raises(Refused, match=r"decisions\.f: too many"):
        index_field(google.service, "p", "decisions", "f", [("COLLECTION", "ASCENDING")])


def test_googles_own_message_takes_what_a_field_is_told(sdk_python):
    body = field_body("expires_at", [("COLLECTION", "ASCENDING"), ("COLLECTION_GROUP", "DESCENDING")])
    assert json.loads(sdk_python(TAKEN, json.dumps(body))) == body


@pytest.fixture
def gcloud_says(tmp_path, monkeypatch):
    def say(text):
        (tmp_path / "gcloud").write_text(f"#!/bin/bash\n{text}\n")
        (tmp_path / "gcloud").chmod(stat.S_IRWXU)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return say


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        (rules, [str(ROOT / "firestore.rules")]),
        (field_indexes, ["decisions", "pending_since", "COLLECTION_GROUP:ASCENDING"]),
    ],
)
def test_who_is_not_signed_in_is_told_so_in_one_line(program, arguments, gcloud_says, capsys):
    gcloud_says("echo 'You do not currently have an active account selected.' >&2; exit 1")
    assert program.main(["--project", "charging-4711", *arguments]) == 1
    said = capsys.readouterr().err
    assert "active account" in said
    assert said.count("\n") == 1


def test_an_index_in_words_nobody_knows_is_refused(capsys):
    with pytest.raises(SystemExit) as stopped:
        field_indexes.main(["--project", "charging-4711", "decisions", "f", "GROUP:UP"])
    assert stopped.value.code == 2
    assert "GROUP:UP" in capsys.readouterr().err
