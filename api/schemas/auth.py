"""Bodies and replies of `auth/…`."""

from typing import Self

from pydantic import Field, model_validator

from api.schemas.base import Body, FormBody, Query, Reply


class Login(Body):
    """Who logs in, and on which device. Either name will do; one of them is sent."""

    username: str | None = Field(default=None, max_length=254, description="The username or the e-mail address.")
    email: str | None = Field(default=None, max_length=254, description="Instead of `username`.")
    password: str = Field(max_length=1000)
    device: str = Field(
        default="",
        max_length=100,
        description="A name the app keeps for this device. Logging in again with it ends its older token.",
    )

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if (self.username is None) == (self.email is None):
            raise ValueError("give username or email")
        return self

    @property
    def name(self) -> str:
        """What was sent to say who it is."""
        return self.username or self.email or ""


class Registration(Body):
    """A new account."""

    username: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=8, max_length=256)
    name: str = Field(default="", max_length=100)
    surname: str = Field(default="", max_length=100)
    email: str = Field(default="", max_length=254, description="Unique. Needed to reset a forgotten password.")
    device: str = Field(default="", max_length=100)


class TokenReply(Reply):
    """A token, shown this once."""

    token: str = Field(description="Send it as `Authorization: Bearer …`.")
    expires_at: str = Field(description="When it ends if it is not refreshed: 14 days. From the 7th on it is due.")


class ResetRequest(Body):
    """Whose password was forgotten."""

    email: str = Field(max_length=254)


class ResetQuery(Query):
    """The secret of the letter's link."""

    token: str = Field(default="", max_length=200)


class Reset(FormBody):
    """A new password, with the letter's secret."""

    token: str = Field(max_length=200)
    password: str = Field(max_length=1000, json_schema_extra={"minLength": 8, "maxLength": 256})
    """Its bounds are checked by the service, so that the page can say what is wrong."""
