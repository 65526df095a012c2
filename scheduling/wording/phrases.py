"""Scheduling room: the words of its sentences, by language; each as said to the driver and of a driver.

English is complete and what others fall back on; every language has the same keys and gaps.
"""

from collections.abc import Mapping

DEFAULT = "en"
Said = tuple[str, str]
"""To the driver, of the driver."""


def _same(text: str) -> Said:
    return text, text


ENGLISH: Mapping[str, Said] = {
    "joined": ("You joined at {at}", "They joined at {at}"),
    "moved": ("a manager moved you at {at} ({why})", "a manager moved them at {at} ({why})"),
    "front": ("a charger failed you at {at}, so you go first", "a charger failed them at {at}, so they go first"),
    "fifo": _same("first come, first served"),
    "no_history": (
        "without a history here you count as the others do",
        "without a history here they count as the others do",
    ),
    "share": (
        "over the last weeks you got {share} of what you needed{debt}, others {mean}: {shift}",
        "over the last weeks they got {share} of what they needed{debt}, others {mean}: {shift}",
    ),
    "debt": _same(" (staying too long counts as {kwh} kWh of it)"),
    "as_it_is": _same("no change"),
    "later": _same("{min} min later"),
    "earlier": _same("{min} min earlier"),
    "boost": _same("a boost of {min} min"),
    "penalty": _same("{min} min later for not coming to a held charger"),
    "keeps_place": (
        "of those waiting the first {count} keep their places, so nobody behind overtakes you",
        "of those waiting the first {count} keep their places, so nobody behind overtakes them",
    ),
    "silent": (
        "you did not answer an offer and will be asked again from {at}",
        "they did not answer an offer and will be asked again from {at}",
    ),
    "snoozed": (
        "you snoozed and will be asked again from {at}",
        "they snoozed and will be asked again from {at}",
    ),
    "none_works": (
        "No charger that you may use works just now, so nobody can tell how long it takes",
        "No charger that they may use works just now, so nobody can tell how long it takes",
    ),
    "nobody_before": ("Nobody is before you at {chargers}", "Nobody is before them at {chargers}"),
    "one_before": ("One is before you at {chargers}", "One is before them at {chargers}"),
    "some_before": ("{count} are before you at {chargers}", "{count} are before them at {chargers}"),
    "one_charger": _same("one charger"),
    "chargers": _same("{count} chargers"),
    "soon": _same("expected free: {soon}"),
    "free_now": _same("{charger} now"),
    "free_at": _same("{charger} about {at}"),
    "hardly_today": _same("it will hardly be before the queue closes today"),
    "maybe_today": _same("it may not be before the queue closes today"),
}

GERMAN: Mapping[str, Said] = {
    "joined": ("Du hast dich um {at} angestellt", "Angestellt um {at}"),
    "moved": ("die Verwaltung hat dich um {at} verschoben ({why})", "von der Verwaltung um {at} verschoben ({why})"),
    "front": (
        "ein Ladeplatz hat dich um {at} im Stich gelassen, daher bist du zuerst dran",
        "von einem Ladeplatz um {at} im Stich gelassen, daher zuerst dran",
    ),
    "fifo": _same("wer zuerst kommt, ist zuerst dran"),
    "no_history": (
        "ohne Vorgeschichte hier zählst du wie die anderen",
        "ohne Vorgeschichte hier, zählt wie die anderen",
    ),
    "share": (
        "in den letzten Wochen hast du {share} deines Bedarfs bekommen{debt}, andere {mean}: {shift}",
        "hat in den letzten Wochen {share} des Bedarfs bekommen{debt}, andere {mean}: {shift}",
    ),
    "debt": _same(" (zu langes Stehen zählt davon als {kwh} kWh)"),
    "as_it_is": _same("keine Änderung"),
    "later": _same("{min} min später"),
    "earlier": _same("{min} min früher"),
    "boost": _same("ein Vorsprung von {min} min"),
    "penalty": _same("{min} min später, weil ein gehaltener Ladeplatz frei blieb"),
    "keeps_place": (
        "die ersten {count} der Wartenden behalten ihre Plätze, daher überholt dich niemand von hinten",
        "die ersten {count} der Wartenden behalten ihre Plätze, daher überholt von hinten niemand",
    ),
    "silent": (
        "du hast ein Angebot nicht beantwortet und wirst ab {at} wieder gefragt",
        "hat ein Angebot nicht beantwortet und wird ab {at} wieder gefragt",
    ),
    "snoozed": (
        "du hast verschoben und wirst ab {at} wieder gefragt",
        "hat verschoben und wird ab {at} wieder gefragt",
    ),
    "none_works": _same("Gerade geht kein Ladeplatz, der in Frage kommt, daher lässt sich die Dauer nicht sagen"),
    "nobody_before": ("Vor dir ist niemand an {chargers}", "Davor ist niemand an {chargers}"),
    "one_before": ("Vor dir ist eine Person an {chargers}", "Davor ist eine Person an {chargers}"),
    "some_before": ("Vor dir sind {count} an {chargers}", "Davor sind {count} an {chargers}"),
    "one_charger": _same("einem Ladeplatz"),
    "chargers": _same("{count} Ladeplätzen"),
    "soon": _same("frei wird voraussichtlich: {soon}"),
    "free_now": _same("{charger} jetzt"),
    "free_at": _same("{charger} gegen {at}"),
    "hardly_today": _same("heute wird es vor dem Schließen der Warteschlange kaum noch etwas"),
    "maybe_today": _same("vielleicht wird es heute vor dem Schließen der Warteschlange nichts mehr"),
}

LANGUAGES: Mapping[str, Mapping[str, Said]] = {"en": ENGLISH, "de": GERMAN}
"""By code."""


class Phrases:
    """The words of one sentence: ``say("joined", at="10:00")``."""

    def __init__(self, language: str, *, own: bool) -> None:
        self._words = LANGUAGES.get(language, ENGLISH)
        self._of = 0 if own else 1

    def __call__(self, key: str, **gaps: object) -> str:
        """The phrase with its gaps filled."""
        return self._words[key][self._of].format(**gaps)
