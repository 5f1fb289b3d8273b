"""The op table, `fixtures/ops.json`: which functions a program may call and with which parameters."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from .problems import FixtureProblem

FORMAT = "gradtwin-ops-1"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a function, under PyTorch's name."""

    name: str
    kind: str
    required: bool
    keyword_only: bool
    default: object = None
    choices: tuple = ()

    @property
    def optional(self):
        """Whether None may be passed."""
        return not self.required and self.default is None


@dataclass(frozen=True)
class Op:
    """One row: PyTorch's function name, the operator that writes it, and its parameters."""

    id: str
    function: str
    symbol: str
    parameters: tuple
    kernels: tuple = ()


@dataclass(frozen=True)
class OpTable:
    """All rows, and the rounding budget of every ATen kernel that they run."""

    functions: dict
    budgets: dict = field(default_factory=dict)

    @staticmethod
    def read(path):
        """Reads the exported table."""
        try:
            document = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as e:
            raise FixtureProblem(f"{path}: not an op table: {e}") from e
        if document.get("format") != FORMAT:
            raise FixtureProblem(f"{path}: the format is {document.get('format')!r}, not {FORMAT!r}")
        functions = {}
        for row in document["ops"]:
            op = Op(row["id"], row["function"], row["symbol"],
                    tuple(_parameter(p) for p in row["parameters"]), tuple(row.get("kernels", ())))
            # .T and [] are written as operators only: their names are no functions and stay free.
            if op.symbol not in (".T", "[]"):
                functions.setdefault(op.function, []).append(op)
        return OpTable(functions, document.get("kernels", {}))


def _parameter(row):
    return Parameter(row["name"], row["kind"], row["required"], row["keyword_only"], row.get("default"),
                     tuple(row.get("choices", ())))
