"""Cars at the cables: battery, taper, phases, minimum current, pilot states, a catalogue. Pure: time is handed in."""

from simulator.cars.car import MWH_PER_WH, Car
from simulator.cars.catalogue import CATALOGUE, CarType, car_of
from simulator.cars.offer import NOTHING, Offer
from simulator.cars.pilot import MOVES, Facts, Pilot, facts_of, pilot_of, pilot_view, walk
from simulator.cars.pilot_trace import PilotTrace

__all__ = [
    "CATALOGUE",
    "MOVES",
    "MWH_PER_WH",
    "NOTHING",
    "Car",
    "CarType",
    "Facts",
    "Offer",
    "Pilot",
    "PilotTrace",
    "car_of",
    "facts_of",
    "pilot_of",
    "pilot_view",
    "walk",
]
