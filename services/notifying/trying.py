"""Services: a message that only shows whether a location's managers are reached, by each way they are told together."""

from collections.abc import Iterator
from dataclasses import dataclass

from model.account import User
from model.errors import Unavailable
from model.site import Site
from services.context import Services
from services.ports import Notification
from services.variable_values import ways_of

MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one way; ``trouble`` empty: it was taken. Nothing of an address is in it."""

    way: str
    trouble: str = ""


def ways_at(services: Services, location_id: str) -> list[str]:
    """The channels of a location's managers by name, and ``mail`` where letters are sent."""
    channels = [] if services.managers is None else services.managers.names(location_id)
    return [*channels, *([MAIL] if MAIL in ways_of(services.configuration.notifier) else [])]


def try_ways(services: Services, site: Site, asking: User) -> list[Tried]:
    """Send a message each way and wait for what becomes of it; the letter goes to who asks."""
    notification = Notification(
        message_id=f"test:{services.randomness.token(9)}",
        user_id="",
        kind="test",
        title="Test message",
        text=f"{asking.username} tries how managers of {site.name or site.location_id} are told. Nothing happened.",
        data={"event": "test", "location_id": site.location_id},
    )
    return list(_tried(services, notification, asking))


def _tried(services: Services, notification: Notification, asking: User) -> Iterator[Tried]:
    for way in ways_at(services, notification.data["location_id"]):
        if way == MAIL and not asking.email:
            yield Tried(way, "Your account has no e-mail address.")
            continue
        try:
            if way == MAIL:
                text = f"{notification.text}\n"
                services.mail.send(asking.email, notification.title, text, message_id=notification.message_id)
            elif services.managers is not None:
                services.managers.tell(way, notification)
        except Unavailable as error:
            yield Tried(way, error.message)
        else:
            yield Tried(way)
