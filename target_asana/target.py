"""The target: its settings, its messages, and how it starts and ends.

Where the SDK's way would lose records or tell untruths, the one method concerned is overridden
here, with the reason.
"""

from __future__ import annotations

import copy
import os
import sqlite3
import sys
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
import orjson
from singer_sdk import Target
from singer_sdk.configuration._dict_config import merge_missing_config_jsonschema
from singer_sdk.exceptions import (
    ConfigValidationError,
    InvalidJSONSchema,
    InvalidRecord,
    RecordsWithoutSchemaException,
)
from singer_sdk.helpers.capabilities import (
    TARGET_VALIDATE_RECORDS_CONFIG,
    PluginCapabilities,
    TargetCapabilities,
)
from singer_sdk.singerlib.exceptions import InvalidInputLine

from tap_asana.api import AsanaError, client_from_config, without_secrets
from target_asana import export
from target_asana.failures import Rejection
from target_asana.journal import JournalInUseError
from target_asana.reader import InputError, LineReader
from target_asana.report import CountError
from target_asana.run import Run
from target_asana.settings import SETTINGS
from target_asana.sinks import AsanaSink, UnknownStreamError
from target_asana.workspace import NoWorkspaceError

if TYPE_CHECKING:
    from types import FrameType

    from singer_sdk.plugin_base import _ConfigInput

    from tap_asana.api import Client

_PLAIN_ERRORS = (
    AsanaError,
    CountError,
    export.ExportError,
    InputError,
    InvalidInputLine,
    InvalidJSONSchema,
    JournalInUseError,
    NoWorkspaceError,
    RecordsWithoutSchemaException,
    UnknownStreamError,
)
"""Errors whose text says it all, so that one line and exit code 1 tell a person what to do."""


class Stop(click.ClickException):
    """Ends the command with one line in the log and exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:  # noqa: ARG002 - the log knows where
        """Write the line."""
        TargetAsana.logger.error(self.message)


class TerminatedError(BaseException):
    """A signal has asked the run to end; no `except Exception` may swallow it."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


class TargetAsana(Target):
    """Writes to Asana: tap-shaped records, and rows of Asana's CSV export, each once."""

    name = "target-asana"
    package_name = "singer-asana"
    config_jsonschema = SETTINGS
    default_sink_class = AsanaSink
    message_reader_class = LineReader
    message_reader: LineReader
    capabilities = [  # noqa: RUF012 - declared by the SDK as a list of the class
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
        TargetCapabilities.VALIDATE_RECORDS,
    ]

    def __init__(self, *, validate_config: bool = True, **options: Any) -> None:
        """Check the settings; nothing is asked or opened before the first message."""
        super().__init__(validate_config=validate_config, **options)
        self.exit_code = 0
        self._signal: int | None = None
        self.message_reader.between = self._check_signal
        if validate_config:
            try:
                self.client  # noqa: B018 - made now, so that what is missing is said now
            except ValueError as error:
                problem = str(error)
                raise ConfigValidationError(problem, errors=[problem], schema=SETTINGS) from None

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Check the settings; a complaint quotes what it is about, but never a secret."""
        try:
            return super()._validate_config(raise_errors=raise_errors)
        except ConfigValidationError as error:
            told = [without_secrets(problem, self.config) for problem in error.errors]
            raise ConfigValidationError(str(error), errors=told, schema=SETTINGS) from None

    @cached_property
    def client(self) -> Client:
        """The one client of all threads.

        Raises:
            ValueError: Settings that say who we are to Asana are missing.
        """
        return client_from_config(self.config, f"{self.name}/{self.plugin_version}")

    @cached_property
    def run(self) -> Run:
        """The run; made when the first message comes."""
        return Run(self.config, self.client)

    @classmethod
    def append_builtin_config(cls, config_jsonschema: dict[str, Any]) -> None:
        """Add the SDK's settings that mean something here.

        Left out: `load_method`, whose default append-only would be untrue; `batch_size_rows` and
        `add_record_metadata`, as records are journaled one by one and as they are.
        """
        merge_missing_config_jsonschema(TARGET_VALIDATE_RECORDS_CONFIG, config_jsonschema)
        super(Target, cls).append_builtin_config(config_jsonschema)

    def _process_record_message(self, message_dict: dict[str, Any]) -> None:
        """Hand a record to its sink; one that is invalid is a dead letter.

        The SDK ends the run at an invalid record or at one without its key, before any STATE; or
        it writes the invalid one all the same. It also turns dates into objects, which is not
        what the source said.
        """
        self._assert_line_requires(message_dict, requires={"stream", "record"})
        name = message_dict["stream"]
        if name not in self.mapper.stream_maps:
            self._assert_sink_exists(name)
        for stream_map in self.mapper.stream_maps[name]:
            record = stream_map.transform(copy.copy(message_dict["record"]))
            if record is not None:
                self._accept(self._sink(stream_map.stream_alias), record, message_dict)

    def _sink(self, name: str) -> AsanaSink:
        sink = self.get_sink(name)
        if not isinstance(sink, AsanaSink):
            raise TypeError(sink)
        return sink

    def _accept(self, sink: AsanaSink, record: dict[str, Any], message: dict[str, Any]) -> None:
        line = message.get("line") or self.message_reader.line
        self.run.report.input[sink.stream_name] += 1
        deleted = record.get("_sdc_deleted_at")
        sink._remove_sdc_metadata_from_record(record)  # noqa: SLF001 - as the SDK's own loop does
        if problem := message.get("problem"):
            sink.refuse(record, Rejection("invalid", problem), line)
            return
        if deleted:
            self.run.outcomes.skip("deleted in the source: nothing is deleted in Asana")
            return
        try:
            if sink._validator is not None:  # noqa: SLF001 - as the SDK's own loop does
                sink._validator.validate(record)  # noqa: SLF001 - as the SDK's own loop does
        except InvalidRecord as error:
            sink.refuse(record, Rejection("invalid", error.error_message), line)
            return
        if missing := sink.missing_keys(record):
            text = f"the record has no {', '.join(missing)}"
            sink.refuse(record, Rejection("invalid", text, missing[0]), line)
            return
        sink.accept(record, message, line)

    def _process_state_message(self, message_dict: dict[str, Any]) -> None:
        """Keep a STATE until everything before it is done.

        The SDK prints the newest one after each drain, whatever became of single records.
        """
        self._assert_line_requires(message_dict, requires={"value"})
        self.run.state(orjson.dumps(message_dict["value"]).decode())

    def _process_activate_version_message(self, message_dict: dict[str, Any]) -> None:
        """Delete nothing: an ACTIVATE_VERSION is not followed."""
        self.logger.info("ACTIVATE_VERSION of %s: nothing is deleted.", message_dict.get("stream"))

    def _process_batch_message(self, message_dict: dict[str, Any]) -> None:
        """Refuse a BATCH: its records are in files that bring no line to tell of.

        Raises:
            InputError: always, before anything of it is read.
        """
        raise InputError(
            f"line {self.message_reader.line}: BATCH messages are not read "
            f"(stream {message_dict.get('stream')}): leave batch_config out of the tap's settings"
        )

    def process_endofpipe(self) -> None:
        """Send what is left and tell what happened.

        The SDK drains its sinks in parallel here; ours hold nothing.
        """
        self.run.append()
        self.run.drain(final=True)
        self._check_signal()
        self.exit_code = self.run.finish()
        self.run.close()

    def import_csv(self, path: Path) -> None:
        """Import a file of Asana's CSV export.

        Raises:
            ExportError: when it cannot be read.
        """
        for message in export.messages(path):
            self.run.whole_file()
            if message["type"] == "SCHEMA":
                self._process_schema_message(message)
            else:
                self._process_record_message(message)
            self._check_signal()
        self.process_endofpipe()

    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Ask the run to end: what is in flight is waited for, nothing more is sent.

        The SDK drains everything instead, which may take hours, and exits with 0. A second signal
        waits for nothing; what is in flight is unknown then.
        """
        if self._signal is not None:
            os._exit(128 + signum)
        self._signal = signum
        if self._running:
            self.run.stop.set()
        if self.message_reader.listening:
            self.message_reader.listening = False
            self._check_signal()

    def _check_signal(self) -> None:
        if self._signal is not None:
            raise TerminatedError(self._signal)

    @classmethod
    def invoke(  # type: ignore[override]
        cls,
        *,
        about: bool = False,
        about_format: str | None = None,
        config: _ConfigInput | None = None,
        file_input: IO[str] | None = None,
        csv_file: Path | None = None,
    ) -> None:
        """Run the command."""
        if about:
            cls.print_about(about_format)
            return
        cls.print_version(print_fn=cls.logger.info)
        try:
            target = cls(
                config=config.config if config else None,
                parse_env_config=config.parse_env if config else False,
            )
        except ConfigValidationError as error:
            raise Stop("; ".join(error.errors)) from None
        sys.exit(target.load(file_input, csv_file))

    def load(self, file_input: IO[str] | None, csv_file: Path | None) -> int:
        """Load everything from one source; return the exit code.

        Raises:
            Stop: when the run could not go on.
        """
        try:
            if csv_file is not None:
                self.import_csv(csv_file)
            else:
                self.listen(file_input)
        except TerminatedError as end:
            return self._terminated(end.signum)
        except BrokenPipeError:
            raise Stop("Whoever read the output is gone, so the run ends here.") from None
        except _PLAIN_ERRORS as error:
            if self._running:
                self.run.give_up()
            raise Stop(" ".join(str(error).split())) from None
        except sqlite3.Error as error:
            raise Stop(f"the journal in {self.config['state_dir']}: {error}") from None
        except OSError as error:
            raise Stop(f"{error.filename or 'a file'}: {error.strerror or error}") from None
        finally:
            if self._running:
                self.run.close()
        return self.exit_code

    @property
    def _running(self) -> bool:
        return "run" in self.__dict__

    def _terminated(self, signum: int) -> int:
        if self._running:
            self.run.finish()
        self.logger.warning("Ended by signal %d; run it again and it goes on.", signum)
        return 128 + signum

    @classmethod
    def get_singer_command(cls) -> click.Command:
        """Add `--csv` to the SDK's command."""
        command = super().get_singer_command()
        command.params.append(
            click.Option(
                ["--csv", "csv_file"],
                type=click.Path(path_type=Path),
                help="A file of Asana's CSV export to import, instead of Singer messages.",
            )
        )
        return command
