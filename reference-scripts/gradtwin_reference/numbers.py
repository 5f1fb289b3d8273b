"""Tensors as JSON and back: shortest decimals, and base64 of the little-endian IEEE bits for large ones."""

import base64
import decimal
import math
import struct

import torch

from . import strict

LARGEST_NESTED = 256
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_CODE = {torch.float32: "f", torch.float64: "d", torch.bool: "?"}


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


def is_mask(value):
    """Whether an array of a fixture holds truth values."""
    if is_encoded(value):
        return "dtype" in value
    while isinstance(value, list) and value:
        value = value[0]
    return isinstance(value, bool)


def read_tensor(value, dtype=torch.float64):
    """The tensor that an array of a fixture stands for, in the dtype; raises ValueError with what is wrong."""
    if is_encoded(value):
        keys = ["shape", "base64"] + ["dtype"] * (dtype == torch.bool)
        if set(value) != set(keys):
            raise ValueError(f"expected {' and '.join(keys)}, found {', '.join(sorted(value))}")
        if dtype == torch.bool and value["dtype"] != "bool":
            raise ValueError(f"dtype: {value['dtype']!r} is not 'bool'")
        return _decode(value["shape"], value["base64"], dtype)
    shape, elements = nested(value)
    if dtype == torch.bool:
        return torch.tensor([_parse_bool(element) for element in elements], dtype=dtype).reshape(shape)
    tensor = torch.tensor([parse_number(element) for element in elements], dtype=torch.float64).to(dtype)
    return tensor.reshape(shape)


def nested(value):
    """The sizes of nested lists of one depth and their elements; raises ValueError if they are ragged or too deep."""
    shape, first = [], value
    while isinstance(first, list):
        shape.append(len(first))
        first = first[0] if first else None
    if len(shape) > strict.MAX_RANK:
        raise ValueError(f"has {len(shape)} dimensions, more than {strict.MAX_RANK}")
    elements = []
    _flatten(value, shape, elements)
    return shape, elements


def write_tensor(tensor):
    """A tensor as JSON: its numbers are `Decimal` texts for the canonical writer."""
    count = tensor.numel()
    flat = tensor.reshape(-1).tolist()
    shape = list(tensor.shape)
    if count > LARGEST_NESTED or count == 0:
        data = struct.pack(f"<{count}{_CODE[tensor.dtype]}", *flat)
        encoded = {"shape": shape, "base64": base64.b64encode(data).decode("ascii")}
        return encoded | ({"dtype": "bool"} if tensor.dtype == torch.bool else {})
    if tensor.dtype == torch.bool:
        return _nest(flat, shape)
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


def _parse_bool(value):
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is not a truth value")
    return value


def _decode(shape, text, dtype):
    if not strict.is_shape(shape):
        raise ValueError(f"{shape} is not a list of at most eight sizes")
    if not isinstance(text, str):
        raise ValueError(f"base64: {text!r} is not a string")
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode("ascii") != text:
        raise ValueError("base64: there is something behind its end")
    count = math.prod(shape)
    size = struct.calcsize(_CODE[dtype])
    if len(data) != count * size:
        raise ValueError(f"shape {shape} takes {count * size} bytes, {len(data)} are given")
    if dtype == torch.bool and not set(data) <= {0, 1}:
        raise ValueError("base64: a byte of bool is neither 0 nor 1")
    numbers = struct.unpack(f"<{count}{_CODE[dtype]}", data)
    return torch.tensor(numbers, dtype=dtype).reshape(shape)


def _flatten(value, shape, into):
    if not shape and not isinstance(value, list):
        into.append(value)
    elif not shape or not isinstance(value, list) or len(value) != shape[0]:
        raise ValueError("the rows are not of one length")
    else:
        for item in value:
            _flatten(item, shape[1:], into)


def _nest(flat, shape):
    if not shape:
        return flat[0]
    step = math.prod(shape[1:])
    return [_nest(flat[i * step:(i + 1) * step], shape[1:]) for i in range(shape[0])]
