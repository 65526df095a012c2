"""A charging unit whatever it speaks: connectors, contactor, meter, the car at the cable, its clock, its memory."""
