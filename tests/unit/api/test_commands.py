"""The operator's commands: the first admin, and tokens of units (B5)."""

import pytest

from api.commands import install
from model.errors import NotFound
from services.accounts.names import user_named
from tests.fakes.people import Someone

PASSWORD = "ten characters or more"


@pytest.fixture
def run(app, monkeypatch):
    install(app)
    monkeypatch.delenv("KILOWAIT_ADMIN_PASSWORD", raising=False)
    return app.test_cli_runner().invoke


def test_the_first_admin_is_made_by_one_command(app, services, run, monkeypatch):
    monkeypatch.setenv("KILOWAIT_ADMIN_PASSWORD", PASSWORD)
    made = run(args=["create-admin", "root"])
    assert (made.exit_code, made.stdout, made.stderr) == (0, "", "root is an admin.\n")
    token = Someone(app).post("/api/auth/login", {"username": "root", "password": PASSWORD}).json["token"]
    assert Someone(app, token).get("/api/user/all").status_code == 200


def test_without_the_variable_the_password_is_asked_for(services, run):
    made = run(args=["create-admin", "root"], input=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0
    assert made.stdout == ""
    assert PASSWORD not in made.stderr
    assert user_named(services.store, "root").type.value == "admin"


@pytest.mark.parametrize(
    ("username", "password", "reason"),
    [
        ("root", "too short", "A password must have 10 to 256 characters."),
        ("a/b", PASSWORD, "username must have no '/' and no space at its ends."),
        ("ANN", PASSWORD, "This username is taken."),
    ],
)
def test_a_mistake_is_one_line(run, ann, monkeypatch, username, password, reason):
    monkeypatch.setenv("KILOWAIT_ADMIN_PASSWORD", password)
    failed = run(args=["create-admin", username])
    assert (failed.exit_code, failed.stdout, failed.stderr) == (1, "", f"kilowait: {reason}\n")


@pytest.mark.parametrize(
    "scope", [("--bridge", "b1"), ("--chargepoint", "CP/1 α"), ("--charger", "lot:1")], ids=lambda scope: scope[0]
)
def test_only_the_token_goes_to_standard_output(app, run, scope):
    made = run(args=["create-token", "unit", *scope])
    assert made.exit_code == 0
    (secret,) = made.stdout.splitlines()
    assert secret not in made.stderr
    user = Someone(app, secret).get("/api/auth/validateToken").json["user"]
    assert (user["username"], user["type"]) == ("unit", "service")


def test_a_second_token_leaves_the_first_and_says_so(app, run):
    first = run(args=["create-token", "unit", "--bridge", "b1"]).stdout.strip()
    second = run(args=["create-token", "unit", "--bridge", "b1"])
    assert "1 earlier token(s)" in second.stderr
    for secret in (first, second.stdout.strip()):
        assert Someone(app, secret).get("/api/auth/validateToken").status_code == 200


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "give exactly one of"),
        (["--bridge", "b", "--charger", "lot:1"], "give exactly one of"),
        (["--charger", "lot"], "A charger is named location:charger."),
        (["--bridge", ""], "bridge must have 1 to 64 characters."),
    ],
)
def test_a_scope_that_is_none_makes_no_account(services, run, arguments, reason):
    failed = run(args=["create-token", "unit", *arguments])
    assert (failed.exit_code, failed.stdout) == (1, "")
    assert reason in failed.stderr
    assert failed.stderr.count("\n") == 1
    with pytest.raises(NotFound):
        user_named(services.store, "unit")


def test_a_person_gets_no_units_token(run, ann):
    failed = run(args=["create-token", "ann", "--bridge", "b1"])
    assert (failed.exit_code, failed.stdout) == (1, "")


def test_the_memory_of_a_command_of_its_own_is_refused(services, run, monkeypatch):
    monkeypatch.setenv("KILOWAIT_ADMIN_PASSWORD", PASSWORD)
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    assert services.configuration.store == "memory:"
    for command in (["create-admin", "root"], ["create-token", "unit", "--bridge", "b1"]):
        refused = run(args=command)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "nothing made here would last" in refused.stderr
    with pytest.raises(NotFound):
        user_named(services.store, "root")
