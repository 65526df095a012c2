"""`cloudbuild.yaml` and the image's own: Google's parser takes them, and what they name is there."""

import json
import re
from pathlib import Path

import pytest
import yaml

from deploy.__main__ import main
from deploy.plan import PARTS

ROOT = Path(__file__).parents[3]
BUILT_IN = {"PROJECT_ID", "SHORT_SHA"}
VALUES = {"$PROJECT_ID": "charging-4711", "$SHORT_SHA": "0123abc", "$_BRIDGES": "yard,depot"}
LOADED = """
import json, sys
from googlecloudsdk.api_lib.cloudbuild import cloudbuild_util, config
build = config.LoadCloudbuildConfigFromPath(sys.argv[1], cloudbuild_util.GetMessagesModule(), params={})
print(json.dumps([[step.id, step.name, list(step.waitFor)] for step in build.steps]))
"""


def build(name="cloudbuild.yaml"):
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


def step(step_id):
    return next(each for each in build()["steps"] if each["id"] == step_id)


@pytest.mark.parametrize("name", ["cloudbuild.yaml", "deploy/bridge/image.yaml"])
def test_googles_own_parser_takes_it(sdk_python, name):
    loaded = json.loads(sdk_python(LOADED, ROOT / name))
    assert [each[0] for each in loaded] == [each["id"] for each in build(name)["steps"]]


def test_what_a_step_waits_for_comes_before_it():
    known = ["-"]
    for each in build()["steps"]:
        assert each["waitFor"], each["id"]
        assert set(each["waitFor"]) <= set(known), each["id"]
        known.append(each["id"])
    assert len(known) == len(set(known))


def before(step_id):
    waits = set(step(step_id)["waitFor"]) - {"-"}
    return waits.union(*(before(each) for each in waits))


def test_nobody_is_sent_to_a_version_before_it_was_tested_and_asked():
    assert {"test", "indexes", "app", "smoke"} <= before("promote")
    assert "promote" in before("functions")
    assert {"functions", "image", "push"} <= before("bridge")
    assert "--only, app" not in str(step("app"))
    assert any("--version=" in word for word in step("app")["args"])


@pytest.mark.parametrize("name", ["cloudbuild.yaml", "deploy/bridge/image.yaml"])
def test_every_substitution_is_declared_and_used(name):
    text = (ROOT / name).read_text("utf-8").partition("substitutions:")[0] + str(build(name).get("images", ""))
    used = set(re.findall(r"(?<!\$)\$(?!\()\{?(_?[A-Z][A-Z_]*)\}?", text))
    assert used - BUILT_IN == build(name)["substitutions"].keys()


def test_every_file_it_names_is_there():
    words = [word for name in ("cloudbuild.yaml", "deploy/bridge/image.yaml")
             for each in build(name)["steps"] for word in each["args"]]  # fmt: skip
    files = [word.removeprefix("--file=") for word in words if "/" in word and "$" not in word and " " not in word]
    assert set(files) == {"deploy/test_in_build.sh", "deploy/bridge/Dockerfile"}
    for file in files:
        assert (ROOT / file).is_file()
    assert ".ci/run" in (ROOT / "deploy/test_in_build.sh").read_text("utf-8")


def test_deployment_takes_what_it_is_given(capsys):
    seen = []
    for each in build()["steps"]:
        if each["args"][:2] != ["-m", "deploy"]:
            continue
        words = each["args"][2:]
        for name, value in {
            **VALUES,
            **{f"${name}": value for name, value in build()["substitutions"].items()},
        }.items():
            words = [word.replace(name, VALUES.get(name, value)) for word in words]
        assert "--run" in words
        assert main([word for word in words if word != "--run"]) == 0, each["id"]
        assert "steps" in capsys.readouterr().out
        seen += words[words.index("--only") + 1 :]
    assert seen == ["indexes", "app", "functions", "bridge"]
    assert set(seen) <= PARTS.keys()
