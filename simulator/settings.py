"""The simulator's own settings, which outlive the process."""

import msgspec

from simulator.memory.port import NOBODY, OPERATIONS_KEPT, Memory, StateError

NAME = "settings"
USUAL_CENTRAL = "ws://127.0.0.1:9000/ocpp"


class SimulatorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """``central`` is where charge points connect that were made without an address of their own. Of each charge point
    ``messages_kept`` frames and ``operations_kept`` operations can be read.
    """

    central: str = USUAL_CENTRAL
    messages_kept: int = 1000
    operations_kept: int = OPERATIONS_KEPT
    # Energy flows so many times faster than in the world: a day's charge in minutes.
    meter_speed: float = 1.0


def load(memory: Memory) -> SimulatorSettings:
    """Raises ``StateError``."""
    content = memory.note(NOBODY, NAME)
    try:
        return msgspec.json.decode(content, type=SimulatorSettings) if content is not None else SimulatorSettings()
    except msgspec.MsgspecError as error:
        raise StateError(f"the settings are of another version: {error}") from error


def save(memory: Memory, settings: SimulatorSettings) -> None:
    """Raises ``StateError``."""
    memory.take_note(NOBODY, NAME, msgspec.json.encode(settings))
