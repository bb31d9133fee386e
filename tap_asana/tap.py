"""The tap: how it starts, what it is made of, and how it ends."""

from __future__ import annotations

import gc
import os
from collections import defaultdict
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click
from singer_sdk import Tap
from singer_sdk.about import AboutFormatter
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers.capabilities import PluginCapabilities, TapCapabilities
from singer_sdk.tap_base import CliTestOptionValue

from tap_asana.about import with_streams
from tap_asana.api import client_from_config, without_secrets
from tap_asana.bookmark import problem_of
from tap_asana.choice import Choice
from tap_asana.complaints import Stop, catalog_of, object_of, one_line_each
from tap_asana.custom_fields import chosen_mode
from tap_asana.files import LOCATION, Files
from tap_asana.maps import heed_maps, let_children_pass
from tap_asana.read_ahead import WORKERS, ReadAhead
from tap_asana.report import Report
from tap_asana.settings import SETTINGS
from tap_asana.streams import stream_classes
from tap_asana.writer import LineWriter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import IO

    from singer_sdk.plugin_base import _ConfigInput

    from tap_asana.api import Client
    from tap_asana.base import AsanaStream


OBJECTS = 50_000
"""New objects after which Python looks for circles among them. A page of a hundred tasks is 4,500
objects and no circle: looking at every 700th, as is Python's default, takes a quarter of the time
of a run (`tests/benchmarks/speed.py`)."""


class TapAsana(Tap):
    """Extracts Asana: tasks of every depth with all that hangs on them, read incrementally."""

    name = "tap-asana"
    package_name = "singer-asana"
    config_jsonschema = SETTINGS
    message_writer_class = LineWriter
    message_writer: LineWriter
    workers = WORKERS

    # All of the SDK's but ACTIVATE_VERSION: see AsanaStream.emit_activate_version_messages.
    capabilities = [  # noqa: RUF012 - declared by the SDK as a list of the class
        TapCapabilities.CATALOG,
        TapCapabilities.STATE,
        TapCapabilities.DISCOVER,
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.BATCH,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]

    def __init__(
        self, *, validate_config: bool = True, setup_mapper: bool = True, **options: Any
    ) -> None:
        """Check the settings; Asana is asked at most for what the columns of streams hang on.

        The mapper needs the streams, and these the state, which the SDK reads after the mapper.
        """
        try:
            super().__init__(validate_config=validate_config, setup_mapper=False, **options)
        except ValueError as error:  # of the environment, where numbers are texts
            problem = f"A setting cannot be read: {error}."
            raise ConfigValidationError(problem, errors=[problem], schema=SETTINGS) from None
        self.choice = Choice(self.config)
        self.report = Report(self.logger)
        self.given: defaultdict[str, set[str]] = defaultdict(set)
        self.ahead = ReadAhead(self.workers)
        if validate_config:
            problems = list(self._problems())
            if problems:
                raise ConfigValidationError("; ".join(problems), errors=problems, schema=SETTINGS)
        self.custom_fields = chosen_mode(self)
        if setup_mapper:
            self.setup_mapper()

    def _problems(self) -> Iterator[str]:
        """Find what is wrong with the settings beyond their types."""
        for attribute in ("start_date", "client", "files"):
            try:
                getattr(self, attribute)
            except ValueError as error:
                yield str(error)

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Check the settings; a complaint quotes what it is about, but never a secret."""
        try:
            return super()._validate_config(raise_errors=raise_errors)
        except ConfigValidationError as error:
            told = [without_secrets(problem, self.config) for problem in error.errors]
            raise ConfigValidationError(str(error), errors=told, schema=SETTINGS) from None

    def load_state(self, state: dict[str, Any]) -> None:
        """Go on from a state.

        Raises:
            ConfigValidationError: It is none that this tap can go on from.
        """
        if problem := problem_of(state):
            raise ConfigValidationError(problem, errors=[problem], schema={})
        super().load_state(state)

    @cached_property
    def start_date(self) -> datetime | None:
        """The instant before which changes are left out.

        Raises:
            ValueError: The setting is no date.
        """
        text = self.config.get("start_date")
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (OverflowError, ValueError):
            raise ValueError(
                f"start_date: {text!r} is no date; write 2024-01-31 or 2024-01-31T12:00:00Z."
            ) from None

    @cached_property
    def client(self) -> Client:
        """The one client of all streams and threads.

        Raises:
            ValueError: Settings that say who we are to Asana are missing.
        """
        return client_from_config(self.config, f"{self.name}/{self.plugin_version}")

    @cached_property
    def me(self) -> str:
        """Gid of the user whom the token speaks for; Asana is asked once."""
        return str(self.client.get("/users/me", {"opt_fields": "gid"})["gid"])

    @cached_property
    def files(self) -> Files | None:
        """Where the files of attachments are put; None where they are not wanted.

        Raises:
            ValueError: There can be no such place.
        """
        if self.config.get("attachment_files") != "download":
            return None
        return Files(self.config.get("attachment_location") or LOCATION, WORKERS)

    def discover_streams(self) -> list[AsanaStream]:
        """Make the streams; Asana is not asked."""
        return [stream_class(self) for stream_class in stream_classes()]

    @classmethod
    def print_about(cls, output_format: str | None = None) -> None:
        """Print what the tap is, its settings, and its streams."""
        formatter = AboutFormatter.get_formatter(output_format or "text")
        about = formatter.format_about(cls._get_about_info())
        click.echo(with_streams(about, output_format))

    @classmethod
    def invoke(  # type: ignore[override]
        cls,
        *,
        about: bool = False,
        about_format: str | None = None,
        config: _ConfigInput | None = None,
        state: IO[str] | None = None,
        catalog: IO[str] | None = None,
    ) -> None:
        """Run the command: sync everything selected, and tell what became of it."""
        if about:
            cls.print_about(about_format)
            return
        cls.print_version(print_fn=cls.logger.info)
        gc.set_threshold(OBJECTS)
        with one_line_each():
            tap = cls(
                config=config.config if config else None,
                parse_env_config=config.parse_env if config else False,
                state=object_of(state),
                catalog=catalog_of(catalog),
            )
            tap.run()

    def setup_mapper(self) -> None:
        """Let the children of a stream that is mapped to null pass."""
        super().setup_mapper()
        let_children_pass(self.mapper)

    def run(self) -> None:
        """Sync, and in any case write out what was read and tell what was not."""
        root = self.streams["workspaces"]
        heed_maps([root, *root.descendent_streams], batches=bool(self.config.get("batch_config")))
        for name in self._unknown_streams():
            problem = "the catalog selects it, but there is no such stream;"
            self.report.refused(name, problem, "--discover tells which there are.")
        try:
            self.sync_all()
            if unmet := ", ".join(self.choice.unmet()):
                self.report.refused("projects", f"Of the settings, {unmet} cannot be found.")
        finally:
            self.ahead.close()
            self.custom_fields.tell()
            self.report.publish()
            selected = [name for name, stream in self.streams.items() if stream.selected]
            self.report.summarise(selected, self.client)
            self.client.close()
            if self.files:
                self.logger.info("Files of attachments: %s.", self.files.close() or "none")
        self.message_writer.flush()

    def _unknown_streams(self) -> Iterator[str]:
        """Find what the catalogue selects and the tap does not have, as one of another version."""
        for name, entry in (self.input_catalog or {}).items():
            if name not in self.streams and entry.metadata.resolve_selection().get((), True):
                yield name

    @classmethod
    def cb_config(
        cls, ctx: click.Context, param: click.Option, value: tuple[str, ...]
    ) -> _ConfigInput:
        """Read the settings; a file that cannot be read is one line."""
        try:
            return super().cb_config(ctx, param, value)
        except (OSError, TypeError, ValueError) as error:
            raise Stop(f"--config {' '.join(value)}: {error}") from None

    @classmethod
    def cb_discover(
        cls,
        ctx: click.Context,
        param: click.Option,
        value: bool,  # noqa: FBT001 - click's
    ) -> None:
        """Run `--discover`, which ends in one line when it fails."""
        with one_line_each():
            super().cb_discover(ctx, param, value)

    @classmethod
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        """Run `--test`, which ends in one line when it fails.

        What is off by default is not tested: the SDK would read all there is, selected or not.
        """
        with one_line_each():
            if value != CliTestOptionValue.All.value:
                super().cb_test(ctx, param, value)
                return
            settings = ctx.params["config"]
            tap = cls(config=settings.config, parse_env_config=settings.parse_env)
            tap.run_sync_dry_run(1, [one for one in tap.streams.values() if one.selected])
            ctx.exit()

    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """End at the next message boundary, after a STATE, with 128 and the signal's number.

        The SDK's own handler exits with 0, which tells an orchestrator that all was read, and may
        cut the line that is being written in two. A second signal does not wait for the boundary:
        whoever reads the output may have stopped reading.
        """
        if self._ending:
            os._exit(128 + signum)
        self._ending = True
        self.message_writer.at_boundary(lambda: self._end(signum))

    _ending = False

    def _end(self, signum: int) -> None:
        try:
            self.state_writer.write_state(self.state)
            self.logger.warning("Ended by signal %d; the STATE tells where to go on.", signum)
        finally:
            # Not sys.exit: threads may sit in a Retry-After for a minute, and nobody needs them.
            os._exit(128 + signum)
