"""The simulator's HTTP API: JSON in, JSON out, problem+json for errors. Translates; decides nothing.

FastAPI makes the OpenAPI file from the same declarations that check the bodies; uvicorn serves it.
"""
