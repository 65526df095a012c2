"""Bodies and replies of `user…`."""

from pydantic import Field

from api.schemas.base import Body, Reply
from api.schemas.quota import QuotaModel, quota_model
from model.account import QuietHours, UserState, UserType
from model.instants import to_text
from services.accounts.profile import MOST_SWITCHES, Changes
from services.standing import Person


class DeviceItem(Reply):
    """Where notifications go. The address itself is never shown."""

    device_id: str
    label: str
    web_push: bool = Field(description="A browser; else an app.")


class QuietHoursModel(Body):
    """When nothing is sent, in the local time of the place a message is about; they may go over midnight."""

    start: str = Field(min_length=5, max_length=5, description="`HH:MM`.")
    end: str = Field(min_length=5, max_length=5, description="`HH:MM`.")
    offers: bool = Field(default=True, description="Whether offers come all the same.")


class User(Reply):
    """A user as the owner and admins see one."""

    username: str
    type: UserType
    state: UserState
    name: str
    surname: str
    email: str
    active: bool
    location_id: str | None
    charger_id: str | None
    session_id: int | None
    balance: int = Field(description="In minor units of `currency`; its ledger is `GET user/balance`.")
    currency: str = Field(description="ISO 4217; empty while nothing was booked.")
    groups: list[str] = Field(description="Ids of the groups they are in.")
    quota: QuotaModel = Field(description="Their own; groups have theirs, and `GET user/quota` says what is left.")
    tag: str = Field(description="The made-up tag: parent of all the user's cards.")
    devices: list[DeviceItem]
    switches: dict[str, bool]
    quiet_hours: QuietHoursModel | None = Field(description="When nothing is sent; null: at no time.")
    language: str = Field(description="Of messages: `en`, `de`.")
    token_last_refreshed: str | None
    created_at: str | None


class UserReply(Reply):
    """One user."""

    user: User


class UsersReply(Reply):
    """A page of users, by username."""

    users: list[User]
    next_page_token: str | None


class UserChanges(Body):
    """What is to change of one's own account; what is left out stays."""

    name: str | None = Field(default=None, max_length=100)
    surname: str | None = Field(default=None, max_length=100)
    email: str | None = Field(default=None, max_length=254, description="Unique; empty removes it.")
    password: str | None = Field(default=None, min_length=8, max_length=256, description="Ends all other tokens.")
    current_password: str | None = Field(default=None, max_length=1000, description="Needed with `password`.")
    notification_token: str | None = Field(
        default=None, max_length=4096, description="This device's address for notifications; empty takes it off."
    )
    switches: dict[str, bool] | None = Field(
        default=None,
        max_length=MOST_SWITCHES,
        description="Notification switches, all of them: `full`, or of one channel `full.mail`, `full.push`."
        " Offers come all the same where `offered` is off.",
    )
    quiet_hours: QuietHoursModel | None = Field(default=None, description="Null takes them away.")
    language: str | None = Field(default=None, max_length=8, description="Of messages: `en`, `de`.")


class NewUser(Body):
    """An account an admin makes."""

    username: str = Field(min_length=1, max_length=64)
    password: str | None = Field(
        default=None, min_length=8, max_length=256, description="Units (`service`) need none; admins 10 characters."
    )
    type: UserType = UserType.USER
    name: str = Field(default="", max_length=100)
    surname: str = Field(default="", max_length=100)
    email: str = Field(default="", max_length=254)


class AccessChanges(Body):
    """What an admin changes of an account."""

    type: UserType | None = None
    active: bool | None = Field(default=None, description="False ends all its tokens; it cannot log in.")
    quota: QuotaModel | None = Field(
        default=None,
        description="The user's own quota, whole; `{}` takes it away. A limit in it replaces that of the groups.",
    )


class AdminFlag(Body):
    """Whether somebody is an admin."""

    is_admin: bool


def quiet_hours_model(hours: QuietHours | None) -> QuietHoursModel | None:
    """Quiet hours as they are shown."""
    return None if hours is None else QuietHoursModel(start=hours.start, end=hours.end, offers=hours.offers)


def changes_of(body: UserChanges) -> Changes:
    """What a body asks for."""
    given = body.model_dump(exclude={"quiet_hours"})
    hours = body.quiet_hours
    return Changes(
        **given,
        quiet_hours=None if hours is None else QuietHours(**hours.model_dump()),
        no_quiet_hours=hours is None and "quiet_hours" in body.model_fields_set,
    )


def user_of(person: Person) -> User:
    """A user as the owner and admins see one."""
    user, standing = person.user, person.standing
    return User(
        username=user.username,
        type=user.type,
        state=standing.state,
        name=user.name,
        surname=user.surname,
        email=user.email,
        active=user.active,
        location_id=standing.location_id,
        charger_id=standing.charger_id,
        session_id=standing.session_id,
        balance=user.balance,
        currency=user.currency,
        groups=list(user.groups),
        quota=quota_model(user.quota),
        tag=user.tag,
        devices=[
            DeviceItem(device_id=each.device_id, label=each.label, web_push=bool(each.p256dh)) for each in user.devices
        ],
        switches=dict(sorted(user.switches.items())),
        quiet_hours=quiet_hours_model(user.quiet_hours),
        language=user.language,
        token_last_refreshed=to_text(user.token_refreshed_at),
        created_at=to_text(user.created_at),
    )


def user_reply(person: Person) -> UserReply:
    """The reply about one user."""
    return UserReply(user=user_of(person))
