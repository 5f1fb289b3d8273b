"""What the tests share: budgets of kernels, and cases written as programs are, which Java reads everywhere else."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional

from gradtwin_reference.case import Case

ROOT = Path(__file__).resolve().parents[2]
BUDGETS = json.loads((ROOT / "fixtures" / "ops.json").read_text(encoding="utf-8"))["kernels"]

TESTING = ["z = 2*x + 2 - x", "q = relu(z) + z*tanh(x)", "h = relu(z*z)", "y = tanh(-h + q + q*x)"]


@dataclass(frozen=True)
class Line:
    """A statement as it would stand at a Python prompt."""

    line: int
    text: str
    differentiates = False

    @property
    def name(self):
        return self.text.split(" = ", 1)[0]

    def run(self, values):
        return eval(self.text.split(" = ", 1)[1], {**vars(torch), **vars(torch.nn.functional)}, values)


def _lines(program):
    return tuple(Line(number, text) for number, text in enumerate(program, start=1))


def case(program, inputs, root="y", name="dir/case", dtypes=("float32", "float64"), cotangent=None, definitions=()):
    """A case; inputs that are no tensors are float64."""
    leaves = {key: value if isinstance(value, torch.Tensor) else torch.tensor(value, dtype=torch.float64)
              for key, value in inputs.items()}
    return Case(name, _lines(program),
                {key: (leaf, leaf.is_floating_point()) for key, leaf in leaves.items()}, root,
                None if cotangent is None else torch.tensor(cotangent, dtype=torch.float64), tuple(dtypes),
                definitions=_lines(definitions))
