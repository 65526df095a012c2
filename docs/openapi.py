"""The OpenAPI file, from the routes of an app on an empty store."""

from pathlib import Path

from api.app import create_app
from api.openapi import text
from main import compose
from services.configuration import Configuration


def openapi_file(_root: Path) -> str:
    """The whole file."""
    with (services := compose(Configuration(store="memory:"), {})).store:
        return text(create_app(services))
