"""Letters as `.eml` files in a folder, readable by their owner only; for one machine and for tests."""

import os
from pathlib import Path

from model.errors import Unavailable
from services.adapters.letter import letter_of
from services.ports import Clock, Randomness


class MailFolder:
    """Writes one file a letter, whole or not at all."""

    def __init__(self, folder: Path, sender: str, clock: Clock, randomness: Randomness) -> None:
        self._folder = folder
        self._sender = sender
        self._clock = clock
        self._randomness = randomness

    def send(self, to: str, subject: str, text: str, *, message_id: str = "") -> None:
        """Write ``TIME-RANDOM.eml``; made first under a name that is no letter's."""
        now = self._clock.now()
        letter = letter_of(self._sender, to, subject, text, now, message_id)
        name = f"{now:%Y%m%dT%H%M%S%f}-{self._randomness.token(6)}"
        unfinished, finished = self._folder / f".{name}.part", self._folder / f"{name}.eml"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(letter.as_bytes())
            unfinished.replace(finished)
        except OSError as error:
            raise Unavailable("mail_unavailable", "The letter could not be sent.", retry_after_s=60) from error
