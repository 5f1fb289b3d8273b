"""Programs as jobs carry them: each statement is a tree of calls of PyTorch's functions and Python's operators.

    number, true, false, null, "text"        itself
    [..]                                     a tuple
    {"name": "x"}                            the value of an input or of an earlier statement
    {"float": "infinity"}                    a number that JSON does not have
    {"slice": [start, stop, step]}           an item of a subscript, as is {"ellipsis": true}
    {"call": "sum", "args": [..], "kwargs": {..}}
    {"grad": ["y", "x"]}                     the gradient of the sum of y with respect to x, with its own graph: a statement of its own

What is called is an operator, `.T`, `[]`, or PyTorch's function of that name. Nothing else can be named, and no text is executed.
"""

import operator
from dataclasses import dataclass

import torch
import torch.nn.functional


def _transpose(tensor):
    # PyTorch lets others pass, with a warning that it will not.
    if tensor.dim() != 2:
        raise ValueError(f".T of {tuple(tensor.shape)}: needs 2 dimensions")
    return tensor.T


_OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "@": operator.matmul,
              "**": operator.pow, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq,
              "!=": operator.ne, ".T": _transpose, "[]": operator.getitem}
# `torch.nn.functional` comes first: `torch.embedding` takes its arguments the other way round.
_HOMES = (torch.nn.functional, torch, torch.linalg, torch.Tensor)


@dataclass(frozen=True)
class Statement:
    """One line, `name = expression`."""

    line: int
    name: str
    expr: object

    @property
    def differentiates(self):
        """Whether the statement is a gradient."""
        return isinstance(self.expr, dict) and "grad" in self.expr

    def run(self, values):
        """The value of the expression, computed by PyTorch from the values of the names."""
        return _value(self.expr, values)


def read(records):
    """The statements of a program, in order."""
    return tuple(Statement(record["line"], record["name"], record["expr"]) for record in records)


def function(name, count):
    """What is called: `-` of one operand is its negative."""
    if name == "-" and count == 1:
        return operator.neg
    if name in _OPERATORS:
        return _OPERATORS[name]
    module, _, plain = name.rpartition(".")
    homes = (getattr(torch, module),) if module else _HOMES
    found = next((getattr(home, plain) for home in homes if hasattr(home, plain)), None)
    if found is None:
        raise TypeError(f"PyTorch has no function '{name}'")
    return found if callable(found) else lambda x: getattr(x, plain)  # x.mT


def _value(expr, values):
    match expr:
        case list():
            return tuple(_value(item, values) for item in expr)
        case {"name": name}:
            return values[name]
        case {"grad": [of, by]}:
            return _gradient(values[of], values[by])
        case {"float": text}:
            return float(text)
        case {"slice": ends}:
            return slice(*ends)
        case {"ellipsis": _}:
            return ...
        case {"call": name, "args": args, "kwargs": kwargs}:
            return function(name, len(args))(*[_value(arg, values) for arg in args],
                                             **{key: _value(arg, values) for key, arg in kwargs.items()})
        case _:
            return expr


def _gradient(of, by):
    """That of the sum of all elements; zeros without dependence, as the other gradients beside one are."""
    gradient, = torch.autograd.grad(of, by, torch.ones_like(of), create_graph=True, allow_unused=True)
    gradient = torch.zeros_like(by) if gradient is None else gradient
    # A value of its own, which has a gradient to ask for whether or not it moves.
    return gradient.view_as(gradient) if gradient.requires_grad else gradient.detach().requires_grad_()
