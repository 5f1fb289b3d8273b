"""Writes torch-table.json: PyTorch's own values and gradients for every op of the matrix engine, in both dtypes.

    python torch_table.py > torch-table.json

One case a line. Inputs are exact in float32, so that both dtypes see the same numbers. "atol" is in units of the
dtype's epsilon and is given only where a sum or a difference can cancel.
"""

import json
import math
import sys
import warnings

import torch
import torch.nn.functional as F

warnings.simplefilter("ignore")
inf, nan = float("inf"), float("nan")
gen = torch.Generator().manual_seed(20240607)


def rand(*shape, scale=4.0, low=None):
    """Multiples of 1/256 in [-scale, scale), or in [low, low + scale)."""
    x = torch.randint(-256, 256, shape, generator=gen).double() / 256
    return x * scale if low is None else low + x.abs() * scale


def number(x):
    return x if math.isfinite(x) else ("NaN" if x != x else "Infinity" if x > 0 else "-Infinity")


def flat(t):
    return [number(float(repr_shortest(v, t.dtype))) for v in t.detach().reshape(-1)]


def repr_shortest(v, dtype):
    x = v.item()
    if dtype == torch.float64 or not math.isfinite(x):
        return repr(x)
    texts = (f"{x:.{digits}g}" for digits in range(1, 10))
    return next(text for text in texts if torch.tensor(float(text), dtype=dtype) == v)


def case(op, f, *inputs, atol=0, grad=None, **attributes):
    for dtype in (torch.float64, torch.float32):
        xs = [torch.as_tensor(x, dtype=torch.float64).detach().to(dtype).clone() for x in inputs]
        needs = grad or [True] * len(xs)
        for x, need in zip(xs, needs):
            x.requires_grad_(need)
        y = f(*xs)
        g = torch.randint(1, 64, y.shape, generator=gen).to(dtype) / 16
        y.backward(g)
        row = {
            "op": op,
            "dtype": str(dtype)[6:],
            "attributes": attributes,
            "inputs": [{"shape": list(x.shape), "values": flat(x), "grad": x.requires_grad} for x in xs],
            "cotangent": flat(g),
            "shape": list(y.shape),
            "value": flat(y),
            "grads": [None if x.grad is None else flat(x.grad) for x in xs],
            "atol": atol,
        }
        lines.append(json.dumps(row, separators=(",", ":")))


lines = []

# Special values: zeros of both signs, units, a small and a large number, both infinities, NaN.
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 9.5, -9.5, 40.0, -40.0, 1000.0, -1000.0, 2.0**-20, inf, -inf, nan]
POSITIVE = [0.0, -0.0, 1.0, 0.25, 2.0, 3.5, 1000.0, 2.0**-20, 2.0**100, inf, -1.0, nan]

UNARY = {
    "neg": torch.neg, "square": torch.square, "reciprocal": torch.reciprocal, "abs": torch.abs, "exp": torch.exp,
    "expm1": torch.expm1, "sin": torch.sin, "cos": torch.cos, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
    "relu": torch.relu, "silu": F.silu, "erf": torch.erf,
}
for name, f in UNARY.items():
    cancel = 8 if name in ("tanh", "silu", "sigmoid") else 0
    # sigmoid keeps its tails exactly, where nothing cancels.
    case(name, f, SPECIAL, atol=0 if name == "sigmoid" else cancel)
    case(name, f, rand(3, 4), atol=cancel)
    case(name, f, rand(2, 5, scale=0.125), atol=0)
    case(name, f, 0.75)
    case(name, f, rand(2, 3, scale=64.0), atol=cancel)
for name, f in {"log": torch.log, "log1p": torch.log1p, "sqrt": torch.sqrt, "rsqrt": torch.rsqrt}.items():
    case(name, f, POSITIVE)
    case(name, f, rand(3, 4, low=0.125))

for slope in (0.01, -0.5, 0.0):
    case("leaky_relu", lambda x: F.leaky_relu(x, slope), SPECIAL, slope=slope)
for alpha in (1.0, 0.3, -2.0):
    case("elu", lambda x: F.elu(x, alpha), SPECIAL, alpha=alpha)
    case("elu", lambda x: F.elu(x, alpha), rand(3, 4), alpha=alpha)
for beta, threshold in ((1.0, 20.0), (2.0, 5.0), (0.3, 1.0)):
    case("softplus", lambda x: F.softplus(x, beta, threshold), SPECIAL, beta=beta, threshold=threshold)
    case("softplus", lambda x: F.softplus(x, beta, threshold), rand(3, 4, scale=32.0), beta=beta, threshold=threshold)
for approximate in ("none", "tanh"):
    # PyTorch's gelu of +infinity is infinity in one loop and NaN in another, by position in the array: left out.
    case("gelu", lambda x: F.gelu(x, approximate=approximate), [x for x in SPECIAL if x != inf], atol=8, approximate=approximate)
    case("gelu", lambda x: F.gelu(x, approximate=approximate), rand(3, 4), atol=8, approximate=approximate)
for lo, hi in ((-1.0, 1.0), (0.5, None), (None, 0.5), (1.0, -1.0), (0.1, 0.3)):
    case("clamp", lambda x: torch.clamp(x, lo, hi), SPECIAL, min=lo, max=hi)

for e in (0.0, 1.0, 2.0, 3.0, 4.0, 0.5, -1.0, -0.5, -2.0, -3.0, 1.5, 2.5, 0.1, inf, -inf, nan):
    case("pow_number", lambda x: x**e, [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, inf, -inf, nan], exponent=number(e))
    if math.isfinite(e):
        case("pow_number", lambda x: x**e, rand(2, 3, low=0.125), exponent=e)

BINARY = {
    "add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div,
    "maximum": torch.maximum, "minimum": torch.minimum, "pow": torch.pow,
}
EDGES = [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 3.0, inf, -inf, nan]
SHAPES = [((3, 4), (3, 4)), ((3, 4), (4,)), ((4,), (3, 4)), ((3, 4), (3, 1)), ((3, 1), (1, 4)), ((3, 4), ()),
          ((), (3, 4)), ((), ()), ((3,), (3,)), ((1,), (3,)), ((1, 1), (5,)), ((1, 4), (3, 4)), ((3, 4), (1, 1)),
          ((3, 1), (4,)), ((2, 1), (1,)), ((0, 3), (3,)), ((0, 3), (1, 1))]
for name, f in BINARY.items():
    left = [a for a in EDGES for _ in EDGES]
    case(name, f, left, EDGES * len(EDGES))
    for a, b in SHAPES:
        low = 0.125 if name in ("div", "pow") else None
        atol = 0 if low is None and name not in ("sub",) else 16
        case(name, f, rand(*a, low=low), rand(*b, low=low), atol=max(atol, 16))

for a, b in [((2, 3), (3, 4)), ((7, 2), (2, 3)), ((2, 9), (9, 5)), ((1, 3), (3, 1)), ((3, 1), (1, 3)), ((3,), (3,)),
             ((3,), (3, 4)), ((2, 3), (3,)), ((13, 17), (17, 11)), ((40, 3), (3, 50)), ((2, 0), (0, 3)),
             ((0, 3), (3, 2)), ((2, 3), (3, 0))]:
    case("matmul", torch.matmul, rand(*a), rand(*b), atol=32)
case("matmul_left_transposed", lambda a, b: a.T @ b, rand(5, 2), rand(5, 3), atol=32)
case("matmul_right_transposed", lambda a, b: a @ b.T, rand(5, 2), rand(3, 2), atol=32)
case("matmul_itself", lambda a: a @ a, rand(3, 3), atol=64)
case("matmul_gram", lambda a: a.T @ a, rand(5, 3), atol=64)
case("matmul", torch.matmul, [[0.0, 1.0], [inf, nan]], [[inf, 1.0], [2.0, 0.0]])

case("reshape", lambda x: x.reshape(4, 3), rand(3, 4), shape=[4, 3])
case("reshape", lambda x: x.reshape(-1), rand(3, 4), shape=[-1])
case("reshape", lambda x: x.reshape(2, -1), rand(12), shape=[2, -1])
case("reshape", lambda x: x.reshape(()), rand(1, 1), shape=[])
case("reshape", lambda x: x.reshape(1), 2.5, shape=[1])
case("transpose", lambda x: x.T, rand(3, 4))
case("transpose", lambda x: x.T, rand(4))


def index(text, x, **given):
    scope = {k: torch.tensor(v) for k, v in given.items()}
    case("index", lambda x: eval("x[" + text + "]", {"x": x, **scope}), x, at=text,
         arrays={k: {"shape": list(v.shape), "positions": v.reshape(-1).tolist()} for k, v in scope.items()})


for text in ("0", "-1", "1:", ":-1", "::2", "1::3", "-3:-1", "5:2", "2:100", "-100:2", ":"):
    index(text, rand(5))
    index(text, rand(5, 3))
    index(":, " + text.replace("5", "2"), rand(2, 5))
for text in ("0, 0", "-1, 1:", "1:, -2", "::2, 1::2", "2:2, :", "1:3, 0:2"):
    index(text, rand(5, 4))
index("i", rand(4), i=[3, 0, 0, -1])
index("i", rand(4), i=[[3, 0], [0, 1]])
index("i", rand(4, 3), i=[2, 2, 0, 2])
index("i", rand(4, 3), i=2)
index(":, i", rand(2, 4), i=[3, 3, 0])
index("1:, i", rand(3, 4), i=[3, 3, 0])
index("i, 1:", rand(3, 4), i=[2, 2, 0])
index("i, 1", rand(3, 4), i=[2, 2, 0])
index("1, i", rand(3, 4), i=[2, 2, 0])
index("i, j", rand(3, 4), i=[2, 2, 0, 2], j=[1, 1, 3, 0])
index("i, j", rand(3, 4), i=[[2], [0]], j=[1, 1, 3])
index("i, j", rand(3, 4), i=[2, 1], j=3)
index("i", [inf, nan, 1.0], i=[2, 2])

for dim in (0, 1, -1):
    case("cat", lambda a, b, c: torch.cat([a, b, c], dim=dim), rand(2, 3), rand(2, 3), rand(2, 3), dim=dim)
case("cat", lambda a, b: torch.cat([a, b], dim=0), rand(2, 3), rand(1, 3), dim=0)
case("cat", lambda a, b: torch.cat([a, b], dim=1), rand(2, 3), rand(2, 1), dim=1)
case("cat", lambda a, b: torch.cat([a, b], dim=0), rand(2), rand(3), dim=0)
case("cat_itself", lambda a: torch.cat([a, a], dim=1), rand(2, 3), dim=1)

DIMS = [None, [0], [1], [-1], [0, 1]]
for name in ("sum", "mean", "amax", "amin", "logsumexp", "prod", "var"):
    f = getattr(torch, name)
    for dims in DIMS:
        for keep in (False, True):
            if (dims is None and (keep or name == "logsumexp")) or (name == "prod" and dims == [0, 1]):
                continue
            kw = {} if dims is None else {"dim": dims[0] if name == "prod" else tuple(dims), "keepdim": keep}
            at = {"dims": dims or [], "keepdim": keep}
            corrections = (1.0, 0.0, 0.5, 3.0, 4.0, 12.0, 20.0) if name == "var" else (None,)
            for c in corrections:
                extra = {} if c is None else {"correction": c}
                run = lambda x: f(x, **kw, **extra)
                case(name, run, rand(3, 4), atol=16, **at, **extra)
                case(name, run, rand(4, 1), atol=16, **at, **extra)
                if c in (None, 1.0):
                    case(name, run, [[1.0, inf, 2.0], [nan, 3.0, 3.0]], **at)if name != "var" else None
                    case(name, run, [[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]], atol=16, **at, **extra)
                    case(name, run, [[0.0, 3.0, 0.0], [2.0, 0.0, 4.0]], atol=16, **at, **extra)
                    case(name, run, [[0.0, inf, 1.0], [2.0, 5.0, 4.0]], **at)if name == "prod" else None
                    case(name, run, [[-inf, -inf], [1000.0, -1000.0]], **at)if name != "var" else None
                    case(name, run, [[inf, inf], [-inf, 1.0]], **at)if name != "var" else None
                    if not (name in ("amax", "amin") and (dims is None or 0 in dims)):
                        case(name, run, torch.zeros(0, 3), **at, **extra)
    kw = {"dim": 0} if name == "logsumexp" else {}
    case(name, lambda x: f(x, **kw), 2.5, dims=[], keepdim=False, correction=1.0)
    case(name, lambda x: f(x, **kw), [2.5], dims=[], keepdim=False, correction=1.0)
    case(name, lambda x: f(x, dim=0), rand(7), dims=[0], keepdim=False, correction=1.0, atol=32)
case("prod", torch.prod, [0.0, nan, 0.0], dims=[], keepdim=False)
case("prod", torch.prod, [0.0, inf], dims=[], keepdim=False)
case("var", torch.var, [1.0, inf, 2.0], dims=[], keepdim=False, correction=1.0)
case("sum", torch.sum, rand(300), dims=[], keepdim=False, atol=400)
case("sum", torch.sum, [3e38, 3e38, -3e38], dims=[], keepdim=False)

for name, f in (("softmax", torch.softmax), ("log_softmax", torch.log_softmax)):
    for dim in (0, 1, -1):
        for x in (rand(3, 4), [[1000.0, -1000.0], [1000.0, 999.0]], [[-inf, 1.0], [-inf, -inf]], [[inf, 1.0], [2.0, 3.0]],
                  torch.zeros(0, 3), rand(2, 1), [[0.0, 100.0, nan], [-100.0, 100.0, 3.0]]):
            case(name, lambda x: f(x, dim), x, dim=dim, atol=16)
    case(name, lambda x: f(x, 0), 2.0, dim=0)
    case(name, lambda x: f(x, -1), rand(5), dim=-1, atol=16)

case("linear", F.linear, rand(5, 3), rand(2, 3), rand(2), atol=32)
case("linear", F.linear, rand(5, 3), rand(2, 3), atol=32)
case("linear", F.linear, rand(3), rand(4, 3), rand(4), atol=32)
case("linear", F.linear, rand(5, 3), rand(3), atol=32)
case("linear", F.linear, torch.zeros(0, 3), rand(2, 3), rand(2), atol=32)
for i in ([0, 2, 0, 2, 2], 1, [3]):
    for padding in (None, 0, 2, -2):
        t = torch.tensor(i)
        case("embedding", lambda w: F.embedding(t, w, padding_idx=padding), rand(4, 3), padding=padding,
             indices={"shape": list(t.shape), "positions": t.reshape(-1).tolist()})
case("embedding", lambda w: F.embedding(torch.tensor([1, 1]), w), [[inf, nan], [1.0, 2.0]], padding=None,
     indices={"shape": [2], "positions": [1, 1]})
for eps in (1e-5, 0.5):
    ln = lambda *shape: (lambda x, w=None, b=None: F.layer_norm(x, shape, w, b, eps))
    case("layer_norm", ln(4), rand(3, 4), rand(4), rand(4), shape=[4], eps=eps, atol=64)
    case("layer_norm", ln(4), rand(3, 4), shape=[4], eps=eps, atol=64)
    case("layer_norm", ln(4), rand(3, 4), rand(4), shape=[4], eps=eps, atol=64)
    case("layer_norm", ln(3, 4), rand(3, 4), rand(3, 4), rand(3, 4), shape=[3, 4], eps=eps, atol=64)
    case("layer_norm", ln(5), rand(5), rand(5), rand(5), shape=[5], eps=eps, atol=64)
    case("layer_norm", ln(3), torch.zeros(0, 3), rand(3), rand(3), shape=[3], eps=eps)
case("layer_norm", lambda x: F.layer_norm(x, (2,), eps=1e-5), [[1.0, 1.0], [2.0, 3.0]], shape=[2], eps=1e-5, atol=16)

PAIRS = [(rand(3, 4), rand(3, 4)), (rand(5), rand(5)), (1.5, 0.25), ([1.0, 2.0, 1.0, 1.0, -3.0, inf, inf, nan],
         [1.0, 0.5, 2.0, 0.0, 1.0, 1.0, inf, 1.0]), (rand(3, 4), rand(4)), (torch.zeros(0), torch.zeros(0))]
for reduction in ("none", "mean", "sum"):
    for x, t in PAIRS:
        case("mse_loss", lambda x, t: F.mse_loss(x, t, reduction=reduction), x, t, reduction=reduction, atol=64)
        case("l1_loss", lambda x, t: F.l1_loss(x, t, reduction=reduction), x, t, reduction=reduction, atol=16)
        for delta in (1.0, 0.3):
            case("huber_loss", lambda x, t: F.huber_loss(x, t, reduction=reduction, delta=delta), x, t,
                 reduction=reduction, delta=delta, atol=16)
    logits = [[inf, -inf, 1000.0], [-1000.0, 30.0, -30.0], [0.0, 1.5, -2.5]]
    for t in ([[1.0, 0.0, 1.0]] * 3, [[0.0, 0.0, 0.0]] * 3, [[0.5, 0.25, 0.5]] * 3):
        for w, p in ((None, None), ([0.5, 2.0, 1.0], None), (None, [2.0, 0.5, 3.0]), ([[0.5], [1.0], [2.0]], [2.0])):
            xs = [logits[1:] if reduction != "none" else logits, t[1:] if reduction != "none" else t]
            names = [n for n, v in (("weight", w), ("pos_weight", p)) if v is not None]
            if w is not None and isinstance(w[0], list) and reduction != "none":
                w = w[1:]
            ws = [v for v in (w, p) if v is not None]
            case("bce", lambda x, t, *v: F.binary_cross_entropy_with_logits(
                x, t, reduction=reduction, **dict(zip(names, v))), *xs, *ws, atol=64,
                grad=[True, True] + [False] * len(ws), names=names, reduction=reduction)
    for rows, targets in ((4, [2, 0, 2, 1]), (4, [2, -100, 1, -100]), (4, [-100] * 4), (4, [1, 0, 2, 1]), (0, [])):
        for w in (None, [0.5, 2.0, 0.25], [1.0, 0.0, 3.0]):
            for ignore in (-100, 1):
                if ignore == 1 and -100 in targets:
                    continue
                for smoothing in (None, 0.0, 0.1, 1.0):
                    t = torch.tensor(targets, dtype=torch.long)
                    name = "nll_loss" if smoothing is None else "cross_entropy"
                    extra = {} if smoothing is None else {"label_smoothing": smoothing}
                    x = rand(rows, 3)
                    case(name, lambda x, *w: getattr(F, name)(x, t, *w, ignore_index=ignore, reduction=reduction, **extra),
                         x, *([] if w is None else [w]), grad=[True, False], atol=64, targets=targets, ignore=ignore,
                         reduction=reduction, smoothing=smoothing or 0.0)
    for smoothing in (0.0, 0.2):
        for x in ([[1000.0, -1000.0, 0.0], [0.0, 1000.0, 999.0]], [[1.0, -inf, 2.0], [0.0, 0.0, 0.0]]):
            case("cross_entropy", lambda x: F.cross_entropy(x, torch.tensor([0, 2]), reduction=reduction,
                 label_smoothing=smoothing), x, atol=64, targets=[0, 2], ignore=-100, reduction=reduction,
                 smoothing=smoothing)
    case("cross_entropy", lambda x: F.cross_entropy(x, torch.tensor(1), reduction=reduction), rand(3), atol=16,
         targets=[1], ignore=-100, reduction=reduction, smoothing=0.0)
    case("nll_loss", lambda x: F.nll_loss(x, torch.tensor(1), reduction=reduction), rand(3), targets=[1], ignore=-100,
         reduction=reduction, smoothing=0.0)

case("shared", lambda x: x * x + x.tanh() * x, rand(2, 3), atol=16)

# Any rank.
for name in ("add", "sub", "mul", "div", "maximum", "pow"):
    low = 0.125 if name in ("div", "pow") else None
    for a, b in [((2, 3, 4), (3, 1)), ((2, 1, 3), (4, 1)), ((2, 3, 4), (2, 1, 4)), ((2, 1, 2, 1), (3, 1, 2)),
                 ((0, 2, 3), (2, 1)), ((2, 2, 3), (2, 3)), ((1, 3), (2, 2, 1, 3))]:
        case(name, BINARY[name], rand(*a, low=low), rand(*b, low=low), atol=16)

for a, b in [((2, 3, 4), (4, 5)), ((2, 3, 4), (2, 4, 5)), ((2, 1, 3, 4), (3, 4, 2)), ((3, 4), (2, 4, 5)), ((4,), (2, 4, 3)),
             ((2, 3, 4), (4,)), ((2, 2, 3, 4), (4,)), ((0, 2, 3), (3, 2)), ((2, 0, 3), (2, 3, 2)), ((1, 2, 3), (4, 3, 2)),
             ((2, 3, 0), (2, 0, 2)), ((0, 2, 3), (0, 3, 2)), ((2, 3, 9), (2, 9, 17))]:
    case("matmul", torch.matmul, rand(*a), rand(*b), atol=32)

for order in ((2, 0, 1), (0, 2, 1), (-1, 1, 0), (0, 1, 2)):
    case("permute", lambda x: x.permute(order), rand(2, 3, 4), order=order)
case("permute", lambda x: x.permute(3, 1, 0, 2), rand(2, 3, 1, 4), order=[3, 1, 0, 2])
case("permute", lambda x: x.permute(2, 0, 1), torch.zeros(2, 0, 3), order=[2, 0, 1])
for a, b in [((3, 1), (2, 3, 4)), ((), (2, 2)), ((2, 1, 3), (2, 2, 3)), ((1, 3), (1, 3)), ((1, 2, 1), (3, 2, 2)), ((1, 2), (0, 2))]:
    case("expand", lambda x: x.expand(b), rand(*a), shape=b, atol=16)

for m, a, b in [((2, 3), (2, 3), (2, 3)), ((3,), (2, 3), ()), ((2, 1), (3,), (1, 1)), ((2, 2, 3), (2, 1, 3), (3,)), ((), (2,), (2,)),
                ((0, 3), (3,), (1, 3))]:
    mask = torch.randint(0, 2, m, generator=gen).bool()
    at = {"mask": {"shape": list(m), "positions": mask.long().reshape(-1).tolist()}}
    case("where", lambda x, y: torch.where(mask, x, y), rand(*a), rand(*b), atol=16, **at)
    case("masked_fill", lambda x: x.masked_fill(mask, -inf), rand(*a), number=number(-inf), atol=16, **at)

for x, dims in [(rand(2, 3, 4), (0, 1, 2, -1)), (rand(300), (0,)), ([[1.0, inf, -inf, 2.0], [nan, 1.0, 0.0, -0.0]], (0, 1)), (2.5, (0,)),
                ([1.0] + [2.0**-24] * 8, (0,)), (torch.zeros(2, 0, 3), (0, 1)), ([3e38, 3e38, -3e38], (0,))]:
    for dim in dims:
        case("cumsum", lambda x: x.cumsum(dim), x, dim=dim, atol=64)

for dim in (0, 1, -1):
    shapes = [[2, 3, 4], [2, 3, 4]]
    shapes[1][dim] = 1
    case("cat", lambda a, b: torch.cat([a, b], dim=dim), *(rand(*shape) for shape in shapes), dim=dim)
index(":, 1", rand(2, 3, 2))
index("-1, :, ::2", rand(2, 2, 3))
index("i", rand(2, 3, 2), i=[1, 1, 0])

for name in ("sum", "mean", "amax", "amin", "logsumexp", "prod", "var"):
    f = getattr(torch, name)
    for dims in ([0], [1], [2], [0, 1], [0, 2], [-1, 1], [2, 1, 0]):
        if name == "prod" and len(dims) > 1:
            continue
        for keep in (False, True):
            run = lambda x: f(x, dim=dims[0] if name == "prod" else dims, keepdim=keep)
            at = {"dims": dims, "keepdim": keep, "correction": 1.0}
            case(name, run, rand(2, 3, 4), atol=32, **at)
            case(name, run, [[[1.0, 0.0], [1.0, 2.0], [0.0, 0.0]], [[2.0, 2.0], [1.0, 0.5], [3.0, 3.0]]], atol=32, **at)
        case(name, run, [[[1.0, inf], [nan, 2.0]], [[-inf, 0.0], [3.0, 1.0]]], **at) if name != "var" else None
    case(name, lambda x: f(x, dim=(1, 3)) if name != "prod" else f(x, dim=3), rand(2, 2, 3, 2), atol=32,
         dims=[1, 3] if name != "prod" else [3], keepdim=False, correction=1.0)
    case(name, lambda x: f(x, dim=2), torch.zeros(2, 0, 3), dims=[2], keepdim=False, correction=1.0)

for name, f in (("softmax", torch.softmax), ("log_softmax", torch.log_softmax)):
    for dim in (0, 1, 2, -2):
        case(name, lambda x: f(x, dim), rand(2, 3, 4), dim=dim, atol=16)
        case(name, lambda x: f(x, dim), [[[1000.0, -inf], [-1000.0, 2.0]], [[999.0, -inf], [0.0, 1.0]]], dim=dim, atol=16)
    case(name, lambda x: f(x, 1), torch.zeros(2, 0, 3), dim=1)
    case(name, lambda x: f(x, 1), torch.zeros(2, 3, 0), dim=1)

case("linear", F.linear, rand(2, 5, 3), rand(2, 3), rand(2), atol=32)
case("linear", F.linear, rand(2, 1, 2, 3), rand(4, 3), atol=32)
case("linear", F.linear, rand(2, 5, 3), rand(3), atol=32)
for padding in (None, 1):
    t = torch.tensor([[[0, 1], [2, 0]]])
    case("embedding", lambda w: F.embedding(t, w, padding_idx=padding), rand(3, 2), padding=padding,
         indices={"shape": list(t.shape), "positions": t.reshape(-1).tolist()})
ln = lambda *shape: (lambda x, w=None, b=None: F.layer_norm(x, shape, w, b, 1e-5))
case("layer_norm", ln(4), rand(2, 3, 4), rand(4), rand(4), shape=[4], eps=1e-5, atol=64)
case("layer_norm", ln(3, 4), rand(2, 3, 4), rand(3, 4), rand(3, 4), shape=[3, 4], eps=1e-5, atol=64)
case("layer_norm", ln(2, 3, 4), rand(2, 3, 4), shape=[2, 3, 4], eps=1e-5, atol=64)

for reduction in ("none", "mean", "sum"):
    case("mse_loss", lambda x, t: F.mse_loss(x, t, reduction=reduction), rand(2, 3, 4), rand(3, 1), reduction=reduction, atol=64)
    case("bce", lambda x, t, w, p: F.binary_cross_entropy_with_logits(x, t, w, reduction=reduction, pos_weight=p), rand(2, 3, 2),
         rand(2, 3, 2, low=0.0, scale=1.0), rand(3, 1, low=0.5), rand(2, low=0.5), grad=[True, True, False, False], atol=64,
         names=["weight", "pos_weight"], reduction=reduction)
    for shape in ((2, 3, 2), (2, 3, 1, 2), (2, 3, 0), (0, 3, 2)):
        t = torch.randint(0, 3, (shape[0], *shape[2:]), generator=gen)
        if t.numel():
            t.view(-1)[0] = -100
        for w in (None, [0.5, 2.0, 0.25]):
            for smoothing in (None, 0.0, 0.2):
                name = "nll_loss" if smoothing is None else "cross_entropy"
                extra = {} if smoothing is None else {"label_smoothing": smoothing}
                case(name, lambda x, *w: getattr(F, name)(x, t, *w, reduction=reduction, **extra), rand(*shape),
                     *([] if w is None else [w]), grad=[True, False], atol=64, targets=t.reshape(-1).tolist(), ignore=-100,
                     reduction=reduction, smoothing=smoothing or 0.0)

sys.stdout.write(json.dumps({"torch": torch.__version__, "script": "torch_table.py", "cases": len(lines)}) + "\n")
sys.stdout.write("\n".join(lines) + "\n")
