#!/usr/bin/env python3
"""Writes the TorchScript module through which the PyTorch twin runs every op.

    python reference-scripts/torchscript_ops.py            writes src/main/resources/org/gradtwin/engines/torch/ops.pt
    python reference-scripts/torchscript_ops.py --check    fails if the file is not what would be written

Each method of the module is one op of the table and is written here from the op's row in fixtures/ops.json: from its
signature and from `twin`, an expression that calls PyTorch's own operator, so that values and gradients are PyTorch's. A method
takes the op's operands and, if the op has attributes or optional operands, a
last argument `packing`: a float64 vector with one entry after the other in the order of the signature,

    optional operand    1 if it is given, else 0, and then `packing` itself stands in its place
    number, int, bool   the value; before it, where None is allowed, 1 or 0 for "is given"
    text                the position among the choices; without any, how many characters, then each
    ints, dims, sizes   how many, then each; -1 for None, -2, -3, … for the first, the second, … of the choices
    (the result)        its number at the end, of an op with "results"

org.gradtwin.engines.torch.Packing writes that vector, for a subscript org.gradtwin.engines.torch.ScriptOps.

The bytes depend on the source alone: the archive that PyTorch writes is packed again with fixed time stamps, without
the debug information (which holds file names of the machine) and without the random serialization id.
"""

import io
import json
import math
import pathlib
import sys
import zipfile
from typing import Any, Dict, List, Optional

import torch
from torch import Tensor, nn

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = ROOT / "fixtures/ops.json"
TARGET = ROOT / "src/main/resources/org/gradtwin/engines/torch/ops.pt"


def every(dim: Optional[List[int]]) -> List[int]:
    """The dimensions, where PyTorch's own default for all of them is an empty tuple."""
    none: List[int] = []
    return none if dim is None else dim


def code(reduction: str) -> int:
    """ATen's number for a reduction."""
    return 1 if reduction == "mean" else 2 if reduction == "sum" else 0


def both(one: Tensor, other: Tensor) -> Tensor:
    """The first of two tensors, stretched to the shape of both."""
    return torch.broadcast_tensors(one, other)[0]


def product(x: Tensor, dim: Optional[int], keepdim: bool) -> Tensor:
    """The overload that takes keepdim is the one that takes dim."""
    if dim is None:
        if keepdim:
            raise RuntimeError("prod: keepdim needs a dim")
        return torch.prod(x)
    return torch.prod(x, dim, keepdim)


def parts(x: Tensor, sizes: Optional[List[int]], dim: int) -> List[Tensor]:
    """One size is that of every part, but perhaps the last; a list of one that is the whole is the same."""
    given = every(sizes)
    return torch.split(x, given[0], dim) if len(given) == 1 else torch.split(x, given, dim)


def table(indices: Tensor, weight: Tensor, padding: Optional[int]) -> Tensor:
    """As torch.nn.functional.embedding does it: ATen alone would take any weight that has rows."""
    if weight.dim() != 2:
        raise RuntimeError("'weight' must be 2-D")
    if padding is not None and (padding < -weight.size(0) or padding >= weight.size(0)):
        raise RuntimeError("Padding_idx must be within num_embeddings")
    row = -1 if padding is None else padding + weight.size(0) if padding < 0 else padding
    return torch.ops.aten.embedding(weight, indices, row)


def two(sizes: Optional[List[int]]) -> List[int]:
    """One size for both dimensions, or two."""
    given = every(sizes)
    return given + given if len(given) == 1 else given


def several(x: Tensor, count: int) -> Tensor:
    """As torch.nn.functional's norms do it: one value alone for each of so many means and variances is refused."""
    if x.numel() == count and count > 0:
        raise RuntimeError(f"Expected more than 1 value per channel when training, got input size {x.size()}")
    return x


def own(x: Optional[Tensor]) -> Optional[Tensor]:
    """A copy of running statistics, which PyTorch changes in place: a program's values stay as they are."""
    return x if x is None else x.clone()


def ones_beside(weight: Optional[Tensor], bias: Optional[Tensor]) -> Optional[Tensor]:
    """The weight, which PyTorch's backward of group_norm misses where there is a bias."""
    if weight is None and bias is not None:
        return torch.ones_like(bias)
    return weight


def unit(x: Tensor, p: float, dim: int, eps: float) -> Tensor:
    """As torch.nn.functional.normalize does it."""
    return x / torch.linalg.vector_norm(x, p, [dim], True).clamp_min(eps).expand_as(x)


def logistic(
    x: Tensor, target: Tensor, weight: Optional[Tensor], pos_weight: Optional[Tensor], reduction: int
) -> Tensor:
    """As torch.nn.functional.binary_cross_entropy_with_logits does it: ATen alone would broadcast."""
    if x.size() != target.size():
        raise RuntimeError(f"Target size ({target.size()}) must be the same as input size ({x.size()})")
    return torch.ops.aten.binary_cross_entropy_with_logits(x, target, weight, pos_weight, reduction)


def smooth(x: Tensor, target: Tensor, reduction: int, beta: float) -> Tensor:
    """As torch.nn.functional.smooth_l1_loss does it: for beta 0 another loss."""
    if beta == 0.0:
        return torch.ops.aten.l1_loss(x, target, reduction)
    return torch.ops.aten.smooth_l1_loss(x, target, reduction, beta)


def reduced(loss: Tensor, reduction: int) -> Tensor:
    """A loss by ATen's number for a reduction."""
    return torch.mean(loss) if reduction == 1 else torch.sum(loss) if reduction == 2 else loss


def gaussian(x: Tensor, target: Tensor, var: Tensor, full: bool, eps: float, reduction: int) -> Tensor:
    """torch.nn.functional.gaussian_nll_loss, which ATen does not have."""
    if var.size() != x.size() and x.size()[:-1] == var.size():
        var = torch.unsqueeze(var, -1)
    if bool(torch.any(var < 0)):
        raise RuntimeError("var has negative entry/entries")
    var = var.clone()
    with torch.no_grad():
        var.clamp_(min=eps)
    loss = 0.5 * (torch.log(var) + (x - target) ** 2 / var)
    return reduced(loss + 0.5 * math.log(2 * math.pi) if full else loss, reduction)


def between(x: Tensor, low: float, high: float) -> Tensor:
    """As torch.nn.functional.hardtanh does it: ATen alone would take bounds in any order."""
    if low > high:
        raise RuntimeError("min_val cannot be greater than max_val")
    return torch.ops.aten.hardtanh(x, low, high)


def likely(x: Tensor, target: Tensor, weight: Optional[Tensor], reduction: int) -> Tensor:
    """As torch.nn.functional.binary_cross_entropy does it: ATen alone would broadcast the target."""
    if x.size() != target.size():
        raise RuntimeError(f"Using a target size ({target.size()}) that is different to the input size ({x.size()})")
    if weight is not None:
        weight = weight.expand(x.size())
    return torch.ops.aten.binary_cross_entropy(x, target, weight, reduction)


def contracted(one: Tensor, other: Tensor, dims: List[int]) -> Tensor:
    """As torch.tensordot does it: a number of dimensions, or those of one and as many of the other, as ATen takes them."""
    if len(dims) == 1:
        count = dims[0]
        if count < 0 or count > min(one.dim(), other.dim()):
            raise RuntimeError(f"tensordot expects 0 <= dims <= the number of dimensions, but got dims={count}")
        return torch.ops.aten.tensordot(one, other, [d - count for d in range(count)], [d for d in range(count)])
    half = len(dims) // 2
    return torch.ops.aten.tensordot(one, other, dims[:half], dims[half:])


def given(indices: List[Tensor]) -> List[Optional[Tensor]]:
    """Indices of all of the first dimensions, where None would leave one out."""
    none: List[Optional[Tensor]] = []
    for index in indices:
        none.append(index)
    return none


def interpolated(
    x: Tensor, size: Optional[List[int]], factor: Optional[List[int]], mode: str, align: Optional[bool]
) -> Tensor:
    """As torch.nn.functional.interpolate does it for two of its modes."""
    count = x.dim() - 2
    if (size is None) == (factor is None):
        raise RuntimeError("only one of size or scale_factor should be defined")
    if mode == "nearest" and align is not None:
        raise RuntimeError("align_corners option can only be set with the interpolating modes")
    sizes: Optional[List[int]] = None
    factors: Optional[List[float]] = None
    if size is not None:
        sizes = size * count if len(size) == 1 else size
    if factor is not None:
        factors = [float(f) for f in (factor * count if len(factor) == 1 else factor)]
    if mode == "bilinear" and count == 2:
        return torch.ops.aten.upsample_bilinear2d(x, sizes, align is not None and align, factors)
    if mode == "nearest" and count == 1:
        return torch.ops.aten.upsample_nearest1d(x, sizes, factors)
    if mode == "nearest" and count == 2:
        return torch.ops.aten.upsample_nearest2d(x, sizes, factors)
    if mode == "nearest" and count == 3:
        return torch.ops.aten.upsample_nearest3d(x, sizes, factors)
    raise RuntimeError(f"Got {x.dim()}D input for mode {mode}")


class Ops(nn.Module):
    @torch.jit.export
    def grad(self, y: Tensor, x: Tensor) -> Tensor:
        """The gradient of y with respect to x, with its own graph; zeros where y does not depend on x."""
        gradient = torch.autograd.grad([y], [x], None, True, True, True)[0]
        return torch.zeros_like(x) if gradient is None else gradient

    @torch.jit.export
    def index(self, x: Tensor, tensors: List[Tensor]) -> Tensor:
        """x[...]: integers, also those in 0-d tensors, are selected on the way, other index tensors gathered at the end. The
        last of the tensors is `a`: for each item 0 and the position; 1, start and stop (two entries each) and the step; 2
        for the next tensor; or 3 for a new dimension."""
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
            elif n[at] == 3.0:
                x = torch.unsqueeze(x, len(gathers))
                gathers.append(None)
                at += 1
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


# How each kind of attribute is read from the vector `packed` at `at`; the name stands for {0}, choices for {1}.
_NUMBER = "    {0} = packed[at]\n    at += 1\n"
_INT = "    {0} = int(packed[at])\n    at += 1\n"
_BOOL = "    {0} = packed[at] != 0.0\n    at += 1\n"
_TEXT = "    {0} = {1}[int(packed[at])]\n    at += 1\n"
_WORD = "    {0} = \"\".join([chr(int(c)) for c in packed[at + 1 : at + 1 + int(packed[at])]])\n    at += 1 + int(packed[at])\n"
_INTS = "    {0} = [int(d) for d in packed[at + 1 : at + 1 + int(packed[at])]]\n    at += 1 + int(packed[at])\n"
_OPTIONAL = "    {0}: Optional[{2}] = None\n    if packed[at] != 0.0:\n        {0} = {3}\n    at += {4}\n"
_DIMS = """    {0}: Optional[List[int]] = None
    if packed[at] >= 0.0:
        {0} = [int(d) for d in packed[at + 1 : at + 1 + int(packed[at])]]
        at += int(packed[at])
    at += 1
"""
# A string in the place of sizes: they are None, and the string has the name with _word.
_SIZES_WORD = """    {0}_word = ""
    if packed[at - 1] < -1.0:
        {0}_word = {1}[-2 - int(packed[at - 1])]
"""


def unpacked(parameter: Dict[str, Any]) -> str:
    """The lines that give an attribute, or an optional operand, its name."""
    name, kind = parameter["name"], parameter["kind"]
    optional = not parameter["required"] and parameter["default"] is None
    if kind in ("tensor", "any", "indices", "indices_or_tensor", "mask", "mask_or_tensor"):
        return _OPTIONAL.format(name, "", "Tensor", name + "_", 1) if optional else ""
    if kind in ("tensor_or_number", "tensors", "indices_tuple"):
        return ""
    if kind in ("dims", "sizes", "pairs"):
        return _DIMS.format(name) + (_SIZES_WORD.format(name, json.dumps(parameter["choices"])) if "choices" in parameter else "")
    if optional:
        return _OPTIONAL.format(name, "", *{"number": ("float", "packed[at + 1]"), "int": ("int", "int(packed[at + 1])"),
                                                      "bool": ("bool", "packed[at + 1] != 0.0")}[kind], 2)
    if kind == "text" and not parameter.get("choices"):
        return _WORD.format(name)
    form = {"number": _NUMBER, "int": _INT, "bool": _BOOL, "text": _TEXT, "ints": _INTS}[kind]
    return form.format(name, json.dumps(parameter.get("choices")))


def method(row: Dict[str, Any]) -> str:
    """The source of an op's method."""
    arguments, lines = ["self"], ""
    for parameter in row["parameters"]:
        unpack = unpacked(parameter)
        if parameter["kind"] in ("tensors", "indices_tuple"):
            arguments.append(parameter["name"] + ": List[Tensor]")
        elif parameter["kind"] in ("tensor", "any", "tensor_or_number", "indices", "indices_or_tensor", "mask", "mask_or_tensor"):
            arguments.append(parameter["name"] + ("_" if unpack else "") + ": Tensor")
        lines += unpack
    if row.get("results"):
        lines += _INT.format("result")
    if lines:
        arguments.append("packing: Tensor")
        lines = "    packed: List[float] = packing.tolist()\n    at = 0\n" + lines
    return f"def {row['id']}({', '.join(arguments)}) -> Tensor:\n{lines}    return {row['twin']}\n"


def scripted() -> torch.jit.ScriptModule:
    """The module: the hand-written method for subscripts, and one for each other row of the table."""
    module = torch.jit.script(Ops())
    for row in json.loads(TABLE.read_text(encoding="utf-8"))["ops"]:
        if not hasattr(module, row["id"]):
            module.define(method(row))
    return module


def archive() -> bytes:
    """The module as an archive with reproducible bytes."""
    written = io.BytesIO()
    torch.jit.save(scripted(), written)
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
