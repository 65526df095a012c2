"""Sampled values as charge points send them, for tests of what becomes of them."""

from datetime import datetime, timedelta

from model.meter.samples import Samples
from services.meter.normalising import normalise
from tests.fakes.clock import START
from wire.events import Sample, TransactionEnded

REGISTER = "Energy.Active.Import.Register"
POWER = "Power.Active.Import"


def told(value: str, unit: str = "", measurand: str = REGISTER, at_s: float = 0, **more: str) -> Sample:
    return Sample(at=START + timedelta(seconds=at_s), value=value, unit=unit, measurand=measurand, **more)


def normal(*samples: Sample, received_at: datetime = START + timedelta(hours=1)) -> Samples:
    into: Samples = {}
    event = TransactionEnded(
        charge_point_id="CP-1",
        seq=1,
        occurred_at=START,
        received_at=received_at,
        transaction_id="7",
        meter_stop_wh=0,
        samples=samples,
    )
    normalise([event], into)
    return into
