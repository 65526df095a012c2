"""Chaos on the link of a charge point: settings, and the line that carries them out."""

from simulator.link.chaos_line import ChaosLine, ChaosPoint
from simulator.link.chaos_plan import Fate, Plan
from simulator.link.chaos_settings import Chaos

__all__ = ["Chaos", "ChaosLine", "ChaosPoint", "Fate", "Plan"]
