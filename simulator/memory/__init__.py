"""What outlives the simulator's process: charge points, their unsent messages, operations, settings, as opaque bytes
behind one port with two adapters, an SQLite file and Firestore. This room imports no other.
"""
