#!/usr/bin/env python3
"""Records what Python's PyTorch makes of each op, for the test of the PyTorch twin (TorchReferenceTest).

    python reference-scripts/twin_reference.py     writes src/test/resources/org/gradtwin/engines/torch/reference.json

Each row is a program with inputs; the numbers are values and retained gradients in float64 and float32, at kinks, ties
and special values, for every attribute, with broadcasting and empty tensors. Or it is a program that PyTorch refuses.
The twin must give the same bits on a processor of the same capability, but for the rows that name a distance in ulp:
there the kernels of PyTorch 2.7 and of the version that is recorded differ.
"""

import json
import math
import pathlib
import struct

import torch
import torch.nn.functional as F

TARGET = pathlib.Path(__file__).resolve().parent.parent / "src/test/resources/org/gradtwin/engines/torch/reference.json"

INF, NAN = math.inf, math.nan
SPECIAL = [-INF, -100.0, -20.5, -3.0, -1.5, -1.0, -0.5, -1e-20, -0.0, 0.0, 1e-20, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 20.0,
           20.5, 50.0, 100.0, INF, NAN]
POSITIVE = [1e-30, 1e-3, 0.1, 0.25, 0.5, 0.9, 1.0, 1.1, 2.0, 3.0, 7.5, 20.0, 1e4, 1e20, INF, 0.0, -0.0, -1.0, NAN]

# Where the twin and the recorded version compute differently: (value, gradient) in ulp of max(|expected|, scale), and why.
ELU = (2, 0, 1.0, "2.7.1 computes exp(x) - 1, later versions expm1(x)")
GELU = (0, 5, 0.0, "the derivative of the erf form was rearranged after 2.7.1")
NUMBER = (1, 3, 0.0, "Python computes number / tensor as reciprocal(tensor) * number: one rounding more, in the gradient three")
ULP = {"elu/special": ELU, "elu/bell": ELU, "elu/alpha": ELU, "gelu/bell": GELU, "number/rdiv": NUMBER}


class Draws:
    """SplitMix64, so that the rows do not depend on a library's random numbers."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2**64
        z = self.state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        return z ^ (z >> 31)

    def bell(self, count):
        return [sum(self.next() >> 58 for _ in range(12)) / 64 - 6 for _ in range(count)]


def tensor(values, shape=None, grad=True):
    return {"shape": [len(values)] if shape is None else list(shape), "values": values, "requires_grad": grad}


def constant(values, shape=None):
    return tensor(values, shape, grad=False)


def indices(values, shape=None):
    return {"shape": [len(values)] if shape is None else list(shape), "indices": values}


def bell(seed, *shape):
    return tensor(Draws(seed).bell(math.prod(shape)), shape)


ROWS = []
REFUSED = []


def row(id, program, **inputs):
    ROWS.append((id, [program] if isinstance(program, str) else program, inputs))


def refused(id, program, **inputs):
    REFUSED.append((id, [program], inputs))


def elementwise():
    for op in ["neg", "square", "reciprocal", "abs", "exp", "expm1", "sin", "cos", "tanh", "sigmoid", "relu", "silu", "erf",
               "gelu", "leaky_relu", "elu", "softplus"]:
        row(f"{op}/special", f"y = {op}(x)", x=tensor(SPECIAL))
        row(f"{op}/bell", f"y = {op}(x)", x=bell(1, 5, 7))
        row(f"{op}/scalar", f"y = {op}(x)", x=tensor([0.75], []))
        row(f"{op}/empty", f"y = {op}(x)", x=tensor([], [0, 3]))
    for op in ["log", "log1p", "sqrt", "rsqrt"]:
        row(f"{op}/special", f"y = {op}(x)", x=tensor(POSITIVE + [-0.5, -1e-20, 1e-20]))
        row(f"{op}/scalar", f"y = {op}(x)", x=tensor([0.75], []))
        row(f"{op}/empty", f"y = {op}(x)", x=tensor([], [0]))
    row("leaky_relu/slope", "y = leaky_relu(x, negative_slope=0.3)", x=tensor(SPECIAL))
    row("leaky_relu/negative", "y = leaky_relu(x, -0.1)", x=tensor(SPECIAL))
    row("elu/alpha", "y = elu(x, alpha=0.7)", x=tensor(SPECIAL))
    row("gelu/tanh", "y = gelu(x, approximate='tanh')", x=tensor(SPECIAL))
    row("gelu/tanh-bell", "y = gelu(x, approximate='tanh')", x=bell(2, 5, 7))
    row("softplus/beta", "y = softplus(x, beta=2.5, threshold=4.0)", x=tensor(SPECIAL + [1.6, 1.6000001, 1.5999999]))
    for name, arguments in [("both", "min=-1.0, max=1.5"), ("min", "min=-0.5"), ("max", "max=0.25"), ("equal", "0, 0"),
                            ("crossed", "min=2, max=-2"), ("fraction", "min=-0.1, max=0.3")]:
        row(f"clamp/{name}", f"y = clamp(x, {arguments})", x=tensor(SPECIAL + [-0.1, 0.3, 0.1]))
    for exponent in ["2", "3", "-1", "-2", "0.5", "-0.5", "0", "1", "2.5", "-3.7", "10"]:
        row(f"pow/{exponent}", f"y = x**{exponent}", x=tensor(SPECIAL))
        row(f"pow/{exponent}-positive", f"y = pow(x, {exponent})", x=bell(3, 4, 5))


def binary():
    pairs = [(a, b) for a in [-INF, -2.0, -0.0, 0.0, 0.5, 2.0, INF, NAN]
             for b in [-INF, -3.0, -0.0, 0.0, 0.5, 1.0, 2.0, INF, NAN]]
    left, right = [a for a, _ in pairs], [b for _, b in pairs]
    for name, program in [("add", "x + w"), ("sub", "x - w"), ("mul", "x * w"), ("div", "x / w"), ("pow_tensor", "x ** w"),
                          ("maximum", "maximum(x, w)"), ("minimum", "minimum(x, w)")]:
        row(f"{name}/special", f"y = {program}", x=tensor(left), w=tensor(right))
        row(f"{name}/row", f"y = {program}", x=bell(4, 3, 5), w=bell(5, 5))
        row(f"{name}/column", f"y = {program}", x=bell(4, 3, 1), w=bell(6, 1, 5))
        row(f"{name}/scalar", f"y = {program}", x=tensor([0.75], []), w=bell(6, 2, 2))
        row(f"{name}/empty", f"y = {program}", x=tensor([], [0, 5]), w=bell(5, 5))
        row(f"{name}/constant", f"y = {program}", x=bell(4, 3, 5), w=constant([0.5, 1.0, 2.0, -1.5, 3.0]))
        row(f"{name}/itself", f"y = {program.replace('w', 'x')}", x=bell(4, 3, 5))
    for name, program in [("add", "x + 0.1"), ("radd", "0.1 + x"), ("sub", "x - 0.1"), ("rsub", "0.1 - x"), ("mul", "x * 0.1"),
                          ("rmul", "3 * x"), ("div", "x / 0.1"), ("third", "x / 3"), ("rdiv", "0.1 / x"), ("neg", "-x")]:
        row(f"number/{name}", f"y = {program}", x=tensor(SPECIAL))
    row("number/rpow", "y = 2 ** x", x=tensor(SPECIAL))
    row("pow_tensor/matrix", "y = pow(x, w)", x=tensor([0.5, 1.5, 2.0, 0.1], [2, 2]), w=bell(7, 2, 2))


def products():
    for name, a, b in [("matrix", (3, 4), (4, 5)), ("vector-vector", (4,), (4,)), ("vector-matrix", (4,), (4, 5)),
                       ("matrix-vector", (3, 4), (4,)), ("empty-inner", (2, 0), (0, 3)), ("empty-rows", (0, 4), (4, 3)),
                       ("larger", (17, 33), (33, 9)), ("one", (1, 1), (1, 1))]:
        row(f"matmul/{name}", "y = x @ w", x=bell(8, *a), w=bell(9, *b))
        row(f"matmul/{name}-function", "y = matmul(x, w)", x=bell(10, *a), w=bell(11, *b))
    row("matmul/transposed", "y = x.T @ x", x=bell(12, 5, 3))
    row("matmul/special", "y = x @ w", x=tensor([INF, 1, 0, -0.0], [2, 2]), w=tensor([0, NAN, 1, 2], [2, 2]))
    row("linear/bias", "y = linear(x, w, b)", x=bell(13, 4, 3), w=bell(14, 2, 3), b=bell(15, 2))
    row("linear/keyword", "y = linear(x, w, bias=b)", x=bell(13, 4, 3), w=bell(14, 2, 3), b=bell(15, 2))
    row("linear/plain", "y = linear(x, w)", x=bell(13, 4, 3), w=bell(14, 2, 3))
    row("linear/none", "y = linear(x, w, None)", x=bell(13, 4, 3), w=bell(14, 2, 3))
    row("linear/vector", "y = linear(x, w, b)", x=bell(13, 3), w=bell(14, 2, 3), b=bell(15, 2))
    row("linear/weight-vector", "y = linear(x, w)", x=bell(13, 4, 3), w=bell(14, 3))
    row("linear/empty", "y = linear(x, w, b)", x=tensor([], [0, 3]), w=bell(14, 2, 3), b=bell(15, 2))
    row("linear/larger", "y = linear(x, w, b)", x=bell(13, 19, 30), w=bell(14, 11, 30), b=bell(15, 11))


def shapes():
    x = bell(16, 4, 6)
    for name, shape in [("wide", "(2, 12)"), ("flat", "(-1,)"), ("inferred", "(3, -1)"), ("same", "(4, 6)")]:
        row(f"reshape/{name}", f"y = reshape(x, {shape})", x=x)
    row("reshape/transposed", "y = reshape(x.T, (3, 8))", x=x)
    row("reshape/scalar", "y = reshape(x, ())", x=bell(16, 1, 1))
    row("reshape/to-matrix", "y = reshape(x, (1, 1))", x=tensor([-0.0], []))
    row("reshape/empty", "y = reshape(x, (3, 0))", x=tensor([], [0, 2]))
    row("transpose/matrix", "y = x.T * w", x=x, w=bell(17, 6, 4))
    row("transpose/empty", "y = x.T", x=tensor([], [0, 3]))
    row("cat/rows", "y = cat((x, w), dim=0)", x=x, w=bell(18, 2, 6))
    row("cat/columns", "y = cat((x, w, x), dim=1)", x=x, w=bell(18, 4, 1))
    row("cat/negative", "y = cat((x, w), -1)", x=x, w=bell(18, 4, 1))
    row("cat/vectors", "y = cat((x, w))", x=bell(18, 3), w=bell(19, 2))
    row("cat/empty", "y = cat((x, w))", x=tensor([], [0, 2]), w=bell(19, 2, 2))
    row("cat/one", "y = cat((x,))", x=bell(18, 3))
    i, j = indices([0, 3, 0, -1, 0]), indices([5, 0, 5, -6, 2])
    for name, subscript in [("row", "0"), ("last-row", "-1"), ("element", "1, 2"), ("slice", "1:3"), ("step", "0:4:2"),
                            ("from", "2:"), ("to", ":-1"), ("column", ":, 1"), ("columns", ":, 1:-1:2"), ("beyond", "2:100"),
                            ("nothing", "3:1"), ("all", ":"), ("mixed", "1:, 0"), ("block", "1:3, 2:4"), ("at-slice", "2, 1:4")]:
        row(f"index/{name}", f"y = x[{subscript}]", x=x)
    for name, subscript in [("rows", "i"), ("both", "i, j"), ("gathered-columns", ":, j"), ("rows-slice", "i, 1:4"), ("rows-at", "i, 2"),
                            ("at-columns", "1, j"), ("slice-columns", "1:3, j")]:
        row(f"index/{name}", f"y = x[{subscript}]", x=x, i=i, j=j)
    row("index/broadcast", "y = x[i, j]", x=x, i=indices([0, 3, 3], [3, 1]), j=indices([5, 5], [1, 2]))
    row("index/matrix-of-rows", "y = x[i]", x=bell(20, 7), i=indices([0, 6, 0, -1], [2, 2]))
    row("index/zero-dimensional", "y = x[i]", x=x, i=indices([2], []))
    row("index/zero-dimensional-both", "y = x[i, j]", x=x, i=indices([2], []), j=indices([1], []))
    row("index/zero-dimensional-column", "y = x[:, i]", x=x, i=indices([2], []))
    row("index/no-rows", "y = x[i]", x=x, i=indices([]))
    row("index/vector", "y = x[2]", x=bell(20, 7))
    row("index/repeated-sum", ["z = x[i]", "y = sum(z * z)"], x=x, i=i)


def reductions():
    ties = tensor([2.0, 2.0, 1.0, -1.0, 2.0, -1.0, 0.0, -0.0, 0.0, -1.0, -1.0, -1.0], [3, 4])
    bad = tensor([1.0, NAN, 3.0, INF, INF, -INF, -INF, -INF, -INF, 0.0, -0.0, 2.0], [3, 4])
    for op in ["sum", "mean", "amax", "amin", "logsumexp", "var"]:
        for name, arguments in [("all", ""), ("rows", "dim=0"), ("columns", "dim=1"), ("negative", "dim=-1"),
                                ("both", "dim=(0, 1)"), ("tuple", "dim=(1,)"), ("keep", "dim=1, keepdim=True"),
                                ("keep-all", "dim=(0, 1), keepdim=True")]:
            if op == "logsumexp" and not arguments:
                continue
            for kind, x in [("bell", bell(21, 3, 4)), ("ties", ties), ("special", bad)]:
                row(f"{op}/{name}-{kind}", f"y = {op}(x{', ' if arguments else ''}{arguments})", x=x)
        dim = "" if op != "logsumexp" else ", dim=0"
        row(f"{op}/vector", f"y = {op}(x{dim})", x=bell(22, 37))
        row(f"{op}/scalar", f"y = {op}(x{dim})", x=tensor([-1.5], []))
        if op in ("sum", "mean", "var"):
            row(f"{op}/empty", f"y = {op}(x)", x=tensor([], [0]))
            row(f"{op}/empty-rows", f"y = {op}(x, dim=0)", x=tensor([], [0, 3]))
        row(f"{op}/empty-kept", f"y = {op}(x, dim=1)", x=tensor([], [0, 3]))
        row(f"{op}/transposed", f"y = {op}(x.T, dim=0)", x=bell(23, 3, 9))
    row("sum/larger", "y = sum(x)", x=bell(24, 40, 10))
    for op in ["sum", "mean", "var"]:
        row(f"{op}/keep-none", f"y = {op}(x, dim=None, keepdim=True)", x=bell(21, 3, 4))
    for correction in ["0", "2", "0.5", "3"]:
        row(f"var/correction-{correction}", f"y = var(x, dim=0, correction={correction})", x=bell(25, 3, 4))
    row("var/one-element", "y = var(x, dim=1)", x=bell(25, 3, 1))
    for name, arguments in [("all", ""), ("rows", ", dim=0"), ("columns", ", dim=1"), ("keep", ", dim=-1, keepdim=True")]:
        for kind, x in [("bell", bell(26, 3, 4)), ("zeros", ties), ("special", bad),
                        ("one-zero", tensor([2.0, 0.0, 3.0, -1.5, 2.0, 3.0], [2, 3]))]:
            row(f"prod/{name}-{kind}", f"y = prod(x{arguments})", x=x)
    row("prod/empty", "y = prod(x)", x=tensor([], [0]))
    row("prod/empty-rows", "y = prod(x, dim=0)", x=tensor([], [0, 3]))
    row("prod/scalar", "y = prod(x)", x=tensor([-1.5], []))
    row("prod/scalar-dim", "y = prod(x, dim=0)", x=tensor([-1.5], []))
    for op in ["softmax", "log_softmax"]:
        for dim in ["0", "1", "-1", "-2"]:
            for kind, x in [("bell", bell(27, 3, 5)), ("ties", ties), ("special", bad)]:
                row(f"{op}/{dim}-{kind}", f"y = {op}(x, dim={dim})", x=x)
        row(f"{op}/vector", f"y = {op}(x, 0)", x=bell(28, 37))
        row(f"{op}/scalar", f"y = {op}(x, 0)", x=tensor([0.5], []))
        row(f"{op}/large", f"y = {op}(x, 0)", x=tensor([1000.0, 0.0, -1000.0]))
        row(f"{op}/empty", f"y = {op}(x, 1)", x=tensor([], [0, 3]))


def layers():
    weight = bell(29, 5, 3)
    row("embedding/rows", "y = embedding(i, w)", i=indices([4, 0, 4, 4, 1]), w=weight)
    row("embedding/one", "y = embedding(i, w)", i=indices([2], []), w=weight)
    row("embedding/none", "y = embedding(i, w)", i=indices([]), w=weight)
    x, g, b = bell(30, 4, 6), bell(31, 6), bell(32, 6)
    row("layer_norm/plain", "y = layer_norm(x, (6,))", x=x)
    row("layer_norm/weight", "y = layer_norm(x, (6,), w)", x=x, w=g)
    row("layer_norm/both", "y = layer_norm(x, (6,), w, b)", x=x, w=g, b=b)
    row("layer_norm/bias", "y = layer_norm(x, (6,), bias=b)", x=x, b=b)
    row("layer_norm/eps", "y = layer_norm(x, (6,), weight=w, bias=b, eps=0.1)", x=x, w=g, b=b)
    row("layer_norm/matrix", "y = layer_norm(x, (4, 6))", x=x)
    row("layer_norm/vector", "y = layer_norm(x, (6,), w, b)", x=bell(33, 6), w=g, b=b)
    row("layer_norm/constant-row", "y = layer_norm(x, (3,))", x=tensor([1.0, 1.0, 1.0, 1.0, 2.0, 3.0], [2, 3]))


def losses():
    x, target = bell(34, 4, 3), bell(35, 4, 3)
    near = tensor([0.0, 1.0, -1.0, 2.0, -0.5, 0.5, 3.0, -3.0, INF, NAN, -0.0, 0.25])
    zero = tensor([0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.25])
    for reduction in ["mean", "sum", "none"]:
        r = f"reduction='{reduction}'"
        for op in ["mse_loss", "l1_loss", "huber_loss"]:
            row(f"{op}/{reduction}", f"y = {op}(x, c, {r})", x=x, c=target)
            row(f"{op}/{reduction}-broadcast", f"y = {op}(x, c, {r})", x=x, c=bell(36, 3))
            row(f"{op}/{reduction}-kinks", f"y = {op}(x, c, {r})", x=near, c=zero)
            row(f"{op}/{reduction}-empty", f"y = {op}(x, c, {r})", x=tensor([], [0, 3]), c=tensor([], [0, 3]))
            row(f"{op}/{reduction}-scalar", f"y = {op}(x, c, {r})", x=tensor([0.5], []), c=constant([2.0], []))
        row(f"huber_loss/{reduction}-delta", f"y = huber_loss(x, c, {r}, delta=0.5)", x=near, c=zero)
        i, ignored, weight = indices([2, 0, 0, 1]), indices([2, -100, 0, 1]), bell(37, 3)
        positive = constant([0.5, 2.0, 0.25])
        for op, arguments in [("nll_loss", [""]), ("cross_entropy", ["", ", label_smoothing=0.1"])]:
            for k, smoothing in enumerate(arguments):
                tag = f"{reduction}{'-smooth' if k else ''}"
                row(f"{op}/{tag}", f"y = {op}(x, i, {r}{smoothing})", x=x, i=i)
                row(f"{op}/{tag}-ignored", f"y = {op}(x, i, {r}{smoothing})", x=x, i=ignored)
                row(f"{op}/{tag}-weight", f"y = {op}(x, i, weight=w, {r}{smoothing})", x=x, i=ignored, w=positive)
                row(f"{op}/{tag}-index", f"y = {op}(x, i, ignore_index=0, {r}{smoothing})", x=x, i=i)
                row(f"{op}/{tag}-all-ignored", f"y = {op}(x, i, {r}{smoothing})", x=x, i=indices([-100] * 4))
                row(f"{op}/{tag}-one-row", f"y = {op}(x, i, w, {r}{smoothing})", x=bell(38, 3), i=indices([1], []), w=positive)
        row(f"cross_entropy/{reduction}-large", f"y = cross_entropy(x, i, {r})",
            x=tensor([1000.0, 0.0, -1000.0, -INF, 0.0, 1.0], [2, 3]), i=indices([0, 1]))
        op = "binary_cross_entropy_with_logits"
        t01 = tensor([0.0, 1.0, 0.5, 1.0, 0.0, 0.25, 1.0, 0.0, 1.0, 0.75, 0.0, 1.0], [4, 3])
        row(f"{op}/{reduction}", f"y = {op}(x, c, {r})", x=x, c=t01)
        row(f"{op}/{reduction}-weight", f"y = {op}(x, c, w, {r})", x=x, c=t01, w=positive)
        row(f"{op}/{reduction}-weights", f"y = {op}(x, c, weight=w, {r})", x=x, c=t01, w=constant([0.5, 1, 2, 3], [4, 1]))
        row(f"{op}/{reduction}-positive", f"y = {op}(x, c, {r}, pos_weight=w)", x=x, c=t01, w=positive)
        row(f"{op}/{reduction}-both", f"y = {op}(x, c, w, {r}, pos_weight=w)", x=x, c=t01, w=positive)
        row(f"{op}/{reduction}-special", f"y = {op}(x, c, {r})", x=tensor(SPECIAL), c=constant([k % 2 for k in range(23)]))


def ranks():
    x, w, rows = bell(50, 2, 3, 2), bell(51, 2, 1, 3, 2), bell(52, 3, 2)
    row("rank/broadcast", ["z = x * w", "y = z + v"], x=x, w=w, v=bell(53, 3, 1))
    for op in ["sum", "mean", "amax", "amin", "var", "logsumexp"]:
        row(f"rank/{op}", f"y = {op}(w, dim=(0, -2))", w=w)
        row(f"rank/{op}-keep", f"y = {op}(x, dim=1, keepdim=True)", x=x)
    row("rank/prod", "y = prod(w, dim=2)", w=w)
    for op in ["softmax", "log_softmax"]:
        row(f"rank/{op}", f"y = {op}(w, dim=2)", w=w)
        row(f"rank/{op}-first", f"y = {op}(x, dim=0)", x=x)
    row("rank/layer_norm", "y = layer_norm(w, (3, 2), g, b)", w=w, g=rows, b=bell(54, 3, 2))
    row("rank/linear", "y = linear(w, m, b)", w=w, m=bell(55, 4, 2), b=bell(56, 4))
    row("rank/embedding", "y = embedding(i, m)", i=indices([2, 0, 2, 1, 1, 2], [1, 3, 2]), m=rows)
    row("rank/cat", "y = cat((x, v), dim=1)", x=x, v=bell(57, 2, 1, 2))
    row("rank/reshape", ["z = reshape(w, (3, -1, 2))", "y = reshape(z, (2, 1, 1, 2, 3))"], w=w)
    row("rank/mse_loss", "y = mse_loss(x, w)", x=x, w=w)
    row("rank/binary_cross_entropy_with_logits", "y = binary_cross_entropy_with_logits(x, c, w, pos_weight=p)",
        x=x, c=constant([k % 2 for k in range(12)], [2, 3, 2]), w=constant([1.0, 2.0, 3.0], [3, 1]), p=constant([0.5, 2.0]))


def graphs():
    row("graph/no-dependence", ["u = x * 2", "y = sum(w)"], x=bell(40, 3), w=bell(41, 2))
    row("graph/zero-dependence", ["u = w * 0", "y = sum(u)"], x=bell(40, 3), w=bell(41, 2))
    row("graph/alias", ["u = x", "v = tanh(u)", "y = v"], x=bell(40, 3))
    row("graph/diamond", ["a = x * x", "b = tanh(a)", "c = a * b", "y = sum(c + a)"], x=bell(42, 3, 3))
    row("graph/notebook", ["z = 2*x + 2 - x", "q = relu(z) + z*tanh(x)", "h = relu(z*z)", "y = tanh(-h + q + q*x)"],
        x=tensor([-0.37], []))
    row("graph/mlp", ["h = tanh(linear(x, w, b))", "s = h @ v", "y = cross_entropy(s, i, label_smoothing=0.1)"],
        x=bell(43, 8, 5), w=bell(44, 7, 5), b=bell(45, 7), v=bell(46, 7, 4), i=indices([0, 3, 1, 2, 0, 0, 3, 1]))
    row("graph/constant-statement", ["c = w * 2", "y = sum(c * x)"], x=bell(47, 3), w=constant([1.0, 2.0, 3.0]))
    row("graph/negative-zero", ["z = x * 1", "y = reciprocal(z)"], x=tensor([-0.0, 0.0]))


def refusals():
    m, v, s, i = bell(1, 2, 3), bell(2, 4), tensor([1.0], []), indices([0, 5])
    for name, program in [("matmul", "y = x @ x"), ("matmul-scalar", "y = x @ s"), ("broadcast", "y = x + v"),
                          ("maximum", "y = maximum(x, v)"), ("pow_tensor", "y = x ** v"), ("reshape", "y = reshape(x, (4, 2))"),
                          ("reshape-two-unknown", "y = reshape(x, (-1, -1))"), ("reshape-rest", "y = reshape(x, (4, -1))"),
                          ("cat", "y = cat((x, v))"), ("cat-dim", "y = cat((x, x), dim=2)"), ("cat-scalar", "y = cat((s, s))"),
                          ("index-at", "y = x[2]"), ("index-rows", "y = x[i]"), ("index-column", "y = x[:, 3]"),
                          ("index-many", "y = x[0, 0, 0]"), ("sum-dim", "y = sum(x, dim=2)"), ("sum-twice", "y = sum(x, dim=(0, 0))"),
                          ("mean-dim", "y = mean(x, dim=-3)"), ("var-dim", "y = var(x, dim=2)"), ("prod-dim", "y = prod(x, dim=2)"),
                          ("amax-dim", "y = amax(x, dim=2)"), ("amax-empty", "y = amax(x[:, 3:], dim=1)"),
                          ("amin-empty", "y = amin(x[2:])"), ("softmax-dim", "y = softmax(x, dim=2)"),
                          ("log_softmax-dim", "y = log_softmax(x, -3)"), ("logsumexp-dim", "y = logsumexp(x, 2)"),
                          ("clamp", "y = clamp(x)"), ("linear", "y = linear(x, x.T)"), ("linear-bias", "y = linear(x, x, v)"),
                          ("linear-scalar", "y = linear(s, x)"), ("embedding", "y = embedding(i, x)"),
                          ("embedding-vector", "y = embedding(i, v)"), ("layer_norm", "y = layer_norm(x, (2,))"),
                          ("layer_norm-weight", "y = layer_norm(x, (3,), v)"), ("layer_norm-nothing", "y = layer_norm(x, ())"),
                          ("mse_loss", "y = mse_loss(x, v)"), ("l1_loss", "y = l1_loss(x, v)"), ("huber_loss", "y = huber_loss(x, v)"),
                          ("huber_loss-delta", "y = huber_loss(x, x, delta=-1.0)"),
                          ("nll_loss-class", "y = nll_loss(x, i)"), ("cross_entropy-class", "y = cross_entropy(x, i)"),
                          ("cross_entropy-rows", "y = cross_entropy(x, i[0:1])"), ("cross_entropy-weight", "y = cross_entropy(x, i[0:1], v)"),
                          ("cross_entropy-smoothing", "y = cross_entropy(x[0], i[0], label_smoothing=1.5)"),
                          ("nll_loss-weight", "y = nll_loss(x, i, v)"), ("nll_loss-rows", "y = nll_loss(x, i[0:1])"),
                          ("binary_cross_entropy", "y = binary_cross_entropy_with_logits(x, v)"),
                          ("binary_cross_entropy-broadcast", "y = binary_cross_entropy_with_logits(x, x[0:1])"),
                          ("binary_cross_entropy-pos", "y = binary_cross_entropy_with_logits(x, x, pos_weight=v)")]:
        refused(f"refused/{name}", program, x=m, v=v, s=s, i=i)


NAMES = {name: getattr(F, name, None) or getattr(torch, name) for name in """pow matmul square reciprocal neg abs exp expm1 log
    log1p sqrt rsqrt sin cos tanh sigmoid relu leaky_relu elu gelu silu softplus erf clamp maximum minimum reshape cat sum mean
    amax amin prod logsumexp var softmax log_softmax linear embedding layer_norm mse_loss l1_loss huber_loss nll_loss
    cross_entropy binary_cross_entropy_with_logits""".split()}


def leaves(inputs, dtype):
    made = {}
    for name, given in inputs.items():
        if "indices" in given:
            made[name] = torch.tensor(given["indices"], dtype=torch.int64).reshape(given["shape"])
        else:
            made[name] = torch.tensor(given["values"], dtype=dtype).reshape(given["shape"])
            made[name].requires_grad_(given["requires_grad"])
    return made


def run(program, inputs, dtype):
    names = {**NAMES, **leaves(inputs, dtype)}
    statements = []
    for line in program:
        name, expression = line.split(" = ", 1)
        names[name] = eval(expression, {"__builtins__": {}}, names)  # rows of this file only
        statements.append(name)
        if names[name].requires_grad:
            names[name].retain_grad()
    return names, statements


def shortest(value, dtype):
    """The shortest decimal that reads back as the same value of the type."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if dtype == torch.float64:
        return int(value) if value.is_integer() and abs(value) < 1e15 and str(value) != "-0.0" else value
    for digits in range(1, 10):
        short = float(f"{value:.{digits}g}")
        try:
            if struct.pack("f", short) == struct.pack("f", value):
                return shortest(short, torch.float64)
        except OverflowError:  # rounded up beyond the largest float
            continue
    return value


def written(tensor, dtype):
    if tensor is None:
        return None
    return {"shape": list(tensor.shape), "values": [shortest(v, dtype) for v in tensor.detach().reshape(-1).tolist()]}


def record(id, program, inputs):
    entry = {"id": id, "program": program, "inputs": {name: dict(given) for name, given in inputs.items()}}
    for given in entry["inputs"].values():
        if "values" in given:
            given["values"] = [shortest(float(v), torch.float64) for v in given["values"]]
    if id in ULP:
        entry["ulp"] = dict(zip(("value", "grad", "scale", "because"), ULP[id]))
    for dtype in (torch.float64, torch.float32):
        names, statements = run(program, inputs, dtype)
        root = names[statements[-1]]
        cotangent = [1.0] if root.dim() == 0 else [(-1) ** k * (0.5 + k % 5 * 0.25) for k in range(root.numel())]
        entry["cotangent"] = cotangent
        root.backward(torch.tensor(cotangent, dtype=dtype).reshape(root.shape))
        wanted = [n for n, g in inputs.items() if g.get("requires_grad")]
        wanted += [n for n in statements if names[n].requires_grad]
        entry[str(dtype)[6:]] = {
            "value": {n: written(names[n], dtype) for n in statements},
            "grad": {n: written(names[n].grad, dtype) for n in wanted},
        }
    return entry


def main():
    torch.set_num_threads(1)
    torch.backends.mkldnn.set_flags(False)  # as the twin computes: its convolutions are wrong there
    for group in (elementwise, binary, products, shapes, reductions, layers, losses, ranks, graphs, refusals):
        group()
    rows = [record(*r) for r in ROWS]
    for id, program, inputs in REFUSED:
        try:
            run(program, inputs, torch.float64)
        except (RuntimeError, IndexError, ValueError, TypeError):
            rows.append({"id": id, "program": program, "inputs": inputs, "refused": True})
        else:
            raise SystemExit(f"{id}: PyTorch accepts {program}")
    ids = [r["id"] for r in rows]
    twice = {id for id in ids if ids.count(id) > 1}
    if twice:
        raise SystemExit(f"ids given twice: {twice}")
    header = {"torch": torch.__version__, "cpu_capability": torch.backends.cpu.get_cpu_capability(),
              "script": "reference-scripts/twin_reference.py"}
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(r, allow_nan=False, separators=(",", ":")) for r in rows)
    TARGET.write_text(f'{{"recorded": {json.dumps(header)},\n"rows": [\n{lines}\n]}}\n')
    print(f"{TARGET.name}: {len(rows)} rows")


if __name__ == "__main__":
    main()
