"""The bridge: chargers on one side, the API on the other, and a spool between them so that nothing is lost.

`sockets` are where OCPP charge points connect, `ocpp16` is what they speak, `units` are chargers that speak something
else; `after_boot` is what is said to a charge point that booted, `commands` what the API wants said, `back_end` what is
told to the API and asked of it, `watching` what is concluded from what passes, `frames` what is kept of it to look at.
`process` makes one thing of these. Files with I/O are shells that await; what decides does neither.
"""
