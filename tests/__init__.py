"""The tests: sentences about the sandbox, the tap and the target."""
