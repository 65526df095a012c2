"""The bridge: chargers on one side, the API on the other, and a spool between them so that nothing is lost.

Shells that await (sockets, timers, HTTP) are files of this folder; each kind of charger has a folder of its own with
a translator that does no I/O (``ocpp16`` now; ``ocpp201``, ``j1772``, ``chargeamps`` beside it).
"""
