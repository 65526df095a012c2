"""Bodies and replies as pydantic models: what the OpenAPI file says and what is sent are the same thing."""
