"""Rules that a request from outside triggers; people make them in Asana's app alone."""

from __future__ import annotations

from asana_sandbox.body import only
from asana_sandbox.calls import object_in
from asana_sandbox.errors import bad_request
from asana_sandbox.lookup import in_path, named
from asana_sandbox.routing import Plain, Request, route


@route(
    "POST",
    "/rule_triggers/{rule_trigger_gid}/run",
    required=("resource", "action_data"),
    paid="Rules are only available to premium users.",
)
def trigger_rule(request: Request) -> Plain:
    """Asana's triggerRule: a task of the rule's project, and what the rule is to know.

    What a rule does is not Asana's API: the sandbox's rules keep what they were sent.
    """
    data = only(request, "resource action_data")
    trigger = in_path(request, "rule_trigger")
    known = object_in(data, "action_data")
    task = named(request, "resource", data["resource"], "task")
    if trigger["project"] not in task["projects"]:
        raise bad_request("resource: The task is not in the project of the rule")
    trigger["runs"].append({"resource": task["gid"], "action_data": known})
    return Plain({"data": {"message": "The rule has run."}})
