"""What a case's numbers are today, and how they stand to those that are recorded."""

import torch

from .evaluate import DTYPES, Refusal, evaluate, forward, leaf
from .problems import Problem

MAX_RANK = 8
IDENTICAL, WITHIN_NOISE, CHANGED = "identical", "within noise", "changed"


def in_words(quantity):
    """What reports call a quantity."""
    kind, name = quantity
    return f"{'gradient' if kind == 'grad' else kind} of {name}"


def leaves_of(case, dtype, rounded=None):
    """Fresh leaves of a case; they are rounded to `rounded` first, where it is given."""
    return {name: leaf(tensor.to(rounded) if rounded and tensor.is_floating_point() else tensor, dtype, requires_grad)
            for name, (tensor, requires_grad) in case.inputs.items()}


def cotangent_of(case, dtype, rounded=None):
    """The cotangent of a case, None for the default of 1."""
    if case.cotangent is None:
        return None
    return (case.cotangent.to(rounded) if rounded else case.cotangent).to(dtype)


def expected(case):
    """What PyTorch computes: {dtype: {quantity: tensor or None}}."""
    results = {}
    for name in case.dtypes:
        dtype = DTYPES[name]
        try:
            results[name] = evaluate(case.statements, leaves_of(case, dtype), case.root, cotangent_of(case, dtype),
                                     undetermined=case.undetermined)
        except Refusal as e:
            raise Problem(f"program: PyTorch refuses {e}") from e
        except RuntimeError as e:
            raise Problem(f"backward: PyTorch refuses: {str(e).splitlines()[0]}") from e
        for (kind, quantity), tensor in results[name].items():
            if kind == "value" and tensor.dtype != dtype:
                raise Problem(f"program: '{quantity}' is {tensor.dtype}, not {dtype}".replace("torch.", ""))
            if kind == "value" and tensor.dim() > MAX_RANK:
                raise Problem(f"program: '{quantity}' is of shape {tuple(tensor.shape)}: more than {MAX_RANK} dimensions")
    return results


def require_refusal(case):
    """PyTorch must refuse a case that says `throws`, at that line and in every dtype."""
    for name in case.dtypes:
        try:
            forward(case.statements, leaves_of(case, DTYPES[name]))
        except Refusal as e:
            if e.line != case.refused:
                raise Problem(f"throws: line: PyTorch refuses {e}; line {case.refused} is recorded") from e
        else:
            raise Problem(f"throws: PyTorch runs the program in {name}")


def compare(tensor, recorded, tolerance, noise):
    """(state, why) of one quantity: what was computed against what is recorded. Another number is within noise if its
    recorded tolerance and `noise`, how far rounding may take what was computed, both reach it."""
    if tensor is None or recorded is None:
        if tensor is recorded:
            return IDENTICAL, ""
        return CHANGED, "there is no dependence" if tensor is None else "recorded as no dependence"
    if tensor.shape != recorded.shape:
        return CHANGED, f"shape {tuple(tensor.shape)}, recorded {tuple(recorded.shape)}"
    same = (tensor == recorded) & (torch.signbit(tensor) == torch.signbit(recorded)) | tensor.isnan() & recorded.isnan()
    if bool(same.all()):
        return IDENTICAL, ""
    actual, wanted = tensor.double(), recorded.double()
    error = (actual - wanted).abs()
    if tolerance is None:
        return CHANGED, _worst(actual, wanted, error, same)
    allowed = torch.minimum(tolerance["atol"] + tolerance["rtol"] * wanted.abs(), noise(tensor))
    agrees = (actual == wanted) | actual.isnan() & wanted.isnan() | wanted.isfinite() & (error <= allowed)
    if bool(agrees.all()):
        ratio = (error / allowed).nan_to_num(0.0)
        return WITHIN_NOISE, f"{float(ratio.max()):.2g} of what rounding allows"
    return CHANGED, _worst(actual, wanted, error, agrees)


def _worst(actual, wanted, error, agrees):
    flat = error.masked_fill(agrees, -1.0).nan_to_num(float("inf")).reshape(-1)
    at = int(flat.argmax())
    count = int((~agrees).sum())
    return (f"{count} of {agrees.numel()} elements; recorded {wanted.reshape(-1)[at].item()!r}, "
            f"now {actual.reshape(-1)[at].item()!r}")
