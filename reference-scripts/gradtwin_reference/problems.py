"""The two ways in which a run can fail, each with a one-line message."""


class FixtureProblem(Exception):
    """A fixture is broken: the message says where (file, case, key) and why."""


class UsageProblem(Exception):
    """The command line is wrong."""
