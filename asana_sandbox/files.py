"""Files that hold people's data: private, and never half written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import IO


def append_private(path: Path) -> IO[str]:
    """Open a file that only its owner can read, to add lines to, each written at once."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    return os.fdopen(handle, "a", encoding="utf-8", buffering=1)


def write_private(path: Path, lines: Iterable[str]) -> None:
    """Write lines to a file that only its owner can read, replacing it when all are written."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    draft.replace(path)
