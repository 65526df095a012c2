"""Addresses that are no UTF-8 are refused: mended with replacement characters, different ones would be the same."""

from urllib.parse import unquote_to_bytes

from flask import Flask, request

from api.problems import BadRequest


def install(app: Flask) -> None:
    """Look at the address of every request of ``app`` before anything is done with it."""
    app.before_request(_refuse_garbled)


def _refuse_garbled() -> None:
    path = str(request.environ["PATH_INFO"]).encode("latin-1")  # WSGI's way to hand over bytes
    try:
        path.decode()
        unquote_to_bytes(request.query_string).decode()
    except UnicodeDecodeError as error:
        raise BadRequest("bad_request", "The address must be UTF-8.") from error
