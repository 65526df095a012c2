"""RAPI's frames as facts: states, readings, limits. Every answer's tokens may be fewer, older or nonsense.

Raises :class:`BadWords` where a frame does not say what it should; nothing else.
"""

from dataclasses import dataclass

from ocpp_bridge.units.openevse.rapi_frames import Frame

OK, NK = "OK", "NK"
STATE_CHANGED, BOOTED, STATE_CHANGED_BEFORE = "AT", "AB", "ST"
"""Lines that come by themselves; ``ST`` is older firmware's and tells the state alone."""


MOST_MA, MOST_MV = 1_000_000, 1_000_000
"""Beyond is no measurement."""


class BadWords(ValueError):
    """The frame does not say what it should."""


@dataclass(frozen=True, slots=True)
class State:
    """``pilot`` and ``vflags`` None: older firmware tells the state alone. ``limit_a``: the pilot's amperes."""

    evse: int
    pilot: int | None = None
    vflags: int | None = None
    limit_a: int | None = None
    elapsed_s: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Amperes. ``configured_a``: the most it was set up for."""

    least_a: int
    most_a: int
    pilot_a: int | None = None
    configured_a: int | None = None


@dataclass(frozen=True, slots=True)
class Versions:
    """``protocol`` as numbers, such as (5, 1, 0)."""

    firmware: str
    protocol: tuple[int, ...] = ()


def changed_state(frame: Frame) -> State:
    """``$AT evse pilot amps vflags`` (hex, hex, decimal, hex), or ``$ST evse``."""
    words = frame.tokens[1:]
    if not words:
        raise BadWords(f"${frame.name} without a state")
    return State(
        evse=_hex(words[0]),
        pilot=_hex(words[1]) if len(words) > 1 else None,
        limit_a=_decimal(words[2]) if len(words) > 2 else None,
        vflags=_hex(words[3]) if len(words) > 3 else None,
    )


def shown_state(words: tuple[str, ...]) -> State:
    """``$GS``'s answer: state, seconds, pilot, flags; older: state and seconds, in decimal."""
    if not words:
        raise BadWords("no state")
    if len(words) < 3:
        return State(evse=_decimal(words[0]), elapsed_s=_decimal(words[1]) if len(words) > 1 else None)
    return State(
        evse=_hex(words[0]),
        elapsed_s=_decimal(words[1]),
        pilot=_hex(words[2]),
        vflags=_hex(words[3]) if len(words) > 3 else None,
    )


def amperes_and_volts(words: tuple[str, ...]) -> tuple[int | None, int | None]:
    """``$GG``'s answer in mA and mV; what is not measured (−1) is None."""
    current_ma = _decimal(words[0]) if words else -1
    voltage_mv = _decimal(words[1]) if len(words) > 1 else -1
    return (
        current_ma if 0 <= current_ma < MOST_MA else None,
        voltage_mv if 0 < voltage_mv < MOST_MV else None,
    )


def energy(words: tuple[str, ...]) -> tuple[int, int]:
    """``$GU``'s answer: watt-seconds of this session, Wh of the unit's life."""
    if not words:
        raise BadWords("no energy")
    return _decimal(words[0]), _decimal(words[1]) if len(words) > 1 else 0


def limits(words: tuple[str, ...]) -> Limits:
    """``$GC``'s answer: least, most of the hardware, the pilot's, the configured most."""
    if len(words) < 2:
        raise BadWords("no limits")
    more = [_decimal(word) for word in words[2:4]]
    return Limits(
        least_a=_decimal(words[0]),
        most_a=_decimal(words[1]),
        pilot_a=more[0] if more else None,
        configured_a=more[1] if len(more) > 1 else None,
    )


def versions(words: tuple[str, ...]) -> Versions:
    """``$GV``'s answer."""
    if not words:
        raise BadWords("no version")
    parts = words[1].split(".") if len(words) > 1 else []
    return Versions(firmware=words[0][:64], protocol=tuple(int(part) for part in parts if part.isdecimal()))


def boot(frame: Frame) -> tuple[int, str]:
    """``$AB post firmware``: the self-test's result, 0 for well."""
    words = frame.tokens[1:]
    return (_hex(words[0]) if words else 0), (words[1][:64] if len(words) > 1 else "")


def clamped_a(words: tuple[str, ...]) -> int | None:
    """``$SC``'s answer: what was set instead, if it says so."""
    return _decimal(words[0]) if words else None


def _hex(word: str) -> int:
    return _number(word, 16)


def _decimal(word: str) -> int:
    return _number(word, 10)


def _number(word: str, base: int) -> int:
    if len(word) > 16 or not word.lstrip("-").isalnum():
        raise BadWords(f"{word!r} is no number")
    try:
        return int(word, base)
    except ValueError as error:
        raise BadWords(f"{word!r} is no number") from error
