"""`web_push`, `user/web_push`, `user/notifications`: how messages reach their readers, and what they have seen."""

from api.etag import expected
from api.idempotency import once
from api.resource import Resource
from api.schemas.base import ActingQuery, Done
from api.schemas.notification import (
    EndpointQuery,
    MessagePath,
    NotificationsReply,
    SubscriptionBody,
    WebPushReply,
    notifications_reply,
    subscription_of,
)
from api.schemas.user import UserReply, user_reply
from api.site_wiring import at
from api.wiring import acting_for, caller, services
from model.account import UserType
from model.errors import NotFound
from services.accounts import profile
from services.accounts.names import user_with_id
from services.notifying.subscriptions import check_subscription

notification = Resource("notification", "How messages reach their readers, and what they have seen.")

_OFF = Done(message="This device gets no more messages.")
_SEEN = Done(message="Thank you.")


@notification.get("/web_push", responses={200: WebPushReply})
def get_web_push() -> WebPushReply:
    """Read the key that browsers subscribe with; 404 where this deployment has no Web Push."""
    return WebPushReply(public_key=_key())


@notification.put("/user/web_push", responses={200: UserReply})
def put_web_push(body: SubscriptionBody) -> UserReply:
    """Have messages come to this browser.

    One address a device, that of the token: a new one takes the place of the last.
    """
    claim = once(user_reply)
    _key()
    subscription = subscription_of(body)
    check_subscription(subscription, services().configuration.private_hosts)
    person = profile.change_profile(
        services(),
        caller().user_id,
        profile.Changes(subscription=subscription),
        by=caller(),
        once=claim,
        expected=expected(user_reply),
    )
    return user_reply(person)


@notification.delete("/user/web_push", responses={200: Done})
def delete_web_push(query: EndpointQuery) -> Done:
    """Have no more messages come to this device, or to the endpoint that is named."""
    profile.change_profile(
        services(),
        caller().user_id,
        profile.Changes(notification_token="", forgotten=query.endpoint or ""),
        by=caller(),
        once=once(lambda _: _OFF),
        expected=expected(user_reply),
    )
    return _OFF


@notification.get("/user/notifications", responses={200: NotificationsReply})
def get_notifications(query: ActingQuery) -> NotificationsReply:
    """Read which messages can come, by which channels, and when none do. Changed with `PATCH user`."""
    user = user_with_id(services().store, acting_for(query.username))
    return notifications_reply(user, services().web_push_key, manages=user.type is UserType.ADMIN)


@notification.post("/user/notifications/<message_id>/seen", responses={200: Done})
def see_notification(path: MessagePath) -> Done:
    """Say that a message was shown to its reader: an offer that was seen does not go out on another channel.

    404 for one that is not the caller's. Said again it changes nothing.
    """
    at().receipts.see(path.message_id, caller().user_id, once=once(lambda _: _SEEN))
    return _SEEN


def _key() -> str:
    key = services().web_push_key
    if not key:
        raise NotFound("web_push_off", "This deployment sends nothing to browsers.")
    return key
