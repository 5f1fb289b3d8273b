"""The protocol's side of an adapter in Python, with nothing but the standard library (3.9 or later).

An adapter says what an engine has and how to ask it; this module reads and writes the lines. See src/docs/protocol.md.
"""

import base64
import json
import math
import struct
import sys
import traceback

_FORMATS = {"float32": "f", "float64": "d", "int64": "q", "bool": "?"}

_OTHERWISE = 'raise gradtwin.Unsupported("why") where the engine has no such number'


class Tensor:
    """Elements on the wire: dtype, shape, and their bits, little-endian, in row-major order."""

    def __init__(self, dtype, shape, data):
        if dtype not in _FORMATS:
            raise TypeError(f"a Tensor is of {', '.join(_FORMATS)}, not of {dtype}: {_OTHERWISE}")
        self.dtype, self.shape, self.data = dtype, tuple(int(size) for size in shape), bytes(data)
        size = math.prod(self.shape) * struct.calcsize(_FORMATS[dtype])
        if len(self.data) != size:
            raise TypeError(f"a Tensor of {dtype} and shape {self.shape} has {size} bytes, not {len(self.data)}: give it the elements "
                            f"in that type, as array.astype({dtype!r}).tobytes()")

    @classmethod
    def of(cls, dtype, shape, elements):
        """A tensor of these elements, a flat list."""
        elements = list(elements)
        return cls(dtype, shape, struct.pack(f"<{len(elements)}{_FORMATS[dtype]}", *elements))

    def elements(self):
        """The elements, a flat list of Python's numbers."""
        return list(struct.unpack(f"<{math.prod(self.shape)}{_FORMATS[self.dtype]}", self.data))

    def _json(self):
        return {"dtype": self.dtype, "shape": self.shape, "bits": base64.b64encode(self.data).decode()}


class Unsupported(Exception):
    """The engine lacks this, or this use of it: the case is skipped, with this reason."""


class Refused(Exception):
    """The operands do not fit together, and the engine says so."""


class Engine:
    """What an adapter overrides. A value is whatever the engine computes with."""

    name = version = language = home = ""
    dtypes = ("float64",)
    ops = {}  # id -> function of the operands, with the attributes as keywords
    limits = {}  # id -> {"max_rank": 2, "attributes": ["dim"]}, for ops of which the engine takes less than all
    level = "tensor"
    intermediate_gradients = False  # True if gradient() can be asked of computed values too
    dependence = "zeros"  # "null" if gradient() gives None where the root does not depend on a value
    conventions = "own"  # "pytorch" if the engine means to do as PyTorch does at kinks

    def start(self, dtype):
        """Begins a program."""

    def leaf(self, tensor, requires_grad):
        """The engine's value of a Tensor."""
        raise NotImplementedError

    def apply(self, op, operands, attributes):
        """Applies an op; None stands for an optional operand that is absent."""
        return self.ops[op](*operands, **attributes)

    def tensor(self, value, dtype):
        """A Tensor of a value, or of a gradient."""
        raise NotImplementedError

    def gradients(self, root, cotangent, values, leaves):
        """Runs backward; gives the gradient of each of the values, None for one that the root does not depend on."""
        raise NotImplementedError


class Functional(Engine):
    """An engine that differentiates functions: vjp(f, leaves) gives what f returns, and a function from cotangents to gradients."""

    def vjp(self, function, leaves):
        """As jax.vjp: the results of function(*leaves), and the pullback."""
        raise NotImplementedError

    def values(self, function, leaves):
        """The results of function(*leaves), a list."""
        return function(*leaves)

    def program(self, nodes, want, backward, dtype):
        leaves = {i: self.leaf(n["leaf"], n["grad"]) for i, n in enumerate(nodes) if "leaf" in n}
        free = [i for i in want["grads"] if i in leaves]
        given = [leaves[i] for i in free]

        def made(given):
            made = {**leaves, **dict(zip(free, given))}
            for i, node in enumerate(nodes):
                if i not in made:
                    made[i] = applied(self, i, node, made)
            return made

        def told(*given):
            values = made(given)
            return [values[i] for i in want["values"]]

        # Values are computed by themselves: what a function sees while it is differentiated need not be numbers.
        values = {i: self.tensor(value, dtype) for i, value in zip(want["values"], self.values(told, given))}
        if backward is None or not free:
            return values, {}
        try:
            _, pullback = self.vjp(lambda *given: made(given)[backward["root"]], given)
            grads = pullback(self.leaf(backward["cotangent"], False))
            return values, {i: None if g is None else self.tensor(g, dtype) for i, g in zip(free, grads)}
        except Exception as e:
            cause = e.cause if isinstance(e, _Failed) else e  # an op that fails over what is not a number yet
            raise _Failed(None, cause, values) from cause


class Scalars(Engine):
    """An engine of numbers: a value is one number. The harness lowers tensors to numbers."""

    level = "scalar"

    def number(self, value, requires_grad):
        """A leaf."""
        raise NotImplementedError

    def data(self, value):
        """The number that a value holds."""
        return value.data

    def backward(self, root):
        """Gives everything the gradient of root."""
        root.backward()

    def grad(self, value):
        """The gradient of a value after backward."""
        return value.grad

    intermediate_gradients = True

    def leaf(self, tensor, requires_grad):
        return self.number(tensor.elements()[0], requires_grad)

    def tensor(self, value, dtype):
        return Tensor.of(dtype, (), [value if isinstance(value, float) else _float("data(value)", self.data(value))])

    def gradients(self, root, cotangent, values, leaves):
        self.backward(root)
        return [_float("grad(value)", self.grad(value)) for value in values]


def _float(of, number):
    """What a method of the adapter gave, as a float."""
    kind = getattr(getattr(number, "dtype", None), "kind", "")
    if not isinstance(number, (complex, str, bytes)) and kind != "c":
        try:
            return float(number)
        except (TypeError, ValueError):
            pass
    raise TypeError(f"{of} gave {repr(number)[:60]}, of type {type(number).__name__}: give a float, or {_OTHERWISE}")


class _Failed(Exception):
    def __init__(self, node, cause, values):
        super().__init__(str(cause))
        self.node, self.cause, self.values = node, cause, values


def applied(engine, i, node, made):
    """What node i makes of the values made so far."""
    try:
        value = engine.apply(node["op"], [None if j is None else made[j] for j in node["in"]], node["at"])
        if value is None:
            raise TypeError(f"the adapter's function for {node['op']} gave None: is there a return?")
        return value
    except Exception as e:
        raise _Failed(i, e, {}) from e


def _subscripts(node):
    """The attributes as Python has them: a subscript becomes a tuple of int, slice, None, ..., and of operands' numbers."""
    for key, value in node["at"].items():
        if key == "subscript":
            node["at"][key] = tuple(
                None if item == "newaxis" else ... if item == "ellipsis" else
                item["at"] if "at" in item else slice(*item["slice"]) if "slice" in item else Operand(item["tensor"])
                for item in value)
        elif isinstance(value, list):
            node["at"][key] = tuple(value)
        elif value in ("NaN", "Infinity", "-Infinity"):  # numbers that JSON lacks
            node["at"][key] = float(value)


class Operand(int):
    """An integer tensor in a subscript: the operand of that number."""


def _program(engine, program):
    dtype, nodes, want, backward = program["dtype"], program["nodes"], program["want"], program.get("backward")
    for node in nodes:
        if "leaf" in node:
            leaf = node["leaf"]
            node["leaf"] = Tensor(leaf["dtype"], leaf["shape"], base64.b64decode(leaf["bits"]))
        else:
            _subscripts(node)
    if backward is not None:
        cotangent = backward["cotangent"]
        backward["cotangent"] = Tensor(cotangent["dtype"], cotangent["shape"], base64.b64decode(cotangent["bits"]))
    engine.start(dtype)
    if hasattr(engine, "program"):
        return engine.program(nodes, want, backward, dtype)
    made = {}
    for i, node in enumerate(nodes):
        try:
            made[i] = engine.leaf(node["leaf"], node["grad"]) if "leaf" in node else applied(engine, i, node, made)
        except _Failed as e:
            e.values.update({j: engine.tensor(made[j], dtype) for j in want["values"] if j in made})
            raise
    values = {i: engine.tensor(made[i], dtype) for i in want["values"]}
    if backward is None or not want["grads"]:
        return values, {}
    try:
        grads = engine.gradients(
            made[backward["root"]],
            backward["cotangent"],
            [made[i] for i in want["grads"]],
            [made[i] for i in made if "leaf" in nodes[i] and nodes[i]["grad"]])
        return values, {i: None if g is None else engine.tensor(g, dtype) for i, g in zip(want["grads"], grads)}
    except Exception as e:
        raise _Failed(None, e, values) from e


def _answer(engine, program):
    result = {"id": program["id"]}
    try:
        values, grads = _program(engine, program)
        return {**result, "values": _written(values), "grads": _written(grads)}
    except Exception as e:
        failed = e if isinstance(e, _Failed) else _Failed(None, e, {})  # as a value that is no number
        cause, said = failed.cause, {} if failed.node is None else {"node": failed.node}
        if isinstance(cause, Unsupported):
            return {**result, "unsupported": {**said, "why": str(cause)}}
        if isinstance(cause, Refused):
            return {**result, "refused": {**said, "why": str(cause)}}
        frames = [frame for frame in traceback.extract_tb(cause.__traceback__) if frame.filename != __file__]
        trace = "".join(reversed(traceback.format_list(frames[-2:])))
        said.update({"class": type(cause).__name__, "message": str(cause), "trace": trace})
        values = {i: t for i, t in failed.values.items() if isinstance(t, Tensor)}
        return {**result, "failed": said, "values": _written(values)}


def _written(tensors):
    for tensor in tensors.values():
        if not isinstance(tensor, Tensor) and tensor is not None:
            raise TypeError(f"tensor(value, dtype) gave a {type(tensor).__name__}, no gradtwin.Tensor: "
                            "return gradtwin.Tensor.of(dtype, shape, the elements, a flat list)")
    return {str(i): None if tensor is None else tensor._json() for i, tensor in tensors.items()}


def serve(engine):
    """Answers the harness until it says bye. What the engine prints goes to standard error."""
    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        if request["cmd"] == "bye":
            return
        if request["cmd"] == "hello":
            answer = {
                "protocol": 1, "name": engine.name, "version": engine.version, "language": engine.language or "python",
                "home": engine.home, "level": engine.level, "dtypes": list(engine.dtypes),
                "ops": {op: engine.limits.get(op, {}) for op in engine.ops},
                "intermediate_gradients": engine.intermediate_gradients, "dependence": engine.dependence,
                "conventions": engine.conventions}
        else:
            answer = {"results": [_answer(engine, program) for program in request["programs"]]}
        out.write(json.dumps(answer) + "\n")
        out.flush()
