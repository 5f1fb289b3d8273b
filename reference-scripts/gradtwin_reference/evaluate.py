"""Runs a program in PyTorch: the value of every statement, and the gradient of everything that requires one."""

import warnings

import torch

DTYPES = {"float32": torch.float32, "float64": torch.float64}

# Sums must not depend on how many cores there are.
torch.set_num_threads(1)
# It is refused on most machines, with a warning each time.
torch.backends.nnpack.set_flags(False)
# Fixtures go to the edges on purpose, and PyTorch warns there: broadcast targets, variances of one element.
warnings.filterwarnings("ignore", category=UserWarning, module=r"gradtwin_reference\.")


class Refusal(Exception):
    """PyTorch refused a statement."""

    def __init__(self, line, cause):
        super().__init__(f"line {line}: {type(cause).__name__}: {str(cause).strip().splitlines()[0] if str(cause) else ''}")
        self.line = line


def leaf(tensor, dtype, requires_grad):
    """A fresh leaf; floating values are rounded to the dtype, indices stay as they are."""
    tensor = tensor.detach().clone()
    return tensor.to(dtype).requires_grad_(requires_grad) if tensor.is_floating_point() else tensor


def forward(statements, leaves, at_line=None):
    """The values of all names; a statement that only names another value is that value, as in Python."""
    values = dict(leaves)
    for statement in statements:
        if at_line:
            at_line(statement.line)
        try:
            value = statement.run(values)
        except (RuntimeError, IndexError, TypeError, ValueError, ZeroDivisionError, AssertionError) as e:
            raise Refusal(statement.line, e) from e
        if value.requires_grad and not value.is_leaf:
            value.retain_grad()
        values[statement.name] = value
    return values


def evaluate(statements, leaves, root, cotangent=None, at_line=None, undetermined=()):
    """All quantities of floating-point tensors, as {("value" | "grad", name): tensor or None}, None where the root does not depend on the name.

    `leaves` are tensors from `leaf`, made for this call: gradients are accumulated in them. `at_line` is told the number
    of each statement before it runs, and 0 before the backward pass. `undetermined` are the names whose gradient is no
    property of the program.
    """
    values = forward(statements, leaves, at_line)
    if at_line:
        at_line(0)
    end = values[root]
    if cotangent is None:
        cotangent = torch.ones((), dtype=end.dtype)
    differentiates = any(statement.differentiates for statement in statements)
    if differentiates:
        # What retains its gradient has kept one of the gradients within the program.
        for value in values.values():
            value.grad = None
    torch.autograd.backward(end, cotangent.to(end.dtype))
    results = {("value", s.name): values[s.name].detach() for s in statements
               if values[s.name].is_floating_point()}
    # Whether a gradient moves is PyTorch's own choice: beside one, no dependence and zero are the same.
    zeros = {name: torch.zeros_like(value) for name, value in values.items()} if differentiates else {}
    for name, value in values.items():
        if value.requires_grad and name not in undetermined:
            results["grad", name] = zeros.get(name) if value.grad is None else value.grad.detach()
    return results
