"""What the tests share: the op table, and fixtures made on the spot."""

import json
from pathlib import Path

from gradtwin_reference import fixtures
from gradtwin_reference.ops import OpTable

ROOT = Path(__file__).resolve().parents[2]
OPS = ROOT / "fixtures" / "ops.json"
TABLE = OpTable.read(OPS)

TESTING = ["z = 2*x + 2 - x", "q = relu(z) + z*tanh(x)", "h = relu(z*z)", "y = tanh(-h + q + q*x)"]


def case(program, inputs, root="y", id="case", dtypes=("float32", "float64"), **more):
    """The record of a case; an input that is a number or a list is its values."""
    inputs = {name: value if isinstance(value, dict) else {"values": value} for name, value in inputs.items()}
    return {"id": id, "comment": "c", "inputs": inputs, "program": program, "backward": {"of": root},
            "dtypes": list(dtypes), **more}


def document(*cases):
    """The text of an authored fixture."""
    return json.dumps({"format": fixtures.FORMAT, "title": "t", "source": "s", "flags": {}, "cases": list(cases)})


def parsed(*cases, name="dir/file.json"):
    """A fixture of these cases."""
    return fixtures.parse(document(*cases), name, name, TABLE)
