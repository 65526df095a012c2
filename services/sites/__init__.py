"""Sites: loading, deciding, saving, reading; what people ask of queues and what admins keep."""
