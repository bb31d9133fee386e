"""Asana's API, for whoever reads it or writes to it; knows nothing of Singer."""

from __future__ import annotations

from tap_asana.api.auth import OAuth, TokenAuth, auth_from_config
from tap_asana.api.batch import Call, Outcome
from tap_asana.api.catalogue import RESOURCES
from tap_asana.api.client import API_URL, Client
from tap_asana.api.errors import (
    AsanaError,
    BadRequest,
    Forbidden,
    NotFound,
    PlanLimit,
    RateLimited,
    ServerFault,
    SyncLost,
    Unauthorized,
    Unreachable,
)
from tap_asana.api.fields import Shape
from tap_asana.api.pace import Pace
from tap_asana.api.resource import Link, Listing, Resource, Table, walk
from tap_asana.api.settings import CONNECTION, CREDENTIALS, client_from_config, without_secrets
from tap_asana.api.wire import fill

__all__ = [
    "API_URL",
    "CONNECTION",
    "CREDENTIALS",
    "RESOURCES",
    "AsanaError",
    "BadRequest",
    "Call",
    "Client",
    "Forbidden",
    "Link",
    "Listing",
    "NotFound",
    "OAuth",
    "Outcome",
    "Pace",
    "PlanLimit",
    "RateLimited",
    "Resource",
    "ServerFault",
    "Shape",
    "SyncLost",
    "Table",
    "TokenAuth",
    "Unauthorized",
    "Unreachable",
    "auth_from_config",
    "client_from_config",
    "fill",
    "walk",
    "without_secrets",
]
