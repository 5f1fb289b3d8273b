"""Tensors as jobs and answers carry them: element type, sizes, and the little-endian IEEE bits in base64."""

import base64
import math
import struct

import torch

_CODE = {torch.float32: "f", torch.float64: "d", torch.bool: "?", torch.int64: "q"}
_DTYPES = {str(dtype).removeprefix("torch."): dtype for dtype in _CODE}


def read(record):
    """The tensor."""
    dtype, shape = _DTYPES[record["dtype"]], record["shape"]
    elements = struct.unpack(f"<{math.prod(shape)}{_CODE[dtype]}", base64.b64decode(record["base64"]))
    return torch.tensor(elements, dtype=dtype).reshape(shape)


def write(tensor):
    """The record of a tensor."""
    data = struct.pack(f"<{tensor.numel()}{_CODE[tensor.dtype]}", *tensor.reshape(-1).tolist())
    return {"dtype": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape),
            "base64": base64.b64encode(data).decode("ascii")}
