"""What a charge point keeps, between its own types and the bytes of the store."""

from collections.abc import Sequence

import msgspec

from simulator.link.lane import Unsent
from simulator.memory import port
from simulator.unit.settings import Settings
from simulator.unit.state import State


class Kept(msgspec.Struct, kw_only=True):
    """The state of a unit and, as JSON, that of what it speaks."""

    unit: State
    speaker: msgspec.Raw


class Remembered(msgspec.Struct, kw_only=True):
    """One charge point as it was when the process ended."""

    charge_point_id: str
    settings: Settings
    state: State
    speaker: bytes
    unsent: list[Unsent]


def recall(store: port.Memory) -> list[Remembered]:
    """Every charge point of a store. Raises :class:`StateError`, also for what another version wrote."""
    found = []
    try:
        for row in store.load():
            kept = msgspec.json.decode(row.state, type=Kept)
            found.append(
                Remembered(
                    charge_point_id=row.charge_point_id,
                    settings=msgspec.json.decode(row.settings, type=Settings),
                    state=kept.unit,
                    speaker=bytes(kept.speaker),
                    unsent=[msgspec.json.decode(message, type=Unsent) for message in row.unsent],
                )
            )
    except msgspec.MsgspecError as error:
        raise port.StateError(f"the state is of another version: {error}") from error
    return found


def keep(
    store: port.Memory,
    charge_point_id: str,
    settings: Settings,
    kept: Kept,
    *,
    added: Sequence[Unsent] = (),
    answered: Sequence[int] = (),
) -> None:
    """Save a charge point, with the messages that became due and the ``seq`` of those done, at once. Raises
    :class:`StateError`.
    """
    store.save(
        charge_point_id,
        msgspec.json.encode(settings),
        msgspec.json.encode(kept),
        added=[(one.seq, msgspec.json.encode(one)) for one in added],
        answered=answered,
    )
