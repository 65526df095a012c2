"""The tutorial of the simulator works as it is written, and shows what really comes."""

from tests.e2e.simulator_tutorial import PAGE, blocks, run, settled, values


def test_every_command_answers_as_the_page_shows(tmp_path):
    written = blocks(PAGE.read_text("utf-8"))
    assert len(written) >= 15
    said = run([command for command, _ in written], tmp_path)
    shown = 0
    for (command, wanted), got in zip(written, said, strict=True):
        if wanted is not None:
            assert settled(values(got)) == settled(values(wanted)), command
            shown += 1
    assert shown >= 12
    (table,) = [got for (command, _), got in zip(written, said, strict=True) if "format=csv" in command]
    assert table.startswith("message_id,at,direction,action")
