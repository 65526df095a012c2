"""The people at the chargers: a planned working day, the same for the same seed, and its playing on a fleet."""

from simulator.people.order import DayOrder
from simulator.people.planner import Visit, plan_day
from simulator.people.played_day import PlayedDay

__all__ = ["DayOrder", "PlayedDay", "Visit", "plan_day"]
