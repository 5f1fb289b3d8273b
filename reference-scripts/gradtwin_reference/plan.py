"""What a run would compute; needs neither PyTorch nor anything else that is not in Python."""

import json

from . import strict
from .problems import FixtureProblem


def show(files):
    """Prints every case with its dtypes, its size, and whether numbers are recorded; returns the exit code."""
    planned = []
    for path, name in files:
        directory = name.rsplit("/", 1)[0] + "/" if "/" in name else ""
        try:
            for case in json.loads(strict.read(path))["cases"]:
                if "steps" in case:
                    size = f"{case['steps']} steps of training"
                else:
                    lines = len(case["program"])
                    size = f"{lines} {'line' if lines == 1 else 'lines'}"
                if "throws" in case:
                    what = f"must be refused in line {case['throws']['line']}"
                else:
                    what = "recorded" if "expect" in case else "new"
                dtypes = ", ".join(sorted(case["dtypes"]))
                planned.append(f"{directory}{case['id']}: {size}, {dtypes}, {what}")
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
            raise FixtureProblem(f"{name}: not a fixture: {type(e).__name__}: {e}") from e
    print("\n".join([*planned, f"{len(files)} files, {len(planned)} cases"]))
    return 0
