"""The demo: a backlog goes into the sandbox and comes out again, and both sides are counted."""
