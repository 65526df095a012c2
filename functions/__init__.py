"""Cloud Functions: decode a Pub/Sub message, then one service call. The four come with the cloud's engines."""
