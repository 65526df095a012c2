"""A post office that keeps every letter."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    to: str
    subject: str
    text: str
    message_id: str = ""


class FakeMail:
    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, to: str, subject: str, text: str, *, message_id: str = "") -> None:
        self.letters.append(Letter(to, subject, text, message_id))
