"""A stand-in for the Charge Amps cloud: the vendor's external API (v3 to v5) over simulated charge points and cars,
with a clock that can be moved and faults to order. A program of its own; it knows none of the rest of Kilowait.
"""
