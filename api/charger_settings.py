"""`location/…/charger/…/settings`: one way to set any charger, whatever it speaks."""

from api.etag import expected
from api.idempotency import once
from api.operations import status_of
from api.resource import Resource
from api.schemas.charger import ChargerPath
from api.schemas.charger_settings import (
    ChangeQuery,
    ChargerSettingsReply,
    SettingChangeReply,
    SettingsBody,
    SettingsQuery,
)
from api.schemas.problem import Problem
from api.site_wiring import at
from api.views.charger_settings import change_reply, settings_reply
from api.wiring import caller

charger_settings = Resource("settings", "What a charger is set to.")


@charger_settings.get(
    "/location/<location_id>/charger/<charger_id>/settings", responses={200: ChargerSettingsReply, 409: Problem}
)
def get_charger_settings(path: ChargerPath, query: SettingsQuery) -> ChargerSettingsReply:
    """Read what a charger can be set to and is set to.

    What it said last, and when. With `refresh` it is asked first, and `refreshed` says how that went.
    """
    service = at().charger_settings
    asked = None
    if query.refresh:
        asked = service.refresh(path.location_id, path.charger_id, caller(), wait_s=query.wait)
    return settings_reply(service.get(path.location_id, path.charger_id), asked)


@charger_settings.put(
    "/location/<location_id>/charger/<charger_id>/settings",
    responses={200: SettingChangeReply, 202: SettingChangeReply},
)
def put_charger_settings(path: ChargerPath, query: ChangeQuery, body: SettingsBody) -> tuple[SettingChangeReply, int]:
    """Change settings of a charger, and read them back.

    What is left out stays. 409 `not_supported` names what the charger has not, and then nothing is written. 202 while
    the outcome is not known; it is then the `last_change`, and a command of the charge point. Every change is in the
    admin log.
    """
    record = at().charger_settings.change(
        path.location_id,
        path.charger_id,
        body.given(),
        caller(),
        wait_s=query.wait,
        once=once(change_reply, 202),
        expected=expected(lambda shown: settings_reply(shown, None)),
    )
    return change_reply(record), status_of(record)
