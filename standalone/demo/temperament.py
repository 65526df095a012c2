"""Who drives here: what each kind of driver does when their turn comes, as plain numbers."""

from dataclasses import dataclass

Span = tuple[float, float]
"""From, to; seconds of real time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Temperament:
    """Chances are 0 to 1; what is left of them is to behave."""

    name: str
    about: str
    """For people, in a few words."""
    first_s: Span = (0, 4)
    """Before joining for the first time."""
    away_s: Span = (20, 40)
    """Before joining again."""
    answer_s: Span = (2, 6)
    """To answer an offer."""
    snoozes: float = 0.0
    declines: float = 0.0
    silent: float = 0.0
    """The chance to let an offer pass without a word."""
    no_show: float = 0.0
    """The chance not to come though the charger is held."""
    walk_s: Span = (3, 8)
    """From accepting to the charger."""
    need_wh: tuple[int, int] = (50, 100)
    """Small, so that a charge lasts about half a minute."""
    move_s: Span = (2, 6)
    """From being full to pulling the plug."""
    starts_by_app: bool = False
    """Starts from the app instead of holding a card to the reader."""


ROSTER = (
    Temperament(name="punctual", about="comes when asked, leaves when full", first_s=(0, 0), answer_s=(1, 3)),
    Temperament(name="overstayer", about="comes when asked, stays long after full", first_s=(1, 1), move_s=(35, 60)),
    Temperament(name="snoozer", about="often asks to be asked later; starts by app", snoozes=0.6, starts_by_app=True),
    Temperament(name="no-show", about="accepts, and sometimes does not come", no_show=0.5),
    Temperament(name="silent", about="often does not answer", silent=0.5),
)
STRANGER = Temperament(name="stranger", about="has no account, tries a card nobody knows", away_s=(20, 45))
STRANGERS_CARD = "NOBODYS-CARD"

SMOKE_ROSTER = (
    Temperament(name="punctual", about="comes when asked", first_s=(0, 0), answer_s=(0, 1), walk_s=(0, 1),
                need_wh=(20, 30), move_s=(0, 1)),
    Temperament(name="second", about="as punctual", first_s=(0, 0), answer_s=(0, 1), walk_s=(0, 1),
                need_wh=(20, 30), move_s=(0, 1)),
    Temperament(name="third", about="waits for the first to leave", first_s=(1, 1)),
)  # fmt: skip
