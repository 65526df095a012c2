"""The simulator's HTTP API: JSON in, JSON out, problem+json for errors. Translates; decides nothing.

aiohttp serves it: asyncio throughout like the charge points beside it, kept by the aio-libs project for more
than ten years, one package for routes, limits and graceful shutdown.
"""
