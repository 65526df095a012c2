"""Routes with their schemas: flask-openapi3's blueprint, with bodies checked and answers made our way.

A view takes ``path``, ``query`` and ``body`` models by those names and returns a reply model, ``(model, status)``, or
a finished Flask response. What it returns must be what ``responses`` promises, so the OpenAPI file cannot lie.
"""

import threading
from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import Any, get_origin

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from flask_openapi3.openapi import OpenAPI
from pydantic import BaseModel
from werkzeug.exceptions import RequestEntityTooLarge

from api.problems import BadRequest, UnsupportedMediaType
from model.errors import Invalid

PREFIX = "/api"
FORM = "application/x-www-form-urlencoded"


def operation_id(*, name: str, path: str, method: str) -> str:
    """A view's name as clients know it: ``log_in`` is ``logIn``. Stable as long as the view keeps its name."""
    del path, method
    head, *rest = name.strip("_").split("_")
    return head + "".join(word.capitalize() for word in rest)


class Resource(APIBlueprint):
    """The routes of one noun, below ``/api``.

    What the OpenAPI file says of a route is made when the file is asked for: it is most of what loading the API takes.
    """

    def __init__(self, name: str, description: str, url_prefix: str = PREFIX) -> None:
        super().__init__(
            name,
            f"api.{name}",
            url_prefix=url_prefix,
            abp_tags=[Tag(name=name, description=description)],
            operation_id_callback=operation_id,
        )
        self._untold: list[Callable[[], object]] = []
        self._telling = threading.Lock()

    def tell(self, app: OpenAPI) -> None:
        """Have the description of ``app`` hold these routes."""
        with self._telling:
            while self._untold:
                self._untold.pop(0)()
        app.tags += [tag for tag in self.tags if tag.name not in app.tag_names]
        app.tag_names = [tag.name for tag in app.tags]
        app.paths.update(self.paths)
        app.components_schemas.update(self.components_schemas)

    def _collect_openapi_info(self, rule: str, func: Callable[..., Any], **said: Any) -> Any:
        self._untold.append(partial(super()._collect_openapi_info, rule, func, **said))
        return super()._collect_openapi_info(rule, func, **{**said, "doc_ui": False})

    @staticmethod
    def create_view_func(  # noqa: PLR0913, PLR0917 -- flask-openapi3's signature
        func: Callable[..., Any],
        header: Any,
        cookie: Any,
        path: type[BaseModel] | None,
        query: type[BaseModel] | None,
        form: Any,
        body: type[BaseModel] | None,
        raw: Any,
        view_class: Any = None,
        view_kwargs: Any = None,
        responses: Any = None,
        validate_response: bool | None = None,  # noqa: FBT001 -- flask-openapi3's signature
    ) -> Callable[..., Response]:
        """The function Flask calls; flask-openapi3's signature, its checks replaced by ours."""
        del header, cookie, form, raw, view_class, view_kwargs, validate_response
        promised = {int(status): model for status, model in (responses or {}).items()}
        listed = _list_fields(query)

        @wraps(func)
        def view(**arguments: Any) -> Response:
            given = dict(arguments)
            if path is not None:
                given = {"path": path.model_validate(arguments)}
            if query is not None:
                given["query"] = query.model_validate(_query_values(listed))
            if body is not None:
                given["body"] = read_body(body)
            return answer(func(**given), promised)

        return view


def read_body(model: type[BaseModel]) -> BaseModel:
    """The request's JSON body as ``model``. 415, 400 and 422 are told apart; an empty body may be optional."""
    data = _whole_body()
    extra = extra_of(model)
    if not data and extra.get("required") is False:
        return model.model_validate({})
    if extra.get("form") and request.mimetype == FORM:
        return model.model_validate(request.form.to_dict())
    if not request.is_json:
        raise UnsupportedMediaType("not_json", "The body must be JSON: Content-Type: application/json.")
    if not data:
        raise BadRequest("invalid_json", "The body is empty; it must be a JSON object.")
    return model.model_validate_json(data)


def _whole_body() -> bytes:
    """The body's bytes. One sent in chunks is cut at the bound without a word, so one that reaches it is too large."""
    data = request.get_data(cache=True)
    bound = request.max_content_length
    if request.content_length is None and bound is not None and len(data) >= bound:
        raise RequestEntityTooLarge
    return data


def extra_of(model: type[BaseModel]) -> dict[str, Any]:
    """What a body says of itself beside its schema: ``required`` False (may be left out), ``form`` (may be a form)."""
    extra: Any = model.model_config.get("openapi_extra", {})
    return extra if isinstance(extra, dict) else {}


def answer(result: Any, promised: Mapping[int, type[BaseModel]]) -> Response:
    """A view's result as a response; it must keep the promise of the route's ``responses``."""
    if isinstance(result, Response):
        return result
    reply, status = result if isinstance(result, tuple) else (result, min(promised))
    if type(reply) is not promised.get(status):
        raise TypeError(f"{type(reply).__name__} is not promised for status {status}")
    return Response(reply.model_dump_json(), status=status, mimetype="application/json")


def _list_fields(query: type[BaseModel] | None) -> frozenset[str]:
    if query is None:
        return frozenset()
    return frozenset(name for name, field in query.model_fields.items() if get_origin(field.annotation) is list)


def _query_values(listed: frozenset[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, given in request.args.lists():
        if name in listed:
            values[name] = given
        elif len(given) > 1:
            raise Invalid("invalid", f"{name} is given more than once.", field=name)
        else:
            values[name] = given[0]
    return values
