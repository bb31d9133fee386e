"""The command `asana-sandbox`, also as `python -m asana_sandbox`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command; say what to install where the extra `sandbox` is missing."""
    try:
        from asana_sandbox.cli import main as command  # noqa: PLC0415 - what it needs may be absent
    except ModuleNotFoundError as error:
        if not error.name or error.name.startswith("asana_sandbox"):
            raise
        sys.exit(f"asana-sandbox needs {error.name}: run pip install 'singer-asana[sandbox]'")
    command(prog_name="asana-sandbox")


if __name__ == "__main__":
    main()
