"""The plan: complete, in an order that can be, safe to run twice, with the least rights."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import things
from deploy.parts.store import indexes
from deploy.place import place_of
from deploy.plan import PARTS, UPDATES, as_text, plan
from deploy.run import run
from deploy.step import Step
from wire.topics import DECISIONS, PUBLISHED, commands_topic

ROOT = Path(__file__).parents[3]
SAFE_TWICE = ("services enable", "add-iam-policy-binding", "app deploy", "functions deploy", "builds submit",
              "fields update", "ttls update")  # fmt: skip
STUB = """#!{python}
# A Google Cloud that remembers in a file what was made, and answers `describe` from it.
import sys
from pathlib import Path

words = [word for word in sys.argv[1:] if not word.startswith("--")]
made = Path({made!r})
known = made.read_text().splitlines() if made.exists() else []
if "create" in words:
    at = words.index("create")
    key = " ".join([*words[:at], *(words[at + 1 :][-1:] or ["it"])])
    if key in known:
        sys.exit(f"{{key}} ALREADY_EXISTS")
    made.write_text("".join(line + "\\n" for line in [*known, key]))
elif "describe" in words:
    at = words.index("describe")
    name = [word.partition("@")[0] for word in words[at + 1 :][-1:]] or ["it"]
    if " ".join([*words[:at], *name]) not in known:
        sys.exit("NOT_FOUND")
    if any("defaultHostname" in word for word in sys.argv):
        print("charging-4711.ew.r.appspot.com")
"""


def words_of(steps, *needed):
    """The first command of each step that has all these words."""
    return [step.do for step in steps if set(needed) <= set(step.do)]


def test_every_part_has_steps_and_the_summary_counts_them(place):
    steps = plan(place, PARTS)
    assert {step.part for step in steps} == PARTS.keys()
    text = as_text(steps)
    assert text.startswith("set -euo pipefail\n")
    assert text.count("\n# ") == len(steps) + 1
    assert f"# {len(steps)} steps: apis 1, accounts " in text


def test_a_new_version_of_the_bridge_is_only_made_where_asked_for(place):
    assert UPDATES.isdisjoint(step.part for step in plan(place))
    assert [step.do[3] for step in plan(place, ["bridge"])] == ["add-metadata", "stop", "start"] * 2


def test_parts_come_in_their_order_whatever_the_order_asked_for(place):
    assert plan(place, ["times", "apis"]) == plan(place, ["apis", "times"])


def test_the_plan_is_text_that_bash_reads(place):
    awkward = place_of("charging-4711", "europe-west1", settings=['KILOWAIT_MAIL_FROM=it\'s "$(id)" `x` <a@b>'])
    for text in (as_text(plan(place, PARTS)), as_text(plan(awkward, ["app", "functions"]))):
        subprocess.run(["bash", "-n"], input=text, text=True, check=True)
    deployed = next(step for step in plan(awkward, ["functions"]))
    said = subprocess.run(
        ["bash", "-c", 'gcloud() { printf "%s\\n" "$@"; }; ' + deployed.shell()],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert 'KILOWAIT_MAIL_FROM=it\'s "$(id)" `x` <a@b>' in said


def test_every_step_says_whether_it_is_there_or_may_be_done_twice(place):
    for step in plan(place):
        text = " ".join(step.do)
        known = bool(step.unless) or step.refuses_twice or any(words in text for words in SAFE_TWICE)
        assert known or step.do[0] in {"python3", "grep"}, text
        assert "create" not in step.do or step.unless or step.refuses_twice, text


def test_no_account_may_do_everything():
    for account in (*things.ACCOUNTS, things.bridge_account("yard")):
        assert not {"owner", "editor"} & set(account.roles)
        assert not [each for each in account.roles if each.endswith(".admin")
                    and each != "firebasecloudmessaging.admin"], account  # fmt: skip


def test_a_bridge_may_read_its_own_subscription_and_secrets_and_nothing_of_another(place):
    granted = [step.do for step in plan(place) if any("bridge-yard@" in word for word in step.do)]
    things_granted = {
        words[words.index("add-iam-policy-binding") + 1] for words in granted if "add-iam-policy-binding" in words
    }
    assert things_granted == {
        "charging-4711", "bridge-yard@charging-4711.iam.gserviceaccount.com", "kilowait", "commands-yard",
        "bridge-yard-control", "bridge-yard-token", "bridge-yard-tls",
    }  # fmt: skip
    on_the_project = [words for words in granted if words[1:3] == ("projects", "add-iam-policy-binding")]
    assert [word for words in on_the_project for word in words if word.startswith("--role")] == [
        "--role=roles/logging.logWriter"
    ]


def test_only_the_functions_send_to_phones():
    assert [each.name for each in things.ACCOUNTS if "firebasecloudmessaging.admin" in each.roles] == ["kilowait-jobs"]


def test_every_topic_has_a_sender_and_a_reader(place):
    steps = plan(place)
    made = {words[4] for words in words_of(steps, "topics", "create")}
    by_time = {each.topic for each in things.JOBS_BY_TIME}
    granted = {words[4] for words in words_of(steps, "topics", "add-iam-policy-binding")}
    read = {each.topic for each in things.FUNCTIONS} | {
        words[4] for words in words_of(steps, "subscriptions", "create")
    }
    assert made == by_time | granted == read
    assert granted == {DECISIONS, commands_topic("yard"), commands_topic("depot-2")}


def test_who_publishes_to_a_warehouse_gets_its_topic_with_a_schema_and_its_functions():
    told = place_of("charging-4711", "europe-west1", settings=["KILOWAIT_PUBLISH=pubsub:charging-4711"])
    steps, lines = plan(told), [step.shell() for step in plan(told)]
    [schema] = words_of(steps, "schemas", "create")
    assert json.loads(schema[6].removeprefix("--definition="))["name"] == "Published"
    [topic] = [words for words in words_of(steps, "topics", "create") if words[4] == PUBLISHED]
    assert {f"--schema={PUBLISHED}", "--message-encoding=json"} <= set(topic)
    assert [words[3] for words in words_of(steps, "functions", "deploy")][-2:] == ["publish", "publish-all"]
    deployed = [line for line in lines if "functions deploy publish" in line]
    assert len(deployed) == 2
    assert all("--max-instances=1 " in line for line in deployed)
    for function in things.PUBLISHING:
        assert f"def {function.entry_point}(" in (ROOT / "main.py").read_text("utf-8")


def test_who_publishes_to_a_broker_gets_functions_and_no_topic():
    told = place_of("charging-4711", "europe-west1", settings=["KILOWAIT_PUBLISH=mqtts://broker.example/kilowait"])
    steps = plan(told)
    assert len(words_of(steps, "functions", "deploy")) == len(things.FUNCTIONS) + 2
    assert not words_of(steps, "schemas", "create")


def test_jobs_stay_within_those_that_are_free():
    assert len(things.JOBS_BY_TIME) <= 3


def test_functions_are_those_that_main_has():
    source = (ROOT / "main.py").read_text("utf-8")
    for function in things.FUNCTIONS:
        assert re.search(rf"\b{function.entry_point}\b", source), function.entry_point


def test_a_secrets_value_stands_in_no_command(place):
    made = [step for step in plan(place, ["secrets"]) if "create" in step.do]
    assert len(made) == 6
    for step in made:
        assert bool(step.feed) == ("--data-file=-" in step.do)
    assert [step.feed[0] for step in made if step.feed] == ["openssl"] * 2


def test_old_indexes_are_never_removed(place):
    assert not [step for step in indexes(place) if {"delete", "--clear-exemption"} & set(step.do)]


def test_what_is_needed_is_made_before(place):
    lines = [step.shell() for step in plan(place)]

    def at(text):
        return next(number for number, line in enumerate(lines) if text in line)

    assert at("services enable") == 0
    assert at("service-accounts create kilowait-api") < at("add-iam-policy-binding")
    assert at("app create") < at("app deploy")
    assert at("databases create") < at("indexes composite create") < at("app deploy")
    assert at("topics create tick") < at("functions deploy tick") < at("jobs create pubsub tick")
    assert at("functions deploy tick") < at("run services add-iam-policy-binding tick")
    assert at("secrets create bridge-yard-control") < at("instances create bridge-yard")
    assert at("builds submit") < at("instances create bridge-yard")


@pytest.fixture
def made(tmp_path, monkeypatch):
    """What was made so far, a line each, by a stand-in for `gcloud`; what we do through REST succeeds."""
    commands, made = tmp_path / "bin", tmp_path / "made"
    commands.mkdir()
    stubs = {"gcloud": STUB.format(python=sys.executable, made=str(made)), "python3": "#!/bin/bash\n"}
    for name, text in stubs.items():
        (commands / name).write_text(text)
        (commands / name).chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{commands}:{os.environ['PATH']}")
    return made


def test_run_twice_nothing_is_made_twice(made, capfd):
    steps = plan(place_of("charging-4711", "europe-west1", bridges=["yard"]), PARTS.keys() - {"indexes", "bridge"})
    assert run(steps) == 0
    first = made.read_text()
    assert len(first.splitlines()) == sum("create" in step.do for step in steps) > 20
    assert run(steps) == 0
    assert made.read_text() == first
    assert f"{len(steps)} steps done" in capfd.readouterr().out


def test_the_first_failure_stops_it_and_says_how_to_go_on(capsys):
    steps = [Step(part="apis", why=f"number {n}", do=("do", str(n))) for n in range(3)]
    done: list[str] = []

    def carry_out(text: str) -> int:
        done.append(text)
        return 7 if text == "do 1" else 0

    assert run(steps, carry_out) == 7
    assert done == ["do 0", "do 1"]
    said = capsys.readouterr()
    assert "[2/3] apis: number 1" in said.out
    assert "step 2 of 3 failed with exit code 7" in said.err
    assert "do 1" in said.err
    assert "--only apis" in said.err


def test_what_is_there_already_is_as_good_as_made():
    def outcome(answer, code):
        command = Step(part="x", why="y", do=("answer",), refuses_twice=True).shell()
        text = f'answer() {{ echo "{answer}"; return {code}; }}; {command}'
        return subprocess.run(["bash", "-euo", "pipefail", "-c", text], capture_output=True, text=True, check=False)

    assert outcome("made", 0).returncode == 0
    assert outcome("ERROR: ALREADY_EXISTS: index already exists", 1).returncode == 0
    refused = outcome("PERMISSION_DENIED", 1)
    assert refused.returncode == 1
    assert "PERMISSION_DENIED" in refused.stderr


def test_it_needs_no_package_that_is_not_pythons_own():
    for module in ("deploy", "deploy.app_yaml", "deploy.smoke", "deploy.rules", "deploy.field_indexes"):
        shown = subprocess.run(
            [sys.executable, "-S", "-m", module, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert (shown.returncode, shown.stderr) == (0, ""), module
        assert shown.stdout.startswith("usage: ")
