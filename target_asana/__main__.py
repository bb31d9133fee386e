"""`python -m target_asana` is `target-asana`."""

from __future__ import annotations

from target_asana.target import TargetAsana

TargetAsana.cli()
