"""Notifying: the languages messages are written in. A language is one file that has every key of the others."""

from collections.abc import Mapping

from services.notifying.english import ENGLISH
from services.notifying.german import GERMAN
from services.notifying.language import Language

DEFAULT = "en"
LANGUAGES: Mapping[str, Language] = {"en": ENGLISH, "de": GERMAN}
"""By code."""


def language_named(code: str) -> Language:
    """The words of a language; of English where there are none."""
    return LANGUAGES.get(code, LANGUAGES[DEFAULT])
