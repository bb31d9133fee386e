"""Reading a refusal of the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import requests


def said(response: requests.Response) -> tuple[int, str]:
    """Give the status and the first message of a refusal."""
    return response.status_code, response.json()["errors"][0]["message"]
