"""Who a caller sees: real names for oneself and admins, what the location's privacy allows for everybody else."""

from api.schemas.session import SeenUser
from model.account import UserState, UserType
from model.entry import Member
from model.settings import Privacy
from model.site import Site
from services.caller import Caller
from services.sites.standing import standing_at

ANONYMOUS = "driver"
"""The name of a stranger where the location shows places only."""


def knows(who: Caller | None, user_id: str) -> bool:
    """Whether the caller may see this user's own data: it is theirs, or they are an admin."""
    return who is not None and (who.is_admin or (bool(user_id) and who.user_id == user_id))


def shown_name(who: Caller | None, member: Member, privacy: Privacy, stand_in: str = ANONYMOUS) -> str:
    """The username, the initials or ``stand_in``."""
    if knows(who, member.user_id) or privacy is Privacy.NAMES:
        return member.username
    if privacy is Privacy.INITIALS:
        return member.initials or member.username[:1].upper() + "."
    return stand_in


def seen_user(
    who: Caller | None, site: Site, member: Member, *, stand_in: str = ANONYMOUS, state: UserState | None = None
) -> SeenUser:
    """A driver as the caller sees them; their state at this site unless given."""
    return SeenUser(
        username=shown_name(who, member, site.settings.privacy, stand_in),
        type=UserType(member.type),
        state=standing_at(site, member.user_id).state if state is None else state,
    )
