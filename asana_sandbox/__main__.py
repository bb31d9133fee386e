"""`python -m asana_sandbox` is the command `asana-sandbox`."""

from __future__ import annotations

from asana_sandbox.cli import main

if __name__ == "__main__":
    main()
