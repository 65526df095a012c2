"""Bodies and replies of `web_push`, `user/web_push` and `user/notifications`."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.base import Body, Path, Query, Reply
from api.schemas.user import QuietHoursModel, quiet_hours_model
from model.account import User
from services.accounts.profile import Subscription
from services.notifying.catalogue import LANGUAGES, language_named
from services.notifying.table import SWITCHED, TABLE, Channel, switch_of

Key = Annotated[str, StringConstraints(min_length=16, max_length=120, pattern=r"^[A-Za-z0-9_=-]+$")]


class MessagePath(Path):
    """A message that was sent."""

    message_id: str = Field(max_length=200, description="Its `message_id`.")


class WebPushReply(Reply):
    """What a browser subscribes with."""

    public_key: str = Field(description="`applicationServerKey`: an uncompressed point of P-256, base64url.")


class KeysModel(Body):
    """The keys of a subscription, base64url."""

    p256dh: Key
    auth: Key


class SubscriptionBody(Body):
    """A browser's subscription, as `PushSubscription.toJSON()` gives it."""

    model_config = ConfigDict(populate_by_name=True)

    endpoint: str = Field(min_length=12, max_length=2048, description="Where its push service takes messages.")
    keys: KeysModel
    expiration_time: float | None = Field(default=None, alias="expirationTime", description="Not looked at.")
    label: str = Field(default="", max_length=100, description="What its owner calls it.")


class EndpointQuery(Query):
    """Which browser; without it the one that asks."""

    endpoint: str | None = Field(default=None, max_length=2048, description="Its subscription's endpoint.")


class MessageItem(Reply):
    """One kind of message, and where it comes to its reader."""

    event: str
    switch: str = Field(description="Its name in `switches`; with `.push` or `.mail` of one channel only.")
    title: str = Field(description="In the reader's language.")
    for_managers: bool
    switchable: bool = Field(description="False: it comes by one channel at least.")
    push: bool
    mail: bool
    mail_otherwise: bool = Field(description="By mail where there is no device, or, of an offer, nobody saw it.")


class NotificationSettings(Reply):
    """Everything a page of notification settings shows."""

    language: str
    languages: list[str]
    quiet_hours: QuietHoursModel | None
    switches: dict[str, bool]
    messages: list[MessageItem]
    web_push_key: str | None = Field(description="Null: this deployment has no Web Push.")


class NotificationsReply(Reply):
    """One's own."""

    notifications: NotificationSettings


def subscription_of(body: SubscriptionBody) -> Subscription:
    """The subscription a body describes."""
    return Subscription(endpoint=body.endpoint, p256dh=body.keys.p256dh, auth=body.keys.auth, label=body.label)


def notifications_reply(user: User, web_push_key: str, *, manages: bool) -> NotificationsReply:
    """What a user may set, with the messages that can come to them."""
    return NotificationsReply(
        notifications=NotificationSettings(
            language=user.language,
            languages=list(LANGUAGES),
            quiet_hours=quiet_hours_model(user.quiet_hours),
            switches=dict(sorted(user.switches.items())),
            messages=[_message(user, kind) for kind in TABLE if manages or not kind.startswith("alert.")],
            web_push_key=web_push_key or None,
        )
    )


def _message(user: User, kind: str) -> MessageItem:
    row, switch = TABLE[kind], switch_of(kind)
    whole = user.switches.get(switch, True) or not row.switchable
    may = {one: user.switches.get(f"{switch}.{one.value}", whole) for one in SWITCHED}
    chosen = {one: may[one] and (one in row.channels or f"{switch}.{one.value}" in user.switches) for one in SWITCHED}
    return MessageItem(
        event=str(kind),
        switch=switch,
        title=language_named(user.language).titles[kind],
        for_managers=kind.startswith("alert."),
        switchable=row.switchable,
        push=chosen[Channel.PUSH],
        mail=chosen[Channel.MAIL],
        mail_otherwise=may[Channel.MAIL] and Channel.MAIL in row.otherwise,
    )
