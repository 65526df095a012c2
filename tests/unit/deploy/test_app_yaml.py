"""`app.yaml`: Google's own parser takes it, its variables are ones the API knows, and rendering only adds."""

import json
import shlex
from pathlib import Path

import pytest
import yaml
from gunicorn.app.wsgiapp import WSGIApplication  # type: ignore[import-untyped]

from deploy.app_yaml import RENDERED, main, rendered, variables_of_app, variables_of_functions
from deploy.place import BadPlace, place_of
from services.configuration import from_environment

ROOT = Path(__file__).parents[3]
APP = yaml.safe_load((ROOT / "app.yaml").read_text("utf-8"))
PARSED = """
import json, sys
from googlecloudsdk.api_lib.app import yaml_parsing
read = yaml_parsing.ServiceYamlInfo.FromFile(sys.argv[1])
parsed = read.parsed
print(json.dumps({
    "env": str(read.env), "runtime": read.runtime, "class": parsed.instance_class,
    "most": parsed.automatic_scaling.max_instances, "warm": list(parsed.inbound_services),
    "secure": [each.secure for each in parsed.handlers], "variables": dict(parsed.env_variables),
    "entrypoint": parsed.entrypoint,
}))
"""


def entrypoint(project="charging-4711", port="8080"):
    """The words App Engine's shell would run."""
    text = APP["entrypoint"].replace("$GOOGLE_CLOUD_PROJECT", project).replace("$PORT", port)
    assert "$" not in text
    return shlex.split(text)


def test_googles_own_parser_takes_it_as_it_is_and_rendered(sdk_python, tmp_path):
    place = place_of("charging-4711", "europe-west1", settings=["KILOWAIT_MAIL_FROM=a: 'b' \"c\" # <d@e>"])
    ready = tmp_path / RENDERED
    ready.write_text(rendered((ROOT / "app.yaml").read_text("utf-8"), variables_of_app(place)))
    plain = json.loads(sdk_python(PARSED, ROOT / "app.yaml"))
    assert (plain["env"], plain["runtime"], plain["class"]) == ("Environment.STANDARD", "python313", "F1")
    assert plain["warm"] == ["warmup"]
    assert plain["secure"] == ["always"]
    assert plain["most"] <= 10
    with_yours = json.loads(sdk_python(PARSED, ready))
    assert with_yours["variables"] == plain["variables"] | {
        "KILOWAIT_PUBLIC_URL": "https://charging-4711.ew.r.appspot.com",
        "KILOWAIT_MAIL_FROM": "a: 'b' \"c\" # <d@e>",
    }
    assert with_yours["entrypoint"] == plain["entrypoint"]


def test_your_setting_stands_in_the_place_of_ours():
    text = rendered("a: b\nenv_variables:\n  KILOWAIT_X: '1'  # why\n  KILOWAIT_Y: '2'\n", {"KILOWAIT_X": "3"})
    assert yaml.safe_load(text) == {"a": "b", "env_variables": {"KILOWAIT_X": "3", "KILOWAIT_Y": "2"}}


def test_without_a_place_for_variables_it_is_refused():
    with pytest.raises(BadPlace, match="env_variables"):
        rendered("runtime: python313\n", {})


def test_the_program_writes_it_beside_app_yaml_or_says_why_not(tmp_path, capsys):
    (tmp_path / "app.yaml").write_text((ROOT / "app.yaml").read_text("utf-8"))
    good = ["--project", "charging-4711", "--region", "europe-west1"]
    assert main([*good, "--set", "KILOWAIT_REGISTRATION=closed"], tmp_path) == 0
    variables = yaml.safe_load((tmp_path / RENDERED).read_text())["env_variables"]
    assert variables["KILOWAIT_REGISTRATION"] == "closed"
    assert main([*good, "--set", "KILOWAIT_REGISTRATION=ajar"], tmp_path) == 2
    assert capsys.readouterr().err.startswith("deploy: --set or --public-url: KILOWAIT_REGISTRATION must be")


def test_api_and_functions_get_variables_they_know():
    place = place_of("charging-4711", "europe-west1", settings=["KILOWAIT_REGISTRATION=closed"])
    given = dict(word.split("=", 1) for word in entrypoint() if word.startswith("KILOWAIT_"))
    app = from_environment({**given, **APP["env_variables"], **variables_of_app(place)})
    functions = from_environment(variables_of_functions(place))
    for configuration in (app, functions):
        assert configuration.store == "firestore:charging-4711"
        assert configuration.bus == "pubsub:charging-4711"
        assert configuration.notifier == "fcm:charging-4711"
        assert configuration.public_url == "https://charging-4711.ew.r.appspot.com"
        assert not configuration.registration_open
        assert configuration.mail_dir.startswith("/tmp/")  # noqa: S108 -- the only folder App Engine lets us write to


def test_gunicorn_takes_the_entry_point(monkeypatch):
    words = entrypoint()
    monkeypatch.setattr("sys.argv", words[words.index("gunicorn") :])
    settings = WSGIApplication().cfg
    assert settings.worker_class_str == "gthread"
    assert (settings.workers, settings.threads) == (1, APP["automatic_scaling"]["max_concurrent_requests"])
    assert settings.reuse_port
    assert not settings.preload_app
    assert settings.control_socket_disable
    assert settings.address == [("", 8080)]
    assert settings.graceful_timeout <= 3
