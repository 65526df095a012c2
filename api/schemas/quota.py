"""Quotas, what is left of them, and groups, as they travel. Energy in Wh."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.base import Body, OptionalBody, Path, Reply
from api.schemas.charger import LINE
from api.schemas.token import UsernamePath
from model.instants import to_text
from model.quota import Group as Noun
from model.quota import Membership, Of, Per, Quota
from services.groups.membership import Allowance

MAX_WH = 1_000_000_000
MAX_SESSIONS = 100_000
Energy = Annotated[int, Field(ge=0, le=MAX_WH)]
Sessions = Annotated[int, Field(ge=0, le=MAX_SESSIONS)]


class QuotaModel(Body):
    """What each driver may charge per local day and month; null: as much as they like, 0: nothing."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    day_wh: Energy | None = None
    """Energy a local day."""
    month_wh: Energy | None = None
    """Energy a calendar month."""
    day_sessions: Sessions | None = None
    """Charges a local day that drew energy."""
    month_sessions: Sessions | None = None
    """Charges a calendar month that drew energy."""


class LimitItem(Reply):
    """One limit as it stands."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    per: Per
    of: Of
    most: int
    """In Wh, or sessions."""
    used: int
    left: int
    group: str | None
    """The group it is of; null: the user's own."""
    begins_anew_at: str


class QuotaLeft(Reply):
    """Every limit that holds for a user."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    time_zone: str
    """Of the location of the last charge: at a location elsewhere the day is that one's own."""
    limits: list[LimitItem]
    """Empty: none."""


class QuotaLeftReply(Reply):
    """What is left of a user's quota."""

    quota: QuotaLeft


class GroupPath(Path):
    """Which group."""

    group_id: str = Field(description="Upper and lower case are the same.")


class MemberPath(GroupPath, UsernamePath):
    """Which user of which group."""


class GroupBody(OptionalBody):
    """A group as it shall be; what is left out has its default."""

    name: Annotated[str, StringConstraints(max_length=100, pattern=LINE)] = ""
    quota: QuotaModel = Field(default_factory=QuotaModel, description="Each member's, not all members' together.")


class Group(Reply):
    """A group of drivers."""

    group_id: str
    name: str
    quota: QuotaModel = Field(description="Each member's, not all members' together.")
    closing: bool = Field(description="Its deletion was broken off: delete it again, or put it to keep it.")


class GroupReply(Reply):
    """One group."""

    group: Group


class GroupsReply(Reply):
    """A page of groups, by id."""

    groups: list[Group]
    next_page_token: str | None


class Member(Reply):
    """Who is in a group."""

    username: str


class MemberReply(Reply):
    """One member."""

    member: Member


class MembersReply(Reply):
    """A page of members, by username."""

    members: list[Member]
    next_page_token: str | None


def quota_from(body: QuotaModel) -> Quota:
    """The quota a body describes."""
    return Quota(**body.model_dump())


def quota_model(quota: Quota) -> QuotaModel:
    """A quota as it is shown."""
    return QuotaModel(
        day_wh=quota.day_wh,
        month_wh=quota.month_wh,
        day_sessions=quota.day_sessions,
        month_sessions=quota.month_sessions,
    )


def group_model(group: Noun) -> Group:
    """A group as it is shown."""
    return Group(group_id=group.group_id, name=group.name, quota=quota_model(group.quota), closing=group.closing)


def group_reply(group: Noun) -> GroupReply:
    """The reply about one group."""
    return GroupReply(group=group_model(group))


def member_reply(member: Membership) -> MemberReply:
    """The reply about one member."""
    return MemberReply(member=Member(username=member.username))


def quota_left_reply(allowance: Allowance) -> QuotaLeftReply:
    """The reply about what is left."""
    limits = [
        LimitItem(
            per=one.limit.per,
            of=one.limit.of,
            most=one.limit.most,
            used=one.used,
            left=one.left,
            group=one.limit.group or None,
            begins_anew_at=to_text(one.anew_at) or "",
        )
        for one in allowance.lefts
    ]
    return QuotaLeftReply(quota=QuotaLeft(time_zone=allowance.zone, limits=limits))
