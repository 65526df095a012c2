"""`make check` sees a generated page that no longer says what the code says."""

from pathlib import Path

import pytest

from docs.dependencies import dependencies_page
from docs.generate import Generator, main
from docs.settings import settings_page
from docs.unwritable import Unwritable

PAGE = Generator("page", "page.md", lambda _root: "new\n")


def test_a_stale_page_fails_the_check_and_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page.md").write_text("old\n")
    assert main(["--check"], [PAGE], tmp_path) == 1
    assert "page.md" in capsys.readouterr().err
    assert (tmp_path / "page.md").read_text() == "old\n"


def test_a_missing_page_fails_the_check(tmp_path: Path) -> None:
    assert main(["--check"], [PAGE], tmp_path) == 1


def test_writing_makes_the_check_pass(tmp_path: Path) -> None:
    assert main([], [PAGE], tmp_path) == 0
    assert (tmp_path / "page.md").read_text() == "new\n"
    assert main(["--check"], [PAGE], tmp_path) == 0


def test_only_the_named_pages_are_written(tmp_path: Path) -> None:
    other = Generator("other", "other.md", lambda _root: "x\n")
    assert main(["other"], [PAGE, other], tmp_path) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["other.md"]


def test_an_unknown_page_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["gone"], [PAGE], tmp_path)
    assert stopped.value.code == 2


def test_a_page_that_cannot_be_made_fails_the_check_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def unwritable(_root: Path) -> str:
        message = "model/x.py: say more"
        raise Unwritable(message)

    assert main(["--check"], [Generator("bad", "bad.md", unwritable)], tmp_path) == 1
    assert "model/x.py: say more" in capsys.readouterr().err


def test_a_package_without_a_reason_is_refused(tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/app.in").write_text("flask\n")
    (tmp_path / "requirements.txt").write_text("flask==3.1.3 \\\n")
    with pytest.raises(Unwritable, match="`flask` needs a reason"):
        dependencies_page(tmp_path)


def test_a_package_missing_from_the_lock_is_refused(tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/app.in").write_text("flask  # web\n")
    (tmp_path / "requirements.txt").write_text("other==1 \\\n")
    with pytest.raises(Unwritable, match="flask is not in the lock"):
        dependencies_page(tmp_path)


def test_a_setting_without_a_description_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model/settings.py").write_text("class Settings:\n    pause_s: int = 3\n")
    with pytest.raises(Unwritable, match="pause_s"):
        settings_page(tmp_path)


def test_a_setting_is_shown_with_its_default_and_meaning(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    source = 'class Settings:\n    pause_s: int = 3\n    """How long to wait."""\n'
    (tmp_path / "model/settings.py").write_text(source)
    assert "| `pause_s` | `int` | `3` | How long to wait. |" in settings_page(tmp_path)
