"""What a run leaves in its folder for those who look in from outside."""

from standalone import running
from standalone.data_dir import DataDir
from standalone.running import Running


def test_the_last_run_is_known_and_whether_it_is_there(tmp_path):
    assert running.last(tmp_path / "nowhere") == (Running(), False)
    data = DataDir(tmp_path)
    assert running.last(tmp_path) == (Running(), True)
    run = Running(api="https://127.0.0.1:1", control="http://127.0.0.1:2", units="/x.toml")
    data.note(run)
    assert running.last(tmp_path) == (run, True)
    data.note(Running(api="short"))
    data.close()
    assert running.last(tmp_path) == (Running(api="short"), False)
    DataDir(tmp_path).close()


def test_a_note_of_another_version_is_left_alone(tmp_path):
    for text in ("", "[]", "3", '{"colour": "red"}', "\0"):
        (tmp_path / running.LOCK).write_text(text)
        assert running.last(tmp_path) == (Running(), False)
