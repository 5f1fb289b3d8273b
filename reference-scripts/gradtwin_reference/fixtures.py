"""Fixture files: strict reading, and the one layout in which both this and the Java side write them."""

import json
import math
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch

from . import random_inputs, strict
from .language import Program, ProgramProblem, is_name
from .numbers import Decimal, is_mask, nested, parse_number, read_tensor, shortest, write_tensor
from .problems import FixtureProblem

FORMAT = "gradtwin-fixture-1"
SCRIPT = "reference-scripts/regenerate.py"
BECAUSE = ("argument", "dtype", "index", "shape")
_ID = re.compile(r"[a-z0-9][a-z0-9-]*\Z")
_LINE = 120
_MOST_ELEMENTS = 1 << 24

_FILE = ("format", "title", "source", "flags", "cases", "provenance")
_CASE = ("id", "comment", "flags", "inputs", "program", "backward", "dtypes", "accepted", "drift", "skip", "throws",
         "expect", "tolerance")
_ORDERS = {
    "flag": ("meaning", "catches"),
    "input": ("values", "random", "indices", "random_indices", "requires_grad"),
    "random": ("seed", "shape", "distribution", "scale", "shift"),
    "random_indices": ("seed", "shape", "high"),
    "encoded": ("shape", "base64"),
    "backward": ("of", "cotangent"),
    "cotangent": ("values", "random"),
    "accepted": ("dtype", "quantity", "names", "because"),
    "drift": ("dtype", "quantity", "names", "because"),
    "skip": ("dtype", "because"),
    "throws": ("line", "because"),
    "quantities": ("value", "grad"),
    "tolerance": ("rtol", "atol", "because"),
    "provenance": ("torch", "script"),
}


@dataclass(frozen=True)
class Case:
    """One case, read and checked. `record` is its part of the document, in canonical order."""

    name: str
    id: str
    record: dict
    program: Program
    inputs: dict
    root: str
    cotangent: object
    dtypes: tuple
    throws: object


@dataclass
class Fixture:
    """One file. `record` is the whole document in canonical order."""

    path: Path
    record: dict
    cases: list

    def text(self):
        """The canonical text."""
        return canonical(self.record)


def read(path, name, table):
    """Reads a fixture; `name` is what problems call it, and its directory goes before the ids of its cases."""
    try:
        text = strict.read(path)
    except (OSError, UnicodeDecodeError) as e:
        raise FixtureProblem(f"{name}: cannot be read: {e}") from e
    return parse(text, path, name, table)


def parse(text, path, name, table):
    """A fixture from its text."""
    try:
        document = strict.document(text)
    except (ValueError, RecursionError) as e:
        raise FixtureProblem(f"{name}: not JSON: {e}") from e
    record = strict.ordered(document, _FILE, name)
    strict.require(record, ("format", "title", "source", "flags", "cases"), name)
    if record["format"] != FORMAT:
        raise FixtureProblem(f"{name}: format is {record['format']!r}, not {FORMAT!r}")
    for key in ("title", "source"):
        strict.text(record[key], f"{name}: {key}")
    record["flags"] = {key: _flag(key, record["flags"][key], f"{name}: flags: {key}")
                       for key in sorted(strict.members(record["flags"], f"{name}: flags"))}
    if record.get("provenance") is not None:
        record["provenance"] = strict.texts(record["provenance"], _ORDERS["provenance"], f"{name}: provenance")
    else:
        record.pop("provenance", None)
    if not isinstance(record["cases"], list) or not record["cases"]:
        raise FixtureProblem(f"{name}: cases: there are none")
    directory = Path(name).parent.as_posix()
    prefix = "" if directory == "." else directory + "/"
    cases, seen = [], set()
    for raw, where in strict.numbered(record["cases"], name):
        case = _case(raw, prefix, where, record["flags"], table)
        if case.id in seen:
            raise FixtureProblem(f"{where}: id: given twice")
        seen.add(case.id)
        cases.append(case)
    for flag in record["flags"]:
        if not any(flag in case.record.get("flags", ()) for case in cases):
            raise FixtureProblem(f"{name}: flags: {flag}: no case has it")
    cases.sort(key=lambda case: case.id)
    record["cases"] = [case.record for case in cases]
    return Fixture(Path(path), record, cases)


def write(path, text):
    """Replaces a file as a whole: whoever reads it, or an interrupted run, finds the old or the new one."""
    path = Path(path).resolve()  # Behind a link stands the file: the link stays.
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            out.write(text)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def canonical(value, floats=torch.float64):
    """The canonical text of a document whose keys are in canonical order, with one trailing newline."""
    return _broken(value, 0) + "\n"


def quantities(record):
    """The entries of an expect or tolerance record as {("value" | "grad", name): entry}."""
    return {(kind, name): entry for kind in ("value", "grad") for name, entry in record.get(kind, {}).items()}


# ---- writing

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def _string(text):
    return '"' + "".join(_ESCAPES.get(c) or (f"\\u{ord(c):04x}" if ord(c) < 0x20 else c) for c in text) + '"'


def _is_scalar(value):
    return value is None or isinstance(value, (bool, int, float, str))


def _is_numeric(value):
    """Whether an array has neither objects nor strings in it, at any depth."""
    if isinstance(value, list):
        return all(_is_numeric(item) for item in value)
    if isinstance(value, str):
        return isinstance(value, Decimal) or value in ("NaN", "Infinity", "-Infinity")
    return _is_scalar(value)


def _inline(value):
    if isinstance(value, Decimal):
        return value.json
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return shortest(value)
    if isinstance(value, list):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    return "{" + ", ".join(f"{_string(key)}: {_inline(item)}" for key, item in value.items()) + "}"


def _broken(value, depth):
    """The text of a value whose first line stands at that depth."""
    if _is_scalar(value) or not value:
        return _inline(value)
    if isinstance(value, list):
        if _is_numeric(value):
            return _inline(value)
        members = [_broken(item, depth + 1) for item in value]
    else:
        if all(_is_scalar(item) or isinstance(item, list) and _is_numeric(item) for item in value.values()):
            line = _inline(value)
            if len(line) <= _LINE:
                return line
        members = [f"{_string(key)}: {_broken(item, depth + 1)}" for key, item in value.items()]
    indent = "  " * (depth + 1)
    first, last = ("[", "]") if isinstance(value, list) else ("{", "}")
    return first + "\n" + ",\n".join(indent + member for member in members) + "\n" + "  " * depth + last


# ---- reading


def _flag(name, record, where):
    if not re.fullmatch("[A-Z][A-Za-z0-9]*", name):
        raise FixtureProblem(f"{where}: '{name}' is not a word that begins with a capital letter")
    return strict.texts(record, _ORDERS["flag"], where)


def _case(raw, prefix, where, flags, table):
    record = strict.ordered(raw, _CASE, where)
    strict.require(record, ("id", "comment", "inputs", "program", "backward", "dtypes"), where)
    if not isinstance(record["id"], str) or not _ID.match(record["id"]):
        raise FixtureProblem(f"{where}: id: {record['id']!r} is not lower-case letters, digits and hyphens")
    strict.text(record["comment"], f"{where}: comment")
    for flag in strict.elements(record.get("flags", []), f"{where}: flags"):
        if strict.text(flag, f"{where}: flags") not in flags:
            raise FixtureProblem(f"{where}: flags: '{flag}' is not declared in the file")
    dtypes = record["dtypes"]
    if not isinstance(dtypes, list) or not dtypes or any(d not in ("float32", "float64") for d in dtypes) \
            or len(set(dtypes)) < len(dtypes):
        raise FixtureProblem(f"{where}: dtypes: {json.dumps(dtypes)} is not a choice of float32 and float64")
    record["dtypes"] = sorted(set(dtypes))
    inputs = {}
    for name in sorted(strict.members(record["inputs"], f"{where}: inputs")):
        at = f"{where}: inputs: {name}"
        if not is_name(name, table):
            raise FixtureProblem(f"{at}: is no name, or the name of a function or keyword")
        record["inputs"][name], inputs[name] = _input(record["inputs"][name], at)
    record["inputs"] = {name: record["inputs"][name] for name in sorted(inputs)}
    program = _program(record, where, inputs, table)
    record["backward"] = strict.ordered(record["backward"], _ORDERS["backward"], f"{where}: backward")
    strict.require(record["backward"], ("of",), f"{where}: backward")
    strict.text(record["backward"]["of"], f"{where}: backward: of")
    cotangent = None
    if "cotangent" in record["backward"]:
        at = f"{where}: backward: cotangent"
        record["backward"]["cotangent"] = cotangent = strict.ordered(record["backward"]["cotangent"], _ORDERS["cotangent"], at)
        if len(cotangent) != 1:
            raise FixtureProblem(f"{at}: expected one of values, random")
        cotangent = _tensor(cotangent, at)
    _lists(record, where, inputs, program)
    throws = _throws(record, where, len(program.statements))
    root = record["backward"]["of"]
    if root not in inputs and root not in {s.name for s in program.statements}:
        raise FixtureProblem(f"{where}: backward: of: there is no '{root}'")
    for key in ("expect", "tolerance"):
        if key in record:
            record[key] = _by_dtype(record[key], f"{where}: {key}", key)
    if ("expect" in record) != ("tolerance" in record):
        raise FixtureProblem(f"{where}: {'tolerance' if 'expect' in record else 'expect'}: is missing")
    return Case(prefix + record["id"], record["id"], record, program, inputs, root, cotangent,
                tuple(record["dtypes"]), throws)


def _program(record, where, inputs, table):
    lines = record["program"]
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise FixtureProblem(f"{where}: program: expected a list of lines")
    try:
        program = Program.parse(lines, table)
    except ProgramProblem as e:
        raise FixtureProblem(f"{where}: program: {e}") from e
    for name in program.inputs:
        if name not in inputs:
            raise FixtureProblem(f"{where}: program: '{name}' is not defined")
    for statement in program.statements:
        if statement.name in inputs:
            raise FixtureProblem(f"{where}: program: line {statement.line}: '{statement.name}' is an input")
    return program


def _lists(record, where, inputs, program):
    values = {statement.name for statement in program.statements}
    for key in ("accepted", "drift", "skip"):
        at, seen = f"{where}: {key}", set()
        if key in record:
            record[key] = [strict.ordered(item, _ORDERS[key], at) for item in strict.elements(record[key], at)]
        for item in record.get(key, []):
            strict.require(item, _ORDERS[key], at)
            strict.choice(item["dtype"], record["dtypes"], f"{at}: dtype")
            strict.text(item["because"], f"{at}: because")
            if key == "skip":
                continue
            if "throws" in record:
                raise FixtureProblem(f"{at}: a program that is refused has no checks")
            kind = strict.choice(item["quantity"], ("value", "grad"), f"{at}: quantity")
            if not strict.elements(item["names"], f"{at}: names"):
                raise FixtureProblem(f"{at}: names: is empty")
            for name in item["names"]:
                if strict.text(name, f"{at}: names") not in (values if kind == "value" else values | set(inputs)):
                    raise FixtureProblem(f"{at}: there is no {kind} of {name}")
                if (item["dtype"], kind, name) in seen:
                    raise FixtureProblem(f"{at}: the {kind} of {name} in {item['dtype']} is named twice")
                seen.add((item["dtype"], kind, name))
            item["names"] = sorted(item["names"])


def _throws(record, where, lines):
    if "throws" not in record:
        return None
    throws = record["throws"] = strict.ordered(record["throws"], _ORDERS["throws"], f"{where}: throws")
    strict.require(throws, _ORDERS["throws"], f"{where}: throws")
    strict.choice(throws["because"], BECAUSE, f"{where}: throws: because")
    if type(throws["line"]) is not int or not 1 <= throws["line"] <= lines:
        raise FixtureProblem(f"{where}: throws: line: there is no line {json.dumps(throws['line'])}")
    for key in ("expect", "tolerance"):
        if key in record:
            raise FixtureProblem(f"{where}: {key}: stands beside throws")
    return throws


def _by_dtype(record, where, key):
    ordered = {}
    for dtype in sorted(strict.members(record, where)):
        at = f"{where}: {dtype}"
        if dtype not in ("float32", "float64"):
            raise FixtureProblem(f"{at}: is no dtype")
        parts = strict.ordered(record[dtype], _ORDERS["quantities"], at)
        torch_dtype = torch.float32 if dtype == "float32" else torch.float64
        ordered[dtype] = {kind: {name: _entry(parts[kind][name], key, torch_dtype, f"{at}: {kind}: {name}")
                                 for name in sorted(strict.members(parts[kind], f"{at}: {kind}"))} for kind in parts}
    return ordered


def _entry(entry, key, dtype, where):
    if key == "tolerance":
        entry = strict.ordered(entry, _ORDERS["tolerance"], where)
        strict.require(entry, _ORDERS["tolerance"], where)
        return {"rtol": _number(entry["rtol"], f"{where}: rtol"), "atol": _number(entry["atol"], f"{where}: atol"),
                "because": strict.text(entry["because"], f"{where}: because")}
    return None if entry is None else _array(entry, dtype, where)


def _array(value, dtype, where):
    """An array of numbers, checked and with its numbers in their shortest form; encoded ones stay encoded."""
    try:
        tensor = read_tensor(value, dtype)
        if not isinstance(value, dict) and not tensor.numel():
            raise ValueError('an empty tensor is written with its shape, as {"shape": [0, 3], "base64": ""}')
    except (ValueError, TypeError, KeyError, OverflowError) as e:
        raise FixtureProblem(f"{where}: {e}") from e
    if isinstance(value, dict):
        return strict.ordered(value, _ORDERS["encoded"], where)
    return _decimals(value, dtype)


def _decimals(value, dtype):
    if isinstance(value, list):
        return [_decimals(item, dtype) for item in value]
    number = parse_number(value)
    return Decimal(shortest(torch.tensor(number, dtype=torch.float64).to(dtype).item(), dtype))


def _number(value, where):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
        raise FixtureProblem(f"{where}: {json.dumps(value)} is not a finite number of at least 0")
    return float(value)


def _input(record, where):
    record = strict.ordered(record, _ORDERS["input"], where)
    kinds = [key for key in record if key != "requires_grad"]
    if len(kinds) != 1:
        raise FixtureProblem(f"{where}: expected one of values, random, indices, random_indices")
    tensor = _tensor(record, where, masks=True)
    floating = tensor.is_floating_point()
    requires_grad = record.get("requires_grad", floating)
    if type(requires_grad) is not bool:
        raise FixtureProblem(f"{where}: requires_grad: expected true or false, found {json.dumps(requires_grad)[:40]}")
    if requires_grad and not floating:
        what = "masks" if tensor.dtype == torch.bool else "indices"
        raise FixtureProblem(f"{where}: requires_grad: {what} are never differentiated")
    return record, (tensor, requires_grad)


def _tensor(record, where, masks=False):
    """The tensor of an input or a cotangent, in float64, int64 or, with `masks`, bool; the record is made canonical on the
    way."""
    if masks and "values" in record and is_mask(record["values"]):
        try:
            tensor = read_tensor(record["values"], torch.bool)
        except (ValueError, TypeError) as e:
            raise FixtureProblem(f"{where}: values: {e}") from e
        record["values"] = write_tensor(tensor)
        return tensor
    if "values" in record:
        record["values"] = _array(record["values"], torch.float64, f"{where}: values")
        return read_tensor(record["values"])
    if "indices" in record:
        return _indices(record["indices"], where)
    key = "random" if "random" in record else "random_indices"
    if key not in record:
        raise FixtureProblem(f"{where}: expected values or random")
    at = f"{where}: {key}"
    draw = record[key] = strict.ordered(record[key], _ORDERS[key], at)
    strict.require(draw, _ORDERS[key][:3], at)
    shape = draw["shape"]
    if not strict.is_shape(shape):
        raise FixtureProblem(f"{at}: shape: {json.dumps(shape)} is not a list of at most eight sizes")
    strict.integer(draw["seed"], f"{at}: seed", 0)
    count = math.prod(shape)
    if count > _MOST_ELEMENTS:
        raise FixtureProblem(f"{at}: shape: {json.dumps(shape)} has {count:,} elements, at most {_MOST_ELEMENTS:,} are read")
    if key == "random_indices":
        strict.integer(draw["high"], f"{at}: high", 1)
        return torch.tensor(random_inputs.indices(draw["seed"], count, draw["high"]), dtype=torch.int64).reshape(shape)
    strict.choice(draw["distribution"], tuple(random_inputs.DISTRIBUTIONS), f"{at}: distribution")
    for part in ("scale", "shift"):
        if part in draw:
            if type(draw[part]) not in (int, float) or abs(draw[part]) >= 2**1024:
                raise FixtureProblem(f"{at}: {part}: {json.dumps(draw[part])[:40]} is not a finite number")
            draw[part] = float(draw[part])
    scale, shift = draw.get("scale", 1.0), draw.get("shift", 0.0)
    draws = random_inputs.DISTRIBUTIONS[draw["distribution"]](draw["seed"], count)
    return torch.tensor([scale * d + shift for d in draws], dtype=torch.float64).reshape(shape)


def _indices(value, where):
    at = f"{where}: indices"
    try:
        shape, elements = nested(value)
    except ValueError as e:
        raise FixtureProblem(f"{at}: {e}") from e
    if 0 in shape[1:]:
        raise FixtureProblem(f"{at}: an inner list is empty")
    for number in elements:
        strict.integer(number, at, -2**63)
    return torch.tensor(elements, dtype=torch.int64).reshape(shape)
