"""Jobs: how far work has come, told to whoever started it."""

from __future__ import annotations

from asana_sandbox.errors import forbidden
from asana_sandbox.jobs import look
from asana_sandbox.lookup import in_path
from asana_sandbox.routing import Request, Single, route


@route("GET", "/jobs/{job_gid}")
def get_job(request: Request) -> Single:
    """Asana's getJob: for its creator alone."""
    job = in_path(request, "job")
    if job["created_by"] != request.user["gid"]:
        raise forbidden("job")
    return Single(look(request.world, job))
