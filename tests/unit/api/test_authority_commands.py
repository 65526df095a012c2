"""The operator's commands that make keys: the authority of charge points' certificates, and that of Web Push."""

import pytest

from api.authority_commands import install
from services.adapters.vapid import read_keys
from services.authority.keys import load_pair


@pytest.fixture
def run(app):
    install(app)
    return app.test_cli_runner().invoke


def test_an_authority_is_two_files_that_only_their_owner_may_read(run, tmp_path):
    made = run(args=["create-authority", str(tmp_path / "new" / "ca"), "--organisation", "Rows"])
    assert made.exit_code == 0, made.output
    paths = dict(line.split("=", 1) for line in made.stdout.splitlines())
    files = [tmp_path / "new" / "ca" / name for name in ("authority.pem", "authority-key.pem")]
    assert list(paths.values()) == [str(path) for path in files]
    assert [path.stat().st_mode & 0o777 for path in files] == [0o600, 0o600]
    assert load_pair(files[0].read_bytes(), files[1].read_bytes())
    assert "PRIVATE" not in made.output


def test_an_authority_that_is_there_is_never_overwritten(run, tmp_path):
    (tmp_path / "authority-key.pem").write_text("mine")
    made = run(args=["create-authority", str(tmp_path), "--organisation", "Rows"])
    assert (made.exit_code, made.stdout) == (1, "")
    assert "is there already" in made.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["authority-key.pem"]
    assert (tmp_path / "authority-key.pem").read_text() == "mine"


@pytest.mark.parametrize(("folder", "organisation"), [("file/ca", "Rows"), ("ca", ""), ("ca", "x" * 65)])
def test_what_cannot_be_made_is_one_line(run, tmp_path, folder: str, organisation: str):
    (tmp_path / "file").write_text("")
    made = run(args=["create-authority", str(tmp_path / folder), "--organisation", organisation])
    assert made.exit_code == 1
    assert made.stderr.startswith("kilowait: ")
    assert made.stderr.count("\n") == 1


def test_the_key_of_web_push_is_a_file_that_only_its_owner_may_read_and_is_never_overwritten(run, tmp_path):
    path = tmp_path / "vapid.pem"
    made = run(args=["create-vapid-keys", str(path)])
    assert (made.exit_code, made.stdout) == (0, f"KILOWAIT_VAPID_KEY={path}\n")
    assert read_keys(str(path), "").public_key in made.stderr
    assert "PRIVATE" not in made.output
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    again = run(args=["create-vapid-keys", str(path)])
    assert (again.exit_code, again.stdout) == (1, "")
    assert path.read_bytes() == before
    assert run(args=["create-vapid-keys", str(path / "x")]).exit_code == 1
