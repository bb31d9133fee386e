"""What people can put right: told in one line, with exit code 1 and without a traceback."""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import click
from singer_sdk.exceptions import ConfigValidationError, MappingError
from singer_sdk.singerlib import Catalog

from tap_asana.api import AsanaError

if TYPE_CHECKING:
    from collections.abc import Iterator


class RefusedError(Exception):
    """Asana refused part of a stream, and the settings say that a run ends then."""

    def __init__(self, stream: str, error: AsanaError) -> None:
        """Take down what was refused, and Asana's reason."""
        super().__init__(
            f"Not all of '{stream}' can be read, and on_forbidden is fail: {error} Deselect the "
            "stream, give the token what it lacks, or set on_forbidden to warn."
        )


TOLD = (AsanaError, RefusedError, ConfigValidationError, MappingError, BrokenPipeError)
"""What `one_line_each` tells."""


class Stop(click.ClickException):
    """Ends the command with one line in the log and exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:  # noqa: ARG002 - the log knows where
        """Write the line."""
        logging.getLogger("tap-asana").error(" ".join(self.message.split()))


@contextmanager
def one_line_each() -> Iterator[None]:
    """Turn each error of `TOLD` into the one line that people get.

    Raises:
        Stop: In place of it.
    """
    try:
        yield
    except ConfigValidationError as error:
        raise Stop("; ".join(error.errors)) from None
    except MappingError as error:
        raise Stop(f"stream_maps: {error}") from None
    except (AsanaError, RefusedError) as error:
        raise Stop(str(error)) from None
    except BrokenPipeError:
        raise Stop("Whoever read the output is gone, so the run ends here.") from None


def object_of(file: IO[str] | None) -> dict[str, Any] | None:
    """Read a JSON object from a file of the command line.

    Raises:
        Stop: There is something else in the file.
    """
    if file is None:
        return None
    try:
        content = json.load(file)
    except ValueError as error:
        raise Stop(f"{file.name} is no JSON: {error}") from None
    if not isinstance(content, dict):
        raise Stop(f"{file.name} holds no JSON object.")
    return content


def catalog_of(file: IO[str] | None) -> Catalog | None:
    """Read a catalogue from a file of the command line.

    Raises:
        Stop: There is something else in the file.
    """
    content = object_of(file)
    if file is None or content is None:
        return None
    try:
        return Catalog.from_dict({"streams": content["streams"]})
    except (AttributeError, KeyError, TypeError):
        raise Stop(f"{file.name} is no catalog; --discover makes one.") from None
