"""The one way in which a job can fail, with a one-line message."""


class Problem(Exception):
    """PyTorch or calibration refuses a case: the message says where in the case and why."""
