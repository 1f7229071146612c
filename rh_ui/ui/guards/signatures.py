"""The one check of a call of a Gradio function: how many values, and each against its type."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, get_type_hints

import gradio as gr
from pydantic import BaseModel, ValidationError, create_model

from rh_ui.errors import ArgumentRefused
from rh_ui.web.arguments import SOUND, refusal


def parameters(function: Callable[..., Any]) -> dict[str, Any]:
    """By name, the type of each value that callers give, with its limits; without the values that Gradio
    adds."""
    hints = get_type_hints(function, include_extras=True)
    names = inspect.signature(function).parameters
    return {name: hints[name] for name in names if hints[name] not in (gr.Request, gr.Request | None)}


def body_of(function: Callable[..., Any]) -> type[BaseModel]:
    """A function's values as a model, from its signature."""
    signature = inspect.signature(function).parameters
    fields: dict[str, Any] = {
        name: (hint, ... if signature[name].default is inspect.Parameter.empty else signature[name].default)
        for name, hint in parameters(function).items()
    }
    return create_model(function.__name__, __config__=SOUND, **fields)


def typed(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with a check of its values: how many, and each against its type. Raises
    ArgumentRefused."""
    body = body_of(function)
    names = list(body.model_fields)

    @wraps(function)
    def checked(*values: Any, **who: gr.Request | None) -> Any:
        given, added = values[: len(names)], values[len(names) :]
        if any(not isinstance(value, gr.Request | None) for value in added):
            raise ArgumentRefused(wrong_count(function, len(values)), "count")
        try:
            taken = body(**dict(zip(names, given, strict=False)))
        except ValidationError as fault:
            raise refusal(fault.errors(include_url=False)) from None
        return function(*(getattr(taken, name) for name in names), *added, **who)

    return checked


def wrong_count(function: Callable[..., Any] | None, count: int) -> str:
    """The sentence for a wrong number of values. `function` None: a function without a name."""
    names = list(parameters(function)) if function is not None else []
    wanted = f"these values, in this order: {', '.join(names)}" if names else "another number of values"
    return f"This takes {wanted}; {count} came"
