"""Somebody without an account who tries a card nobody knows, and is refused."""

import random
import time

from standalone.demo.driver import Say
from standalone.demo.site import PLACES
from standalone.demo.temperament import STRANGER, STRANGERS_CARD
from standalone.street import Street


class Stranger:
    """Call :meth:`step` about once a second."""

    def __init__(self, street: Street, say: Say, chance: random.Random) -> None:
        self._street = street
        self._say = say
        self._chance = chance
        self._again()

    def step(self) -> None:
        """Try where no car is, if it is time. Raises ``NotPossible``."""
        if time.monotonic() < self._act_at:
            return
        self._again()
        place = self._chance.choice(sorted(PLACES.values(), key=lambda one: one.charger_id))
        if self._street.connector(place.charge_point_id, place.connector)["plugged"]:
            return
        outcome = self._street.tap(place.charge_point_id, place.connector, STRANGERS_CARD)
        self._say(f"tries a card nobody knows at {place.charger_id}: {outcome.replace('_', ' ')}")

    def _again(self) -> None:
        self._act_at = time.monotonic() + self._chance.uniform(*STRANGER.away_s)
