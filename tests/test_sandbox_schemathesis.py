"""Every operation of Asana's description, called by schemathesis with good and with bad data.

`SANDBOX_EXAMPLES` says how many calls of each sort an operation gets; with it they differ from run
to run, and `--hypothesis-seed` repeats one.
"""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode, checks
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks as described

from asana_sandbox.areas import register_routes
from asana_sandbox.routing import ROUTES, Route
from tests.drawn_calls import calls, sample_of
from tests.mended_openapi import mended
from tests.openapi import needs_description, operations

if TYPE_CHECKING:
    from tests.conftest import SandboxClient
    from tests.drawn_calls import AnyCase, Operation

register_routes()
pytestmark = needs_description

DEEPER = os.environ.get("SANDBOX_EXAMPLES")
CHECKS = [
    checks.not_a_server_error,
    described.status_code_conformance,
    described.content_type_conformance,
    described.response_schema_conformance,
]
SETTINGS = settings(
    max_examples=int(DEEPER or 8),
    derandomize=not DEEPER,
    database=None,
    deadline=None,
    # The world changes from call to call: one that failed need not fail again.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def drawn(route: Route) -> Operation:
    """Give schemathesis' idea of an operation."""
    found: Operation = _schema()[route.template][route.method]
    return found


@functools.cache
def _schema() -> Any:
    return schemathesis.openapi.from_dict(mended())


def test_no_operation_is_left_out() -> None:
    assert {route.operation for route in ROUTES} == {f"{m} {path}" for m, path in operations()}


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_answers_are_as_described_whatever_is_sent(
    sample: SandboxClient, route: Route, mode: GenerationMode
) -> None:
    world = sample_of(sample)
    failures: dict[str, str] = {}

    @SETTINGS
    @given(case=calls(drawn(route), mode, world))
    def call(case: AnyCase) -> None:
        response = case.call(base_url=sample.url, session=sample.session)
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as group:
            failures.update({str(one.message): str(group) for one in group.exceptions})

    call()
    if failures:
        pytest.fail("\n".join(failures.values()), pytrace=False)
