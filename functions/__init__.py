"""Cloud Functions: decode a Pub/Sub message, then one service call. `main.py` names and composes them."""
