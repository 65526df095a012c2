"""When people charge at work, for how long, and how much: published figures, and what was chosen beside them.

Published is the model that the R package evprof fitted to ACN-Data (Caltech and JPL, 30,114 sessions from October 2018
to September 2021, open data; Lee, Li and Low, "ACN-Data: Analysis and Applications of an Open EV Charging Dataset",
e-Energy 2019, doi 10.1145/3307772.3328313), in its articles "California case study" and "EV model object":

- on working days 54 % of the sessions are of people who are there for the working day, 46 % of visits;
- the centres of their clusters (arrival, hours connected): :data:`WORK`, with the shares, and :data:`VISIT`;
- the energy of a working day's session as a mixture of log-normals, eight (mean of the logarithm of kWh, share) with
  a deviation of 0.129: :data:`ENERGY`;
- over all sessions: 14.68 kWh, 6.89 hours connected, of which 4.06 are charging.

Derived: visits take 0.8 of that energy, so that the mean of all comes to the published one; with even shares of
the three kinds of visit, which are not published, the mean stay does too (planned: 14.8 kWh, 6.89 hours).

Chosen, for lack of a published figure: the deviations of arrival and stay; one hour later than California, so that
working days begin around 08:15, as in this project's other simulations; everything about manners (`order.py`).
"""

from dataclasses import dataclass

HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Cluster:
    """Arrivals (seconds after midnight in California) and stays around a centre."""

    arrives_s: int
    stays_s: int
    arrives_deviation_s: int
    stays_deviation: float
    """As a share of the stay."""


LATER_S = HOUR_S

WORK_SHARE = 0.54
WORK: dict[Cluster, float] = {
    Cluster(7 * HOUR_S + 19 * 60, 35_100, 2_700, 0.08): 0.305,
    Cluster(7 * HOUR_S + 19 * 60, 32_040, 2_700, 0.08): 0.428,
    Cluster(6 * HOUR_S + 33 * 60, 34_704, 2_700, 0.08): 0.267,
}
VISIT: dict[Cluster, float] = {
    Cluster(12 * HOUR_S + 13 * 60, 17_028, 3_600, 0.25): 1,
    Cluster(7 * HOUR_S + 26 * 60, 16_776, 2_700, 0.25): 1,
    Cluster(15 * HOUR_S + 19 * 60, 8_820, 3_600, 0.25): 1,
}

ENERGY: dict[int, float] = {
    3_819: 0.0204,
    5_930: 0.164,
    8_248: 0.167,
    11_941: 0.158,
    13_874: 0.179,
    20_287: 0.0969,
    28_503: 0.0941,
    38_475: 0.120,
}
"""Wh, e to the published means 1.34, 1.78, 2.11, 2.48, 2.63, 3.01, 3.35, 3.65; and the shares."""
ENERGY_DEVIATION = 0.129
VISIT_ENERGY = 0.8

CARS: dict[str, float] = {
    "plug_in_hybrid": 0.4,
    "city": 0.15,
    "two_phase": 0.1,
    "compact": 0.2,
    "touring": 0.1,
    "fast": 0.05,
}
"""Chosen; among the cars whose battery holds what the driver needs."""
MOST_OF_BATTERY = 0.8
"""Nobody arrives emptier than that: who needs more drives a car with a larger battery."""
