"""`export…`: sessions, states and measurements as files; at once, or made in the background."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import Response
from werkzeug.http import dump_options_header

from api.idempotency import once
from api.resource import Resource
from api.schemas.export import Export, ExportBody, ExportPath, ExportReply, FilePath, FileQuery, PartPath
from api.site_wiring import at
from api.views.people import knows
from api.views.session import number_of
from api.wiring import caller, services
from model.errors import Forbidden, Invalid
from model.export import ExportJob, Format, Wanted, What
from model.instants import to_text
from services.export.html_file import POLICY
from services.export.making import TYPES, file_name

export = Resource("export", "Sessions, states and measurements as files.")

LATELY = timedelta(days=31)
"""Where nobody says from when."""
_TEXT, _BYTES = {"type": "string"}, {"type": "string", "format": "binary"}
_SCHEMAS = {Format.CSV: _TEXT, Format.JSON: {"type": "object"}, Format.XLSX: _BYTES, Format.HTML: _TEXT}
_FILES: Any = {
    200: {
        "description": "The file. It is the same whenever the same is asked for.",
        "content": {kind.partition(";")[0]: {"schema": _SCHEMAS[each]} for each, kind in TYPES.items()},
    }
}
_PARTS: Any = {
    200: {"description": "Some bytes of the file.", "content": {"application/octet-stream": {"schema": _BYTES}}}
}


@export.get("/export/<what>.<format>", responses=_FILES)
def export_file(path: FilePath, query: FileQuery) -> Response:
    """Download rows of a period as CSV, JSON, XLSX or HTML.

    Admins all, others their own sessions and what was measured in them. Times are in the location's zone with the
    offset, energy and money exact decimals. A year at most: for more, `POST export`. Without a period: the last month.
    """
    wanted = _wanted(path.what, path.format, query)
    return _file(wanted, at().exports.now(wanted))


@export.post("/export", responses={202: ExportReply})
def start_export(body: ExportBody) -> tuple[ExportReply, int]:
    """Have an export made in the background: for long periods, and where answers must be short.

    It is kept for 24 hours; its parts, one after the other, are the file.
    """
    wanted = _wanted(body.what, body.format, body)
    job = at().exports.later(wanted, caller().user_id, once(_reply, 202))
    return _reply(job), 202


@export.get("/export/<export_id>", responses={200: ExportReply})
def get_export(path: ExportPath) -> ExportReply:
    """Read how far an export is."""
    return _reply(_own(path.export_id))


@export.get("/export/<export_id>/part/<int:part>", responses=_PARTS)
def get_export_part(path: PartPath) -> Response:
    """Download one part of a finished export."""
    job = _own(path.export_id)
    return Response(at().exports.jobs.part(job, path.part), content_type="application/octet-stream")


def _own(export_id: str) -> ExportJob:
    job = at().exports.jobs.get(export_id)
    of_all = not job.wanted.user_id  # Asked for by an admin, who may be none any more.
    if not knows(caller(), job.user_id) or (of_all and not caller().is_admin):
        raise Forbidden("not_your_export", "That export is not yours.")
    return job


def _wanted(what: What, kind: Format, asked: FileQuery | ExportBody) -> Wanted:
    """What is asked for, as far as the caller may have it. Raises ``Forbidden``, ``Invalid``, ``NotFound``."""
    who = caller()
    location_id, charger_id, number = asked.location or "", asked.charger or "", None
    if asked.session is not None:
        if what is not What.MEASUREMENTS:
            raise Invalid("invalid_session_id", "Only measurements are exported session by session.", field="session")
        place, _, _ = asked.session.rpartition(":")
        location_id, _, charger_id = place.partition(":")
        number = number_of(location_id, charger_id, asked.session)
    since, until = asked.from_, asked.until
    if number is None:
        until = until or services().clock.now()
        since = since or until - LATELY
    if not who.is_admin:
        _refuse_others(what, location_id, charger_id, number)
    return Wanted(
        what=what,
        format=kind,
        location_id=location_id,
        charger_id=charger_id,
        session_number=number,
        since=since,
        until=until,
        user_id="" if who.is_admin else who.user_id,
        unplugged=asked.unplugged,
    )


def _refuse_others(what: What, location_id: str, charger_id: str, number: int | None) -> None:
    if what is What.STATUS_HISTORY:
        raise Forbidden("admins_only", "Only admins export the history of chargers.")
    if number is not None and not knows(caller(), at().sites.session(location_id, charger_id, number).user_id):
        raise Forbidden("not_your_session", "That session is not yours.")


def _file(wanted: Wanted, pieces: Iterable[bytes]) -> Response:
    response = Response(pieces, content_type=TYPES[wanted.format])
    name = file_name(wanted)  # Headers travel as Latin-1: another name is encoded (RFC 5987).
    told = {"filename": name} if name.isascii() else {"filename*": f"UTF-8''{quote(name, safe='')}"}
    response.headers["Content-Disposition"] = dump_options_header("attachment", told)
    if wanted.format is Format.HTML:
        response.headers["Content-Security-Policy"] = POLICY
    return response


def _reply(job: ExportJob) -> ExportReply:
    return ExportReply(
        export=Export(
            export_id=job.export_id,
            what=job.wanted.what,
            format=job.wanted.format,
            status=job.status,
            percent=job.percent,
            parts=job.parts,
            size_bytes=job.size_bytes,
            problem=job.problem,
            created_at=to_text(job.created_at) or "",
            expires_at=to_text(job.expires_at) or "",
        )
    )
