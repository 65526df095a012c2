"""Services: why drivers stand where they stand, in words."""

from model.entry import Entry
from model.site import Site
from scheduling.fairness.order import keeps_place
from scheduling.wording.explain import sentence
from scheduling.wording.phrases import DEFAULT, LANGUAGES

__all__ = ["DEFAULT", "LANGUAGES", "reasons_of", "stands_by_lock"]


def reasons_of(site: Site, entry: Entry, *, own: bool, language: str = DEFAULT) -> str:
    """One sentence from the inputs kept with the entry, said to its driver (``own``) or to a third person."""
    kept = stands_by_lock(site, entry)
    return sentence(entry, site.settings, site.time_zone, own=own, language=language, keeps_place=kept)


def stands_by_lock(site: Site, entry: Entry) -> bool:
    """Whether somebody with a lower score stands behind, as the first places keep their order."""
    return keeps_place(site.queue, entry, site.settings.locked_places)
