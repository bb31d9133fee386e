"""`python -m tap_asana` is `tap-asana`."""

from __future__ import annotations

from tap_asana.tap import TapAsana

TapAsana.cli()
