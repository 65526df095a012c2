"""`user…`: one's own account, and what admins do to accounts."""

from api.etag import expected
from api.idempotency import once
from api.paging import PageQuery, next_token, paged
from api.resource import Resource
from api.schemas.base import ActingQuery, Done
from api.schemas.quota import quota_from
from api.schemas.token import UsernamePath
from api.schemas.user import (
    AccessChanges,
    AdminFlag,
    NewUser,
    UserChanges,
    UserReply,
    UsersReply,
    changes_of,
    user_of,
    user_reply,
)
from api.wiring import acting_for, caller, services
from model.account import UserType
from model.quota import Quota
from services.accounts import administration, deletion, profile, registration
from services.standing import Person

user = Resource("user", "Accounts.")

_DELETED = Done(message="The account is deleted.")


@user.get("/user", responses={200: UserReply})
def get_user(query: ActingQuery) -> UserReply:
    """Read one's own account."""
    return user_reply(profile.read_person(services(), acting_for(query.username)))


@user.put("/user", responses={200: UserReply})
def put_user(query: ActingQuery, body: UserChanges) -> UserReply:
    """Change one's own account; the same as PATCH: what is left out stays."""
    return _change(query, body)


@user.patch("/user", responses={200: UserReply})
def patch_user(query: ActingQuery, body: UserChanges) -> UserReply:
    """Change one's own account; what is left out stays."""
    return _change(query, body)


@user.delete("/user", responses={200: Done})
def delete_user(query: ActingQuery) -> Done:
    """Delete one's own account with its tags and tokens; refused while in a queue or at a charger."""
    claim = once(lambda _: _DELETED)
    claim.check(services().store, services().clock.now())  # the name is nobody's any more when an admin asks again
    deletion.delete_user(
        services(),
        acting_for(query.username),
        by=caller(),
        once=claim,
        expected=expected(user_reply),
    )
    return _DELETED


@user.post("/user", responses={201: UserReply})
def create_user(body: NewUser) -> tuple[UserReply, int]:
    """Make an account of any type."""
    new = registration.NewAccount(
        username=body.username,
        password=body.password,
        type=body.type,
        name=body.name,
        surname=body.surname,
        email=body.email,
    )
    made = registration.create_user(services(), new, by=caller(), once=once(user_reply, 201))
    return user_reply(made), 201


@user.get("/user/all", responses={200: UsersReply})
def list_users(query: PageQuery) -> UsersReply:
    """List all accounts by username."""
    wanted = paged(administration.BY_USERNAME, query)
    found = administration.list_people(services(), wanted)
    return UsersReply(
        users=[user_of(person) for _, person in found[: query.page_size]],
        next_page_token=next_token([document for document, _ in found], wanted, query),
    )


@user.patch("/user/<username>", responses={200: UserReply})
def change_user_access(path: UsernamePath, body: AccessChanges) -> UserReply:
    """Change an account's type or quota, or (de)activate it."""
    quota = None if body.quota is None else quota_from(body.quota)
    return user_reply(_access(path.username, type=body.type, active=body.active, quota=quota))


@user.patch("/user/<username>/set_user_admin", responses={200: UserReply})
def set_user_admin(path: UsernamePath, body: AdminFlag) -> UserReply:
    """Make a person an admin, or a user again."""
    return user_reply(_access(path.username, type=UserType.ADMIN if body.is_admin else UserType.USER))


def _change(query: ActingQuery, body: UserChanges) -> UserReply:
    person = profile.change_profile(
        services(),
        acting_for(query.username),
        changes_of(body),
        by=caller(),
        once=once(user_reply),
        expected=expected(user_reply),
    )
    return user_reply(person)


def _access(
    username: str,
    *,
    type: UserType | None,  # noqa: A002 -- the wire's word
    active: bool | None = None,
    quota: Quota | None = None,
) -> Person:
    return administration.change_access(
        services(),
        username,
        by=caller(),
        type=type,
        active=active,
        quota=quota,
        once=once(user_reply),
        expected=expected(user_reply),
    )
