"""What a charge point keeps, between its own types and the bytes of the store."""

from collections.abc import Sequence
from typing import Any

import msgspec

from simulator.chargepoint.settings import Settings
from simulator.chargepoint.state import State
from simulator.store import StateFileError, Store


class Unsent(msgspec.Struct, kw_only=True):
    """A transaction-related message until it is answered. ``seq`` grows by charge point and is never reused
    while another waits. ``key`` is the transaction it is about; its id is filled in when the message is sent.
    """

    seq: int
    action: str
    payload: dict[str, Any]
    key: str


class Memory(msgspec.Struct, kw_only=True):
    """One charge point as it was when the process ended."""

    charge_point_id: str
    settings: Settings
    state: State
    unsent: list[Unsent]


def recall(store: Store) -> list[Memory]:
    """Every charge point of a store. Raises :class:`StateFileError`, also for what another version wrote."""
    try:
        return [
            Memory(
                charge_point_id=row.charge_point_id,
                settings=msgspec.json.decode(row.settings, type=Settings),
                state=msgspec.json.decode(row.state, type=State),
                unsent=[msgspec.json.decode(message, type=Unsent) for message in row.unsent],
            )
            for row in store.load()
        ]
    except msgspec.MsgspecError as error:
        raise StateFileError(f"the state is of another version: {error}") from error


def keep(
    store: Store,
    charge_point_id: str,
    settings: Settings,
    state: State,
    *,
    added: Sequence[Unsent] = (),
    answered: Sequence[int] = (),
) -> None:
    """Save a charge point, with the messages that became due and the ``seq`` of those done, at once. Raises
    :class:`StateFileError`.
    """
    store.save(
        charge_point_id,
        msgspec.json.encode(settings),
        msgspec.json.encode(state),
        added=[(one.seq, msgspec.json.encode(one)) for one in added],
        answered=answered,
    )
