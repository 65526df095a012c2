"""A notifier that keeps every message, and fails when it is told to."""

from services.ports import Notification


class FakeNotifier:
    def __init__(self) -> None:
        self.sent: list[Notification] = []
        self.failing = False

    def send(self, notification: Notification) -> None:
        if self.failing:
            raise ConnectionError("the notifier was told to fail")
        self.sent.append(notification)
