"""Tensors as JSON and back: shortest decimals, and base64 of the little-endian IEEE bits for large ones."""

import base64
import decimal
import math
import struct

import torch

from . import strict

LARGEST_NESTED = 256
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_CODE = {torch.float32: "f", torch.float64: "d"}


def to_float32(value):
    """The nearest float32, as a Python float."""
    try:
        return struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def shortest(value, dtype=torch.float64):
    """The shortest decimal that gives the value back in the dtype, in the form of Python's repr, as in the Java writer."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or dtype != torch.float32:
        return repr(value)
    exact = decimal.Decimal(value)
    for digits in range(1, 10):
        # Below a power of two floats are twice as dense: the nearest decimal may be off where the next above is not.
        for rounding in (decimal.ROUND_HALF_EVEN, decimal.ROUND_UP):
            candidate = float(decimal.Context(prec=digits, rounding=rounding).create_decimal(exact))
            if to_float32(candidate) == value:
                return repr(candidate)
    raise ValueError(f"{value!r} has no shortest decimal")


def is_encoded(value):
    """Whether this is {"shape", "base64"}."""
    return isinstance(value, dict)


def read_tensor(value, dtype=torch.float64):
    """The tensor that an array of a fixture stands for, in the dtype; raises ValueError with what is wrong."""
    if is_encoded(value):
        if set(value) != {"shape", "base64"}:
            raise ValueError(f"expected shape and base64, found {', '.join(sorted(value))}")
        return _decode(value["shape"], value["base64"], dtype)
    numbers, shape = [], _shape(value)
    _flatten(value, shape, numbers)
    tensor = torch.tensor(numbers, dtype=torch.float64).to(dtype)
    return tensor.reshape(shape)


def write_tensor(tensor):
    """A tensor as JSON: its numbers are `Decimal` texts for the canonical writer."""
    count = tensor.numel()
    flat = tensor.reshape(-1).tolist()
    shape = list(tensor.shape)
    if count > LARGEST_NESTED or count == 0:
        data = struct.pack(f"<{count}{_CODE[tensor.dtype]}", *flat)
        return {"shape": shape, "base64": base64.b64encode(data).decode("ascii")}
    return _nest([Decimal(shortest(v, tensor.dtype)) for v in flat], shape)


class Decimal(str):
    """The text of a number, written as it is; NaN and the infinities in quotes."""

    @property
    def json(self):
        return f'"{self}"' if self in _SPECIAL else str(self)


def parse_number(value):
    """A number of a fixture as a float."""
    if isinstance(value, str) and value in _SPECIAL:
        return _SPECIAL[value]
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    raise ValueError(f"{value!r} is not a number")


def _decode(shape, text, dtype):
    if not strict.is_shape(shape):
        raise ValueError(f"{shape} is not a list of at most two sizes")
    if not isinstance(text, str):
        raise ValueError(f"base64: {text!r} is not a string")
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode("ascii") != text:
        raise ValueError("base64: there is something behind its end")
    count = math.prod(shape)
    size = struct.calcsize(_CODE[dtype])
    if len(data) != count * size:
        raise ValueError(f"shape {shape} takes {count * size} bytes, {len(data)} are given")
    numbers = struct.unpack(f"<{count}{_CODE[dtype]}", data)
    return torch.tensor(numbers, dtype=dtype).reshape(shape)


def _shape(value):
    shape = []
    while isinstance(value, list):
        shape.append(len(value))
        value = value[0] if value else None
    return shape


def _flatten(value, shape, into):
    if not shape:
        into.append(parse_number(value))
    elif not isinstance(value, list) or len(value) != shape[0]:
        raise ValueError("the rows are not of one length")
    else:
        for item in value:
            _flatten(item, shape[1:], into)


def _nest(flat, shape):
    if not shape:
        return flat[0]
    step = math.prod(shape[1:])
    return [_nest(flat[i * step:(i + 1) * step], shape[1:]) for i in range(shape[0])]
