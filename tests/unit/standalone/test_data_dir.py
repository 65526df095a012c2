"""The folder of one system."""

import stat

import pytest

from standalone.data_dir import DataDir
from standalone.stopping import CannotRun


def test_a_secret_is_made_once_and_readable_by_its_owner_only(tmp_path):
    data = DataDir(tmp_path / "data")
    made = data.secret("control-secret")
    assert data.secret("control-secret") == made
    assert len(made) >= 16
    assert stat.S_IMODE((data.path / "control-secret").stat().st_mode) == 0o600
    assert stat.S_IMODE(data.path.stat().st_mode) == 0o700
    data.close()


@pytest.mark.parametrize("broken", [b"", b" \n", b"\xff\xfe"])
def test_a_secret_that_is_none_is_named(tmp_path, broken):
    data = DataDir(tmp_path)
    (tmp_path / "control-secret").write_bytes(broken)
    with pytest.raises(CannotRun, match="control-secret is empty or broken"):
        data.secret("control-secret")
    data.close()


def test_two_runs_cannot_share_a_folder(tmp_path):
    first = DataDir(tmp_path)
    with pytest.raises(CannotRun, match="already"):
        DataDir(tmp_path)
    first.close()
    DataDir(tmp_path).close()


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CannotRun, match="--data"):
        DataDir(tmp_path / "file" / "data")
