"""Services: why drivers stand where they stand, in words."""

from model.entry import Entry
from model.site import Site
from scheduling.explain import sentence
from scheduling.phrases import DEFAULT, LANGUAGES

__all__ = ["DEFAULT", "LANGUAGES", "reasons_of"]


def reasons_of(site: Site, entry: Entry, *, own: bool, language: str = DEFAULT) -> str:
    """One sentence from the inputs kept with the entry, said to its driver (``own``) or to a third person."""
    return sentence(entry, site.settings, site.time_zone, own=own, language=language)
