"""All drivers of the demo, each in a thread of its own, until the curtain falls."""

import random
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from standalone.api_client import ApiClient, Refused, Unreachable
from standalone.demo.driver import Driver
from standalone.demo.stranger import Stranger
from standalone.demo.temperament import STRANGER, Temperament
from standalone.screen import Screen
from standalone.street import NotPossible, Street

LOOK_S = 0.7
AFTER_FAILURE_S = 3.0
DEVICE = "standalone-demo"


class Stage:
    """``api`` and ``simulators`` are their roots; every account has the same ``password``."""

    def __init__(
        self, api: str, simulators: str, screen: Screen, password: str, seed: int, trust: Path | None = None
    ) -> None:
        self._api = api
        self._simulators = simulators
        self._screen = screen
        self._password = password
        self._seed = seed
        self._trust = trust
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def begin(self, roster: Sequence[Temperament], *, stranger: bool = True) -> None:
        """Let them come."""
        for temperament in roster:
            self._spawn(temperament.name, self._play, temperament)
        if stranger:
            self._spawn(STRANGER.name, self._play_stranger)

    def end(self) -> None:
        """They stop where they are; the next run goes on from there."""
        self._over.set()
        for thread in self._threads:
            thread.join(20)

    def _spawn(self, name: str, play: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=play, args=arguments, name=f"driver-{name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _play(self, temperament: Temperament) -> None:
        def say(text: str) -> None:
            self._screen.happening(temperament.name, text, kind="driver")

        api, street = ApiClient(self._api, self._trust), Street(self._simulators)
        driver = Driver(temperament, api, street, say, self._chance(temperament.name))

        def step() -> None:
            try:
                driver.step()
            except Refused as refused:
                if refused.status != 401:
                    raise
                api.log_in(temperament.name, self._password, DEVICE)

        self._repeat(step, say)
        api.close()
        street.close()

    def _play_stranger(self) -> None:
        def say(text: str) -> None:
            self._screen.happening(STRANGER.name, text, kind="stranger")

        street = Street(self._simulators)
        self._repeat(Stranger(street, say, self._chance(STRANGER.name)).step, say)
        street.close()

    def _repeat(self, step: Callable[[], None], say: Callable[[str], None]) -> None:
        said = ""
        while not self._over.is_set():
            try:
                step()
                said = ""
                self._over.wait(LOOK_S)
            except (Unreachable, Refused, NotPossible) as failure:
                if str(failure) != said:
                    said = str(failure)
                    say(f"has to try again: {said}")
                self._over.wait(AFTER_FAILURE_S)

    def _chance(self, name: str) -> random.Random:
        return random.Random(f"{self._seed} {name}")  # noqa: S311
