"""Deployment: one step of the plan, and how it is written for a shell."""

import shlex
from dataclasses import dataclass

Words = tuple[str, ...]


def shown(words: Words) -> str:
    """A command as a shell reads it."""
    return shlex.join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that is made true. Run twice it changes nothing, so a plan that stopped is simply run again."""

    part: str
    why: str
    """One sentence for the operator, without a full stop."""
    do: Words
    unless: Words = ()
    """Looks whether it is there already."""
    update: Words = ()
    """Done instead of ``do`` where it is there."""
    feed: Words = ()
    """Its output is what ``do`` reads."""
    refuses_twice: bool = False
    """Nothing says beforehand whether it is there: ``do`` answers ALREADY_EXISTS, which is as good."""

    def commands(self) -> tuple[Words, ...]:
        """All that may be run."""
        return tuple(words for words in (self.unless, self.update, self.feed, self.do) if words)

    def shell(self) -> str:
        """Text for bash."""
        do = shown(self.do)
        if self.feed:
            do = f"{shown(self.feed)} \\\n  | {do}"
        if self.refuses_twice:
            return f'said=$({do} 2>&1) || [[ $said == *ALREADY_EXISTS* ]] || {{ echo "$said" >&2; false; }}'
        if not self.unless:
            return do
        look = f"{shown(self.unless)} > /dev/null 2>&1"
        if not self.update:
            return f"{look} \\\n  || {do}"
        return f"if {look}\nthen {shown(self.update)}\nelse {do}\nfi"
