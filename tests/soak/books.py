"""What the API has booked, against what the charge points counted."""

import re
from collections import Counter
from typing import Any

import httpx

from tests.e2e.world import Site, World
from tests.soak.car_park import CarPark, Stay

PAGE = 200


def all_of(world: World, path: str, noun: str) -> list[dict[str, Any]]:
    """Every page."""
    found: list[dict[str, Any]] = []
    token = ""
    while True:
        mark = "&" if "?" in path else "?"
        page = world.admin.do("GET", f"{path}{mark}page_size={PAGE}" + (f"&page_token={token}" if token else ""))
        found += page[noun]
        token = page.get("next_page_token") or ""
        if not token:
            return found


def sessions_of(world: World, site: Site) -> list[dict[str, Any]]:
    """Oldest first."""
    found = all_of(world, f"{site.charger_path}/sessions?unplugged=true", "sessions")
    return sorted(found, key=lambda session: int(session["session_id"]))


def differences(site: Site, cars: CarPark, sessions: list[dict[str, Any]]) -> list[str]:
    """A sentence for each stay that is not one ended session of its driver with its energy."""
    found = [cars.failure] if cars.failure else []
    for name, count in Counter(cars.ids).items():
        if count > 1:
            found.append(f"transaction {name} was given {count} times")
    counted = [(stay.username, stay.energy_wh) for stay in cars.stays]
    booked = [((session["user"] or {}).get("username", ""), session["energy_wh"]) for session in sessions]
    if len(counted) != len(booked):
        found.append(f"{len(counted)} stays, {len(booked)} sessions")
    for number, (stay, session) in enumerate(zip(counted, booked, strict=False), 1):
        if stay != session:
            found.append(f"session {number}: counted {stay}, booked {session}")
            break  # What follows may be shifted.
    open_ones = [session["session_id"] for session in sessions if session["end_time"] is None]
    if open_ones:
        found.append(f"still open: {open_ones}")
    return [f"{site.charge_point_id}: {words}" for words in found]


def pending(world: World, site: Site) -> list[str]:
    """The effects that are not carried out yet."""
    return [one for decision in all_of(world, f"{site.path}/decisions", "decisions") for one in decision["pending"]]


def spooled(world: World) -> tuple[int, int]:
    """(events the API has not confirmed, events it refused) by the bridge's own figures."""
    text = httpx.get(f"{world.machine.control}/metrics").text
    figures = [re.search(rf"^kilowait_bridge_{name}_events (\S+)$", text, re.MULTILINE) for name in KINDS]
    waiting, parked = (int(float(figure[1])) if figure else -1 for figure in figures)
    return waiting, parked


KINDS = ("waiting", "rejected")


def counted_wh(stays: list[Stay]) -> int:
    return sum(stay.energy_wh for stay in stays)
