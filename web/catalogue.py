"""What pages say, in each language: one JSON file a room in `texts/`, `room.key` is a text. English is complete.

``{name}`` in a text is filled in by the page. The person's browser says which language; a cookie may say otherwise.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import request

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("en", "de")
"""The first is the one to fall back on."""
COOKIE = "kilowait_language"


@cache
def texts(lang: str) -> Mapping[str, str]:
    """Every text of a language by `room.key`."""
    return {
        f"{path.stem}.{key}": text
        for path in sorted((TEXTS / lang).glob("*.json"))
        for key, text in json.loads(path.read_text(encoding="utf-8")).items()
    }


def language() -> str:
    """The language of this request's page."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
