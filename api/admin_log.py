"""`admin_log`: what admins did to accounts, balances, groups and chargers. Sites have their decisions."""

from api.resource import Resource
from api.schemas.admin_log import AdminAction, AdminLogQuery, AdminLogReply
from api.site_wiring import at
from api.views.charger_settings import change_model
from api.wiring import services
from model.instants import to_text
from services.accounts import admin_log as log

admin_log = Resource("audit", "What admins did.")


@admin_log.get("/admin_log", responses={200: AdminLogReply})
def list_admin_actions(query: AdminLogQuery) -> AdminLogReply:
    """Read what admins did, newest first.

    To accounts, tags, tokens, balances and groups; and every change of a charger's settings, with old and new values.
    """
    page = log.read(services().store, query.subject_id, page_size=query.page_size, page_token=query.page_token or "")
    commands = at().commands.found([each.command_id for each in page.items if each.command_id])
    actions = [
        AdminAction(
            at=to_text(each.at) or "",
            actor_id=each.actor_id or None,
            actor=each.actor,
            action=each.action,
            subject_id=each.subject_id,
            what=each.what,
            change=change_model(commands[each.command_id]) if each.command_id in commands else None,
        )
        for each in page.items
    ]
    return AdminLogReply(actions=actions, next_page_token=page.next_page_token or None)
