"""`import/<what>`: lists of users, cards and chargers, row by row: one bad row stops no other; again does no harm."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from api.idempotency import once
from api.resource import Resource
from api.schemas.csv_import import (
    ROWS,
    ChargerRow,
    ImportBody,
    ImportPath,
    ImportReply,
    Row,
    RowResult,
    TagRow,
    UserRow,
)
from api.site_wiring import actor, at
from api.wiring import caller, services
from model.account import UserType
from model.decision import Actor
from model.errors import Conflict, Invalid, KilowaitError
from model.ids import fold
from services.accounts.names import user_id_named
from services.accounts.registration import NewAccount, create_user
from services.accounts.tags import add_tag
from services.caller import Caller
from services.sites.keeping import Must, PutCharger

csv_import = Resource("import", "Lists of users, cards and chargers from a spreadsheet.")

THERE_ALREADY = frozenset({"username_taken", "tag_taken", "tag_exists", "charger_exists"})
MOST_ROWS = 2_000
UNSET_PASSWORD_BYTES = 24


@csv_import.post("/import/<kind>", responses={200: ImportReply})
def import_list(path: ImportPath, body: ImportBody) -> ImportReply:
    """Take a list of users, cards or chargers from CSV.

    Each row is made by itself and answered by itself; what is there already stays as it is.
    """
    claim, store, now = once(_reply), services().store, services().clock.now()
    claim.check(store, now)
    results = list(imported(path.kind, body.csv, caller(), actor(), dry_run=body.dry_run))
    store.transact(lambda tx: claim.remember(tx, results, now))
    return _reply(results)


def _reply(results: list[RowResult]) -> ImportReply:
    return ImportReply(
        rows=results,
        made=sum(one.outcome == "made" for one in results),
        refused=sum(one.outcome == "refused" for one in results),
    )


def imported(what: str, text: str, by: Caller | None, by_actor: Actor, *, dry_run: bool = False) -> Iterator[RowResult]:
    """What comes of each row. ``by`` None: the operator. Raises ``Invalid`` for a text that is no such list."""
    shape, make = ROWS[what], _MAKE[what]
    for line, cells in _read(text, shape):
        name = next((cells[each] for each in ("charger_id", "tag", "username") if cells.get(each)), "")
        try:
            row = shape.model_validate({key: value for key, value in cells.items() if value != ""})
            if not dry_run:
                make(row, by, by_actor)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(each) for each in first["loc"])
            yield RowResult(line=line, name=name, outcome="refused", detail=f"{field}: {first['msg']}")
        except Conflict as error:
            there = error.code in THERE_ALREADY
            yield RowResult(line=line, name=name, outcome="there_already" if there else "refused", detail=error.message)
        except KilowaitError as error:
            yield RowResult(line=line, name=name, outcome="refused", detail=error.message)
        else:
            yield RowResult(line=line, name=name, outcome="readable" if dry_run else "made", detail="")


def _read(text: str, shape: type[Row]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows with the line each ends on; blank lines are left out. Raises ``Invalid``."""
    text = text.lstrip("\ufeff")  # A spreadsheet program's mark.
    head = text.splitlines()[0] if text.strip() else ""
    known = ", ".join(shape.model_fields)
    delimiter = next((each for each in ("\t", ";") if each in head), ",")  # Tabs: copied from the sheet itself.
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restkey="", strict=True)
    try:
        columns = [(name or "").strip() for name in reader.fieldnames or ()]
    except csv.Error as error:
        raise Invalid("invalid_csv", f"The first line cannot be read: {error}.", field="csv") from error
    missing = [name for name, field in shape.model_fields.items() if field.is_required() and name not in columns]
    if missing or len(set(columns)) < len(columns):
        raise Invalid("missing_column", f"The first line names the columns, once each: {known}.", field="csv")
    if unknown := [name for name in columns if name not in shape.model_fields]:
        raise Invalid("unknown_column", f"There is no column {unknown[0]!r}; the columns are {known}.", field="csv")
    try:
        for number, row in enumerate(reader):
            if number >= MOST_ROWS:
                raise Invalid("too_many_rows", f"Send at most {MOST_ROWS} rows at once.", field="csv")
            cells = {name: str(value or "").strip() for name, value in zip(columns, row.values(), strict=False)}
            if "" in row:
                cells["more cells than columns"] = "x"
            if any(cells.values()):
                yield reader.line_num, cells
    except csv.Error as error:
        raise Invalid("invalid_csv", f"Line {reader.reader.line_num} cannot be read: {error}.", field="csv") from error


def _make_user(row: UserRow, by: Caller | None, _actor: Actor) -> None:
    if row.password is None and not row.email:
        raise Invalid("invalid_password", "An account needs a password, or an e-mail address to set one by letter.")
    password = row.password or services().randomness.token(UNSET_PASSWORD_BYTES)
    new = NewAccount(
        username=row.username, password=password, type=row.type, name=row.name, surname=row.surname, email=row.email
    )
    create_user(services(), new, by=by)


def _make_tag(row: TagRow, by: Caller | None, _actor: Actor) -> None:
    user_id = user_id_named(services().store, row.username)
    if user_id is None:
        raise Invalid("no_such_user", f"There is no user {row.username!r}.")
    who = by or Caller(user_id="", username="operator", type=UserType.ADMIN)
    add_tag(services(), user_id, row.tag, by=who, label=row.label, expires_at=row.expires_at)


def _make_charger(row: ChargerRow, _by: Caller | None, by: Actor) -> None:
    site = at().sites.get(row.location_id)
    known = site.chargers.get(fold(row.charger_id))
    put = PutCharger(charger_id=row.charger_id, connector_type=row.connector_type, max_power_w=row.max_power_w)
    there = known is not None and not known.retired
    if not there:
        at().keeping.put_charger(row.location_id, put, by, Must.BE_NEW)
    if row.charge_point_id is None:
        if there:
            raise Conflict("charger_exists", f"Charger {row.charger_id!r} exists already.")
        return
    connectors = {
        str(one.connector): f"{site.location_id}:{one.charger_id}"
        for one in site.chargers.values()
        if one.charge_point_id == row.charge_point_id and not one.retired
    }
    connectors[str(row.connector)] = f"{site.location_id}:{row.charger_id}"
    at().registry.put(row.charge_point_id, connectors, by, password=row.password)


_MAKE: dict[str, Callable[[Any, Caller | None, Actor], None]] = {
    "users": _make_user,
    "tags": _make_tag,
    "chargers": _make_charger,
}
