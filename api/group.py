"""`group…`: groups of drivers, who is in them; and what is left of one's quota."""

from api.etag import expected
from api.idempotency import once
from api.paging import PageQuery, next_token, paged
from api.resource import Resource
from api.schemas.base import ActingQuery, Done
from api.schemas.quota import (
    GroupBody,
    GroupPath,
    GroupReply,
    GroupsReply,
    Member,
    MemberPath,
    MemberReply,
    MembersReply,
    QuotaLeftReply,
    group_model,
    group_reply,
    member_reply,
    quota_from,
    quota_left_reply,
)
from api.wiring import acting_for, caller, services
from services.groups import administration, membership

group = Resource("group", "Groups of drivers: which chargers they may use, and how much each member may charge.")

_DELETED = Done(message="The group is deleted.")
_REMOVED = Done(message="The user is not in the group any more.")


@group.get("/group", responses={200: GroupsReply})
def list_groups(query: PageQuery) -> GroupsReply:
    """List all groups by id."""
    wanted = paged(administration.BY_ID, query)
    found = services().store.query(wanted)
    shown = administration.groups_in(found[: query.page_size])
    return GroupsReply(groups=[group_model(one) for one in shown], next_page_token=next_token(found, wanted, query))


@group.get("/group/<group_id>", responses={200: GroupReply})
def get_group(path: GroupPath) -> GroupReply:
    """Read one group."""
    return group_reply(administration.group_named(services().store, path.group_id))


@group.put("/group/<group_id>", responses={200: GroupReply, 201: GroupReply})
def put_group(path: GroupPath, body: GroupBody) -> tuple[GroupReply, int]:
    """Make a group, or describe it anew.

    Its quota is each member's: every one of them may charge so much. It holds in all processes within a minute.
    Chargers and locations say by their `groups` who may use them.
    """
    status = 200 if administration.is_group(services().store, path.group_id) else 201
    made = administration.put_group(
        services(),
        path.group_id,
        body.name,
        quota_from(body.quota),
        by=caller(),
        once=once(group_reply, status),
        expected=expected(group_reply),
    )
    return group_reply(made), status


@group.delete("/group/<group_id>", responses={200: Done})
def delete_group(path: GroupPath) -> Done:
    """Delete a group; its members are in it no more.

    409 while a charger or a location names it: without it that would be open to everybody.
    """
    administration.delete_group(
        services(), path.group_id, by=caller(), once=once(lambda _: _DELETED), expected=expected(group_reply)
    )
    return _DELETED


@group.get("/group/<group_id>/member", responses={200: MembersReply})
def list_members(path: GroupPath, query: PageQuery) -> MembersReply:
    """List who is in a group, by username."""
    store = services().store
    administration.group_named(store, path.group_id)
    wanted = paged(administration.members_query(path.group_id), query)
    found = store.query(wanted)
    shown = administration.members_in(found[: query.page_size])
    return MembersReply(
        members=[Member(username=one.username) for one in shown], next_page_token=next_token(found, wanted, query)
    )


@group.put("/group/<group_id>/member/<username>", responses={200: MemberReply})
def add_member(path: MemberPath) -> MemberReply:
    """Put a user into a group.

    From then on also where they wait already. Who is in it, stays in it.
    """
    made = membership.add_member(services(), path.group_id, path.username, by=caller(), once=once(member_reply))
    return member_reply(made)


@group.delete("/group/<group_id>/member/<username>", responses={200: Done})
def remove_member(path: MemberPath) -> Done:
    """Take a user out of a group.

    A charger held for them that is not open to them any more is given up, at no cost; a charge goes on.
    """
    membership.remove_member(services(), path.group_id, path.username, by=caller(), once=once(lambda _: _REMOVED))
    return _REMOVED


@group.get("/user/quota", responses={200: QuotaLeftReply})
def get_quota(query: ActingQuery) -> QuotaLeftReply:
    """Read what one may charge, how much of it is used, and when it begins anew."""
    return quota_left_reply(membership.allowance(services(), acting_for(query.username)))
