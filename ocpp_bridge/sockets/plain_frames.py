"""WebSocket frames as charge points send nearly all of them: a whole text in one piece, and its answer in another.

What is anything else is left to `websockets`, which takes several times as long over each.
"""

try:
    from websockets.speedups import apply_mask
except ImportError:
    from websockets.utils import apply_mask

TEXT_IN_ONE = 0x81
"""The last frame of a message, and its first: a text."""
MASKED = 0x80
SHORT_MOST, MEDIUM_MOST = 125, 0xFFFF
MEDIUM = 126


def text_of(data: bytes) -> bytes | None:
    """The text of what is one masked frame and nothing more; None: it is something else."""
    size = len(data)
    if size < 6 or data[0] != TEXT_IN_ONE:
        return None
    length, begin = data[1] - MASKED, 2
    if length == MEDIUM:
        length, begin = data[2] << 8 | data[3], 4
    elif not 0 <= length <= SHORT_MOST:
        return None
    if size != begin + 4 + length:
        return None
    return apply_mask(data[begin + 4 :], data[begin : begin + 4])


def frame_of(text: bytes) -> bytes | None:
    """A server's frame of a text; None: it is longer than this makes them."""
    size = len(text)
    if size <= SHORT_MOST:
        return bytes((TEXT_IN_ONE, size)) + text
    return b"\x81\x7e" + size.to_bytes(2, "big") + text if size <= MEDIUM_MOST else None
