"""`user/export`: all that is kept of a person, for that person."""

from api.resource import Resource
from api.schemas.balance import ledger_item
from api.schemas.base import ActingQuery
from api.schemas.personal_data import DoneToAccount, KnownDecision, PersonalData, PersonalDataReply
from api.schemas.tag import tag_of
from api.schemas.user import user_of
from api.site_wiring import at
from api.views.session import session_model
from api.wiring import acting_for, services
from model.instants import to_text
from services.accounts.personal_data import Decided, gather
from services.caller import Caller

personal_data = Resource("personal_data", "All that is kept of a person.")


@personal_data.get("/user/export", responses={200: PersonalDataReply})
def export_user(query: ActingQuery) -> PersonalDataReply:
    """Read everything that is kept of oneself: account, tags, sessions, ledger, and what was decided.

    429 for who asks again and again.
    """
    found = gather(services(), acting_for(query.username))
    user = found.person.user
    owner = Caller(user_id=user.user_id, username=user.username, type=user.type)
    return PersonalDataReply(
        personal_data=PersonalData(
            made_at=to_text(services().clock.now()) or "",
            user=user_of(found.person),
            tags=[tag_of(one) for one in found.tags],
            sessions=[session_model(owner, at().sites.cached(one.location_id), one) for one in found.sessions],
            ledger=[ledger_item(one) for one in found.ledger],
            decisions=[_decision(one) for one in found.decisions],
            done_to_account=[
                DoneToAccount(at=to_text(one.at) or "", action=one.action, what=one.what) for one in found.admin_actions
            ],
        )
    )


def _decision(one: Decided) -> KnownDecision:
    return KnownDecision(
        location_id=one.location_id,
        version=one.version,
        at=to_text(one.at) or "",
        known=one.known,
        told=list(one.told),
    )
