"""Why a request was refused."""

from pydantic import BaseModel, Field


class FieldProblem(BaseModel):
    """One field that does not fit."""

    field: str = Field(description="Where, with dots: `switches.offered`; empty for the body as a whole.")
    detail: str


class Problem(BaseModel):
    """RFC 9457 problem details. `code` is stable; `detail` is for people and may change."""

    type: str = Field(description="A URN that ends in the code.")
    title: str = Field(description="The status in words.")
    status: int
    detail: str
    code: str
    retry: bool = Field(description="Whether the same request may succeed later.")
    field: str | None = Field(default=None, description="The field that was refused, where it was one.")
    instance: str = Field(description="The id of the request, as in `X-Request-Id`.")
    errors: list[FieldProblem] | None = Field(default=None, description="Every field that does not fit its schema.")
