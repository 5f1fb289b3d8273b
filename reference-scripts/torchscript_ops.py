#!/usr/bin/env python3
"""Writes the TorchScript module through which the PyTorch twin reaches those ops that DJL has no kernel for.

    python reference-scripts/torchscript_ops.py            writes src/main/resources/org/gradtwin/torch/ops.pt
    python reference-scripts/torchscript_ops.py --check    fails if the file is not what would be written

Each method of the module is one op of the table (org.gradtwin.program.Op) and calls PyTorch's own operator, so values
and gradients are PyTorch's. A method takes the op's operands and, if the op has attributes or optional operands, a
last argument `a`: a float64 vector with one entry after the other in the order of the signature,

    optional operand    1 if it is given, else 0, and then `a` itself stands in its place
    number, int, bool   the value; before it, where None is allowed, 1 or 0 for "is given"
    text                the position among the choices
    ints, dims          how many, then each; -1 for None

org.gradtwin.torch.Packing writes that vector, for a subscript org.gradtwin.torch.ScriptOps.

The bytes depend on the source alone: the archive that PyTorch writes is packed again with fixed time stamps, without
the debug information (which holds file names of the machine) and without the random serialization id.
"""

import io
import pathlib
import sys
import zipfile
from typing import List, Optional

import torch
from torch import Tensor, nn

TARGET = pathlib.Path(__file__).resolve().parent.parent / "src/main/resources/org/gradtwin/torch/ops.pt"


def dims(n: List[float]) -> Optional[List[int]]:
    """The dimensions at the start of the vector."""
    count = int(n[0])
    if count < 0:
        return None
    return [int(d) for d in n[1 : 1 + count]]


def listed(n: List[float]) -> List[int]:
    """The same where PyTorch's own default for all dimensions is an empty tuple."""
    every: List[int] = []
    found = dims(n)
    return every if found is None else found


def reduction(choice: float) -> int:
    """ATen's number for 'mean', 'sum', 'none', in the order of the table."""
    return [1, 2, 0][int(choice)]


def given(flag: float, operand: Tensor) -> Optional[Tensor]:
    """An optional operand."""
    result: Optional[Tensor] = None
    if flag != 0.0:
        result = operand
    return result


class Ops(nn.Module):
    # arithmetic and elementwise

    @torch.jit.export
    def pow(self, x: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        return torch.pow(x, n[0])

    @torch.jit.export
    def reciprocal(self, x: Tensor) -> Tensor:
        return torch.reciprocal(x)

    @torch.jit.export
    def expm1(self, x: Tensor) -> Tensor:
        return torch.expm1(x)

    @torch.jit.export
    def log1p(self, x: Tensor) -> Tensor:
        return torch.log1p(x)

    @torch.jit.export
    def rsqrt(self, x: Tensor) -> Tensor:
        return torch.rsqrt(x)

    @torch.jit.export
    def leaky_relu(self, x: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        return torch.ops.aten.leaky_relu(x, n[0])

    @torch.jit.export
    def elu(self, x: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        return torch.ops.aten.elu(x, n[0])

    @torch.jit.export
    def gelu(self, x: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        return torch.ops.aten.gelu(x, approximate="none" if n[0] == 0.0 else "tanh")

    @torch.jit.export
    def silu(self, x: Tensor) -> Tensor:
        return torch.ops.aten.silu(x)

    @torch.jit.export
    def softplus(self, x: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        return torch.ops.aten.softplus(x, n[0], n[1])

    @torch.jit.export
    def clamp(self, x: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        low: Optional[float] = None
        high: Optional[float] = None
        if n[0] != 0.0:
            low = n[1]
        if n[2] != 0.0:
            high = n[3]
        return torch.clamp(x, low, high)

    # shape

    @torch.jit.export
    def index(self, x: Tensor, tensors: List[Tensor]) -> Tensor:
        """x[...]: integers, also those in 0-d tensors, are selected on the way, other index tensors gathered at the end. The
        last of the tensors is `a`: for each item 0 and the position; 1, start and stop (two entries each) and the step; or 2
        for the next tensor."""
        n: List[float] = tensors[-1].tolist()
        gathers: List[Optional[Tensor]] = []
        gathered = False
        at = 0
        while at < len(n):
            if n[at] == 0.0:
                x = torch.select(x, len(gathers), int(n[at + 1]))
                at += 2
            elif n[at] == 1.0:
                start: Optional[int] = None
                stop: Optional[int] = None
                if n[at + 1] != 0.0:
                    start = int(n[at + 2])
                if n[at + 3] != 0.0:
                    stop = int(n[at + 4])
                x = torch.ops.aten.slice(x, len(gathers), start, stop, int(n[at + 5]))
                gathers.append(None)
                at += 6
            else:
                i = tensors.pop(0)
                if i.dim() == 0:
                    x = torch.select(x, len(gathers), int(i.item()))
                else:
                    gathers.append(i)
                    gathered = True
                at += 1
        if gathered:
            x = torch.ops.aten.index(x, gathers)
        return x

    # reductions

    @torch.jit.export
    def sum(self, x: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        return torch.sum(x, dims(n), n[-1] != 0.0)

    @torch.jit.export
    def mean(self, x: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        return torch.mean(x, dims(n), n[-1] != 0.0)

    @torch.jit.export
    def amax(self, x: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        return torch.amax(x, listed(n), n[-1] != 0.0)

    @torch.jit.export
    def amin(self, x: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        return torch.amin(x, listed(n), n[-1] != 0.0)

    @torch.jit.export
    def prod(self, x: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        if n[0] != 0.0:
            return torch.prod(x, int(n[1]), n[2] != 0.0)
        if n[2] != 0.0:
            raise RuntimeError("prod: keepdim needs a dim")
        return torch.prod(x)

    @torch.jit.export
    def logsumexp(self, x: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        return torch.logsumexp(x, listed(n), n[-1] != 0.0)

    @torch.jit.export
    def var(self, x: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        return torch.var(x, dims(n), correction=n[-2], keepdim=n[-1] != 0.0)

    @torch.jit.export
    def softmax(self, x: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        return torch.softmax(x, int(n[0]))

    @torch.jit.export
    def log_softmax(self, x: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        return torch.log_softmax(x, int(n[0]))

    # layers

    @torch.jit.export
    def linear(self, x: Tensor, weight: Tensor, bias: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        return torch.ops.aten.linear(x, weight, given(n[0], bias))

    @torch.jit.export
    def embedding(self, x: Tensor, weight: Tensor) -> Tensor:
        # As torch.nn.functional.embedding does: ATen alone would take any weight that has rows.
        if weight.dim() != 2:
            raise RuntimeError("'weight' must be 2-D")
        return torch.ops.aten.embedding(weight, x)

    @torch.jit.export
    def layer_norm(self, x: Tensor, weight: Tensor, bias: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        shape = dims(n)
        assert shape is not None
        return torch.ops.aten.layer_norm(x, shape, given(n[-3], weight), given(n[-2], bias), n[-1])

    # losses

    @torch.jit.export
    def mse_loss(self, x: Tensor, target: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        both = torch.broadcast_tensors(x, target)
        return torch.ops.aten.mse_loss(both[0], both[1], reduction(n[0]))

    @torch.jit.export
    def l1_loss(self, x: Tensor, target: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        both = torch.broadcast_tensors(x, target)
        return torch.ops.aten.l1_loss(both[0], both[1], reduction(n[0]))

    @torch.jit.export
    def huber_loss(self, x: Tensor, target: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        both = torch.broadcast_tensors(x, target)
        return torch.ops.aten.huber_loss(both[0], both[1], reduction(n[0]), n[1])

    @torch.jit.export
    def nll_loss(self, x: Tensor, target: Tensor, weight: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        return torch.ops.aten.nll_loss_nd(x, target, given(n[0], weight), reduction(n[2]), int(n[1]))

    @torch.jit.export
    def cross_entropy(self, x: Tensor, target: Tensor, weight: Tensor, a: Tensor) -> Tensor:
        n: List[float] = a.tolist()
        return torch.ops.aten.cross_entropy_loss(x, target, given(n[0], weight), reduction(n[2]), int(n[1]), n[3])

    @torch.jit.export
    def binary_cross_entropy_with_logits(
        self, x: Tensor, target: Tensor, weight: Tensor, pos_weight: Tensor, a: Tensor
    ) -> Tensor:
        n: List[float] = a.tolist()
        # As torch.nn.functional does: ATen alone would broadcast.
        if x.size() != target.size():
            raise RuntimeError(f"Target size ({target.size()}) must be the same as input size ({x.size()})")
        return torch.ops.aten.binary_cross_entropy_with_logits(
            x, target, given(n[0], weight), given(n[2], pos_weight), reduction(n[1])
        )


def archive() -> bytes:
    """The module as an archive with reproducible bytes."""
    written = io.BytesIO()
    torch.jit.save(torch.jit.script(Ops()), written)
    packed = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(source.namelist()):
            inner = name.split("/", 1)[1]
            if inner.endswith(".debug_pkl") or inner == ".data/serialization_id":
                continue
            entry = zipfile.ZipInfo("ops/" + inner, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            target.writestr(entry, source.read(name))
    return packed.getvalue()


def main() -> int:
    content = archive()
    torch.jit.load(io.BytesIO(content))
    if "--check" in sys.argv[1:]:
        same = TARGET.exists() and TARGET.read_bytes() == content
        print(f"{TARGET.name}: {'as generated' if same else 'differs from what would be generated'}")
        return 0 if same else 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(content)
    print(f"{TARGET.name}: {len(content)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
