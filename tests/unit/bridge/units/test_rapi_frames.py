"""RAPI's lines: every example of its description there and back, and nothing that harms in what is damaged."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpp_bridge.units.openevse import rapi_words as words
from ocpp_bridge.units.openevse.rapi_conversation import Conversation, Reply
from ocpp_bridge.units.openevse.rapi_frames import Damaged, Frame, LineParser, parse, sum_of, written

EXAMPLES = (
    "$GS^30", "$GE^26", "$GG^24", "$GU^36", "$GV^35", "$GC^20", "$FE^27", "$FS^31", "$FD^26", "$SC 16^13",
    "$SC 16 V^65", "$OK^20", "$NK^21", "$AB 00 D8.1.1^5B", "$AT 01 01 32 0200^32", "$AT 02 02 32 0700^37",
    "$AT 03 03 32 0540^31", "$OK 03 12 03 0540^22", "$OK 15840 240000^1E", "$OK 27930 0^2F", "$OK 6 80 32 32^1E",
    "$NK 32^00",
)  # fmt: skip


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_is_read_and_written_as_it_stands(line: str) -> None:
    frame = parse(line.encode())
    assert frame is not None
    if "." not in line:  # A version is the unit's to say.
        assert written(frame) == line.encode() + b"\r"


@pytest.mark.parametrize("line", EXAMPLES)
def test_the_older_checksum_is_as_good(line: str) -> None:
    body = line[:-3].encode()
    found = parse(body + b"*%02X" % sum_of(body))
    assert found == parse(line.encode())
    if found is not None and "." not in line:
        assert written(found, by_sum=True) == body + b"*%02X\r" % sum_of(body)


@pytest.mark.parametrize("line", EXAMPLES)
def test_each_bit_that_turns_over_is_noticed(line: str) -> None:
    raw = line.encode()
    for place in range(len(raw) - 3):
        for bit in range(8):
            damaged = raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]
            assert parse(damaged) is None


def test_a_sequence_is_told_apart_from_what_it_answers() -> None:
    assert parse(written(Frame(("OK", "16"), 0xA7)).rstrip(b"\r")) == Frame(("OK", "16"), 0xA7)
    assert written(Frame(("GS",), 0x0A)).startswith(b"$GS :0A^")


@pytest.mark.parametrize(
    "frame",
    [
        Frame(()),
        Frame(("GS\r$FD",)),
        Frame(("GS", "")),
        Frame(("G S",)),
        Frame(("GS",), 256),
        Frame(("SC", "1234567890", "1234567890", "123")),
        Frame(tuple("ABCDEFGHIJK")),
        Frame(tuple("ABCDEFGHIJ"), 1),
    ],
)
def test_what_no_unit_would_take_is_never_sent(frame: Frame) -> None:
    with pytest.raises(ValueError, match=r"."):
        written(frame)


def test_text_stands_anywhere_and_lines_come_in_pieces() -> None:
    parser = LineParser()
    told = b"OpenEVSE WiFi\r\nboot $$ x$OK 03 12 03 0540^22\r\r\n$AT 02 02 32 0700^37\r$OK^2"
    found = [each for byte in told for each in parser.feed(bytes([byte]))]
    assert found == [Frame(("OK", "03", "12", "03", "0540")), Frame(("AT", "02", "02", "32", "0700"))]
    assert parser.feed(b"0\r") == [Frame(("OK",))]


def test_a_damaged_line_harms_no_later_one() -> None:
    found = LineParser().feed(b"$OK 03 12^22\r$OK^20\r")
    assert [type(each) for each in found] == [Damaged, Frame]


def test_a_line_without_end_is_given_up() -> None:
    parser = LineParser()
    for _ in range(1000):
        assert parser.feed(b"$AT 01" * 100) == []
    assert parser.feed(b"\r$OK^20\r")[-1] == Frame(("OK",))


@given(st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([each.encode() + b"\r" for each in EXAMPLES]))))
def test_random_and_damaged_bytes_never_raise_and_good_frames_come_through(pieces: list[bytes]) -> None:
    conversation = Conversation()
    for piece in pieces:
        for frame in conversation.hear(piece).told:
            with contextlib.suppress(words.BadWords):
                words.boot(frame) if frame.name == words.BOOTED else words.changed_state(frame)
    assert conversation.hear(b"\r$AT 03 03 32 0540^31\r").told[-1] == Frame(("AT", "03", "03", "32", "0540"))


@given(st.lists(st.text("0123456789abcdefxyz-_.:", max_size=20), max_size=6))
def test_nonsense_in_a_good_frame_is_nonsense_and_nothing_worse(tokens: list[str]) -> None:
    for meaning in (
        words.shown_state,
        words.amperes_and_volts,
        words.energy,
        words.limits,
        words.versions,
        words.clamped_a,
    ):
        with contextlib.suppress(words.BadWords):
            meaning(tuple(tokens))


def test_an_answer_is_taken_for_the_command_that_it_answers() -> None:
    conversation = Conversation()
    conversation.speaks((5, 1, 0))
    assert conversation.say("GS") == b"$GS :01^2B\r"
    heard = conversation.hear(b"$AT 02 02 32 0700^37\r$OK 03 12 03 0540^22\r")
    assert heard.reply == Reply(ok=True, words=("03", "12", "03", "0540")), "without an echo it is taken as it comes"
    assert [frame.name for frame in heard.told] == ["AT"]
    conversation.say("GG")
    late = conversation.hear(written(Frame(("OK", "1"), 1)))
    assert (late.reply, late.late) == (None, 1)
    assert conversation.hear(written(Frame(("NK", "32"), 2))).reply == Reply(ok=False, words=("32",))
    assert conversation.hear(b"$OK^20\r").late == 1, "nobody asked"


def test_sequences_go_round_and_leave_none_out_but_zero() -> None:
    conversation = Conversation()
    conversation.speaks((5,))
    said = [conversation.say("GS") for _ in range(256)]
    assert said[254].startswith(b"$GS :FF")
    assert said[255] == said[0]


def test_older_firmware_is_spoken_to_without_sequences() -> None:
    conversation = Conversation()
    conversation.speaks((4, 0, 1))
    assert conversation.say("GS") == b"$GS^30\r"


def test_what_the_examples_mean() -> None:
    assert words.changed_state(_frame("$AT fe 03 32 0540")) == words.State(0xFE, 0x03, 0x0540, 32)
    assert words.shown_state(("03", "12", "03", "0540")) == words.State(3, 3, 0x0540, elapsed_s=12)
    assert words.shown_state(("254", "7")) == words.State(0xFE, elapsed_s=7), "older: in decimal, without pilot"
    assert words.amperes_and_volts(("15840", "240000")) == (15840, 240_000)
    assert words.amperes_and_volts(("-1", "-1")) == (None, None), "no ammeter"
    assert words.energy(("27930", "0")) == (27_930, 0)
    assert words.limits(("6", "80", "32", "32")) == words.Limits(6, 80, 32, 32)
    assert words.versions(("D8.1.1", "5.1.0")) == words.Versions("D8.1.1", (5, 1, 0))
    assert words.boot(_frame("$AB 08 D8.1.1")) == (8, "D8.1.1")
    assert words.clamped_a(("32",)) == 32


def _frame(text: str) -> Frame:
    return Frame(tuple(text.removeprefix("$").split()))
