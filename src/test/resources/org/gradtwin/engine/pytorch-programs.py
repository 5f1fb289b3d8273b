"""Writes pytorch-programs.json: PyTorch's own numbers for small programs, at least three for each op.

    python pytorch-programs.py > pytorch-programs.json
"""

import json
import math
import sys

import torch
import torch.nn.functional as F

inf, nan = math.inf, math.nan
CASES = []


def case(name, program, cotangent=None, **inputs):
    """Inputs: nested floats require a gradient, ("const", …) do not, nested ints are indices, ("shape", …) are empty."""
    CASES.append((name, [line.strip() for line in program.split(";")], inputs, cotangent))


A = [[0.5, -1.25, 2.0], [-0.75, 1.5, 0.25]]
B = [[1.5, 0.5, -0.25], [2.25, -1.0, 0.75]]
P = [[0.5, 1.25, 2.0], [0.75, 1.5, 0.25]]
V = [0.75, -0.5, 1.25]
SPECIAL = [0.0, -0.0, inf, -inf, nan, 1.0, -1.0]

for name, op in [("add", "+"), ("sub", "-"), ("mul", "*"), ("div", "/")]:
    case(f"{name}-matrices", f"y = x {op} w", x=A, w=B)
    case(f"{name}-broadcast-row", f"y = x {op} v; z = v {op} x; q = y*z + y", x=A, v=V)
    case(f"{name}-broadcast-column", f"y = x {op} c", x=A, c=[[0.5], [-2.0]])
    case(f"{name}-outer", f"y = v {op} c", v=V, c=[[0.5], [-2.0]])
    case(f"{name}-number", f"y = x {op} 2.5; z = 3 {op} x; q = y + z", x=A)
    case(f"{name}-scalar", f"y = s {op} x; z = s {op} u; q = y*z", s=1.5, u=-0.25, x=A)
    case(f"{name}-special", f"y = x {op} w", x=SPECIAL, w=[inf, 0.0, 0.0, -inf, 1.0, nan, 0.0])
case("neg", "y = -x; z = neg(y); q = y*z", x=A)
case("neg-scalar", "y = -x**2", x=1.5)
case("neg-special", "y = -x", x=SPECIAL)
for p in ["2", "3", "0.5", "-1", "-2", "1.75", "0", "1", "-0.5"]:
    case(f"pow-{p}", f"y = x**{p}", x=P)
    case(f"pow-{p}-special", f"y = x**{p}", x=SPECIAL)
case("pow_tensor", "y = x**w", x=P, w=B)
case("pow_tensor-broadcast", "y = x**v; z = v**x; q = y + 2*z", x=P, v=[0.75, 0.5, 1.25])
case("pow_tensor-number-base", "y = 2**x; z = 0.5**y", x=A)
case("pow_tensor-zero-base", "y = 0**x", x=[0.0, 1.0, 2.5, -1.0])
case("pow_tensor-special", "y = x**w", x=SPECIAL + [0.0, 0.0, -2.0], w=[0.0, 0.0, 0.5, 2.0, 0.0, nan, inf, 2.0, -1.0, 3.0])
case("matmul", "y = x @ w", x=A, w=[[1.0, 0.5], [-0.25, 2.0], [1.5, -1.0]])
case("matmul-matrix-vector", "y = x @ v; z = y @ x; q = v @ v", x=A, v=V, cotangent=[2.0])
case("matmul-vector-matrix", "y = v @ x.T", x=A, v=V)
case("matmul-same", "y = x @ x.T", x=A)
case("matmul-function", "y = matmul(x, v)", x=A, v=("const", V))
case("matmul-inner-zero", "y = x @ w", x=("shape", [2, 0]), w=("shape", [0, 3]))
case("matmul-special", "y = x @ w", x=[[inf, 0.0], [1.0, 0.0]], w=[[0.0, 1.0], [nan, 2.0]])

UNARY = "square reciprocal abs exp expm1 log log1p sqrt rsqrt sin cos tanh sigmoid relu leaky_relu elu gelu silu softplus erf".split()
POSITIVE = {"log", "log1p", "sqrt", "rsqrt"}
for op in UNARY:
    case(op, f"y = {op}(x)", x=P if op in POSITIVE else A)
    case(f"{op}-scalar", f"y = {op}(x); z = y*x", x=0.375)
    # In float32 PyTorch's gelu(inf) is inf or NaN, depending on how many elements there are.
    case(f"{op}-special", f"y = {op}(x)", x=[0.0, -0.0, nan, 1.0, -1.0] if op == "gelu" else SPECIAL)
case("tanh-saturated", "y = tanh(x)", x=[18.0, -18.0, 0.0, 400.0])
case("sigmoid-saturated", "y = sigmoid(x)", x=[-30.0, 800.0, -800.0])
case("sigmoid-underflow", "y = sigmoid(x)", x=[-90.0])
case("silu-underflow", "y = silu(x)", x=[-90.0])
case("leaky_relu-slope", "y = leaky_relu(x, 0.25); z = leaky_relu(x, negative_slope=2)", x=A)
case("leaky_relu-slope-kinks", "y = leaky_relu(x, negative_slope=-0.5)", x=SPECIAL)
case("elu-alpha", "y = elu(x, alpha=0.5)", x=A)
case("elu-alpha-kinks", "y = elu(x, 2)", x=SPECIAL)
case("gelu-tanh", "y = gelu(x, approximate='tanh')", x=A)
case("gelu-tanh-special", "y = gelu(x, approximate='tanh')", x=[0.0, nan, 1.0, -1.0])
case("softplus-beta", "y = softplus(x, 2)", x=A)
case("softplus-threshold", "y = softplus(x, beta=3, threshold=4)", x=A)
case("clamp", "y = clamp(x, -1, 1)", x=A)
case("clamp-min", "y = clamp(x, min=0.25)", x=A)
case("clamp-max", "y = clamp(x, max=0.25)", x=A)
case("clamp-crossed", "y = clamp(x, 1, -1)", x=[-2.0, -1.0, 0.0, 1.0, 2.0])
case("clamp-special", "y = clamp(x, -1, 1)", x=SPECIAL)
case("clamp-min-special", "y = clamp(x, min=1)", x=SPECIAL)
for op in ["maximum", "minimum"]:
    case(op, f"y = {op}(x, w)", x=A, w=B)
    case(f"{op}-ties", f"y = {op}(x, v)", x=[[0.75, 1.0, 1.25], [0.75, -0.5, 2.0]], v=V)
    case(f"{op}-special", f"y = {op}(x, w)", x=SPECIAL, w=[-0.0, nan, inf, -inf, 1.0, nan, inf])
    case(f"{op}-same", f"y = {op}(x, x)", x=A)

case("reshape", "y = reshape(x, (3, 2)); z = y*y; q = reshape(z, (6,))", x=A)
case("reshape-infer", "y = reshape(x, (-1,)); z = reshape(exp(y), (2, -1))", x=A)
case("reshape-scalar", "y = reshape(x, ()); z = reshape(y*y, (1, 1))", x=[[1.5]])
case("reshape-empty", "y = reshape(x, (3, 0)); s = sum(y)", x=("shape", [0, 3]))
case("transpose", "y = x.T; z = y @ x", x=A)
case("transpose-twice", "y = x.T; z = y.T*x", x=A)
case("transpose-row", "y = x.T*w", x=[[1.0, 2.0]], w=[[3.0], [4.0]])
case("index-slice", "y = x[0:1]; z = x[:, 1:3]; w = x[1:]; q = z*z", x=A, cotangent=[1.0, 2.0, 3.0, 4.0])
case("index-step", "y = v[::2]; z = y*y", v=[1.0, 2.0, 3.0, 4.0, 5.0])
case("index-negative", "y = x[-1]; z = y[-2:]; w = z*y[0]", x=A)
case("index-integer", "y = x[0, 0]; z = x[1]; w = z*y", x=A)
case("index-column", "y = x[:, 1]; z = y*y", x=A)
case("index-gather", "y = p[rows, u]; z = log(y)", p=P, rows=[0, 1], u=[2, 0])
case("index-repeated", "y = x[i]; z = y*y", x=A, i=[1, 1, 0, 1])
case("index-mixed", "y = x[i, 1]; z = x[1, i]; w = y*z", x=A, i=[1, 0, 1])
case("index-matrix", "y = v[i]; z = y*y", v=V, i=[[0, 2], [2, -1]])
case("index-slice-gather", "y = x[:, i]; z = x[1:, i]; w = y*z", x=A, i=[0, 2, 2])
case("index-empty", "y = x[2:]; z = y*y; s = sum(z)", x=A)
case("index-unused-passes-zero", "y = log(x); z = y[0:1]", x=[2.0, 0.0])
case("cat", "y = cat((x, w)); z = y*y", x=A, w=B)
case("cat-columns", "y = cat((x, w, x), dim=1); z = y*y", x=A, w=("const", [[1.0], [2.0]]))
case("cat-vectors", "y = cat((v, w), dim=-1); z = exp(y)", v=V, w=[1.0])
case("cat-constant", "y = cat((v, c)); z = y*y + y", v=V, c=("const", [1.0]))
case("cat-empty", "y = cat((x, w)); z = y*y", x=A, w=("shape", [0, 3]))

for op in ["sum", "mean", "amax", "amin", "prod", "var", "logsumexp"]:
    whole = "dim=(0, 1)" if op == "logsumexp" else ""
    arguments = f"x, {whole}" if whole else "x"
    case(op, f"y = {op}({arguments}); z = y*y", x=A)
    case(f"{op}-rows", f"y = {op}(x, dim=1)", x=A)
    case(f"{op}-columns", f"y = {op}(x, dim=0, keepdim=True); z = x*y", x=A)
    case(f"{op}-last", f"y = {op}(x, dim=-1, keepdim=True); z = y*y", x=A)
    case(f"{op}-vector", f"y = {op}(v, dim=0)", v=[1.5, 0.5, -0.25, 2.25, -1.0, 0.75, 0.5, -2.0, 3.25])
    if op != "prod":
        case(f"{op}-both", f"y = {op}(x, dim=(1, 0), keepdim=True)", x=A)
    if op != "var":
        case(f"{op}-scalar", f"y = {op}(x, dim=0); z = y*x", x=1.5)
    for i, special in enumerate([[1.0, nan, 2.0], [1.0, inf, 2.0], [-inf, -inf], [inf, inf, 1.0], [inf, -inf], [-inf, 1.0]]):
        case(f"{op}-special-{i}", f"y = {op}(x, dim=0)", x=special)
    if op not in ("amax", "amin"):
        case(f"{op}-empty", f"y = {op}(x, dim=0)", x=("shape", [0, 2]))
        case(f"{op}-no-rows", f"y = {op}(x, dim=1)", x=("shape", [0, 2]))
for op in ["amax", "amin"]:
    case(f"{op}-ties", f"y = {op}(x, dim=1); z = {op}(x); w = y*z", x=[[2.0, 1.0, 2.0, 2.0], [0.5, 0.5, 0.5, 0.5]])
    case(f"{op}-ties-odd", f"y = {op}(x)", x=[0.1, 0.1, 0.1, 0.7, 0.1, 0.1, 0.7, 0.7])
    case(f"{op}-infinite-gradient", f"y = {op}(x)", x=[2.0, 1.0, 1.0, 2.0, inf, -inf], cotangent=[inf])
    case(f"{op}-zeros", f"y = {op}(x)", x=[0.0, -0.0, 0.0])
case("prod-one-zero", "y = prod(x, dim=1)", x=[[2.0, 0.0, 3.0], [1.0, 2.0, 4.0]])
case("prod-two-zeros", "y = prod(x)", x=[2.0, 0.0, 3.0, 0.0])
case("prod-two-zeros-infinite", "y = prod(x)", x=[inf, 0.0, 3.0, 0.0])
case("prod-zero-infinite-rows", "y = prod(x, dim=1)", x=[[inf, 0.0, 3.0], [inf, 2.0, 3.0]])
case("prod-zero-infinite", "y = prod(x)", x=[inf, 0.0, 3.0])
case("prod-overflow", "y = prod(x)", x=[1e30, 1e30, 1e-20, 1e300])
case("var-biased", "y = var(x, correction=0); z = var(x, dim=1, correction=2); w = y*z", x=A)
case("var-shifted", "y = var(x, dim=0)", x=[1000.5, 1001.0, 999.25])
for c in [0, 1, 2, 3, 4]:
    case(f"var-degenerate-{c}", f"y = var(x, correction={c})", x=[1.0, 2.0, 3.0])
    case(f"var-degenerate-{c}-dim", f"y = var(x, dim=0, correction={c})", x=[1.0, 2.0, 3.0])
    case(f"var-single-{c}", f"y = var(x, dim=1, correction={c})", x=[[1.5], [2.0]])
case("var-scalar", "y = var(x, correction=0)", x=1.5)
case("var-scalar-degenerate", "y = var(x)", x=1.5)
case("logsumexp-large", "y = logsumexp(x, dim=1)", x=[[1000.0, 0.0], [-1000.0, -1064.0]])
for op in ["softmax", "log_softmax"]:
    case(f"{op}-rows", f"y = {op}(x, dim=1)", x=A)
    case(f"{op}-columns", f"y = {op}(x, dim=0); z = y*x", x=A)
    case(f"{op}-vector", f"y = {op}(x, -1)", x=V)
    case(f"{op}-scalar", f"y = {op}(x, dim=0)", x=1.5)
    case(f"{op}-large", f"y = {op}(x, dim=1)", x=[[1000.0, 1001.0, 999.0], [-1000.0, 0.0, 1.0]])
    case(f"{op}-empty", f"y = {op}(x, dim=1)", x=("shape", [0, 2]))
    for i, special in enumerate([[1.0, nan, 2.0], [1.0, inf, 2.0], [-inf, -inf], [-inf, 1.0, 2.0]]):
        case(f"{op}-special-{i}", f"y = {op}(x, dim=0)", x=special)

W = [[1.0, 0.5, -0.25], [0.75, -1.5, 2.0], [0.5, 1.25, -1.0], [2.0, 0.25, 0.5]]
case("linear", "y = linear(x, w)", x=A, w=W)
case("linear-bias", "y = linear(x, w, b); z = y*y", x=A, w=W, b=[1.0, 2.0, -1.0, 0.5])
case("linear-vector", "y = linear(v, w, bias=b)", v=V, w=W, b=[1.0, 2.0, -1.0, 0.5])
case("linear-vector-weight", "y = linear(x, v)", x=A, v=V)
case("linear-empty", "y = linear(x, w)", x=("shape", [0, 3]), w=W)
case("embedding", "y = embedding(i, w); z = y*y", w=W, i=[0, 3, 0, 0])
case("embedding-scalar", "y = embedding(i, w)", w=W, i=2)
case("embedding-twice", "y = embedding(i, w); z = embedding(j, w); q = y*z", w=W, i=[0, 1], j=[1, 1])
case("embedding-zeros", "u = log(w); y = embedding(i, u)", w=[[1.0, 2.0], [0.0, 1.0]], i=[0])
case("layer_norm", "y = layer_norm(x, (3,))", x=A)
case("layer_norm-affine", "y = layer_norm(x, (3,), w, b)", x=A, w=V, b=[1.0, 2.0, 3.0])
case("layer_norm-whole", "y = layer_norm(x, (2, 3), weight=w, eps=0.5)", x=A, w=B)
case("layer_norm-bias", "y = layer_norm(v, (3,), bias=b)", v=V, b=[1.0, 2.0, 3.0])
case("layer_norm-constant-row", "y = layer_norm(x, (3,))", x=[[1.5, 1.5, 1.5]])
case("layer_norm-no-eps", "y = layer_norm(x, (3,), eps=0)", x=[[1.5, 1.5, 1.5], [1.0, 2.0, 4.0]])
case("layer_norm-special", "y = layer_norm(x, (3,))", x=[[1.5, nan, 1.5], [1.0, inf, 4.0]])

for reduction in ["mean", "sum", "none"]:
    r = f"reduction='{reduction}'"
    for op in ["mse_loss", "l1_loss", "huber_loss"]:
        case(f"{op}-{reduction}", f"y = {op}(x, u, {r})", x=A, u=B)
        case(f"{op}-{reduction}-equal", f"y = {op}(x, u, {r})", x=V, u=("const", [0.75, 0.5, 1.5]))
        case(f"{op}-{reduction}-special", f"y = {op}(x, u, {r})", x=[nan, inf, -inf, 1.0], u=[1.0, 1.0, -inf, inf])
    case(f"huber_loss-{reduction}-delta", f"y = huber_loss(x, u, {r}, delta=0.5)", x=V, u=[0.25, 0.0, 1.0])
    for op in ["nll_loss", "cross_entropy"]:
        case(f"{op}-{reduction}", f"y = {op}(x, u, {r})", x=A, u=[2, 0])
        case(f"{op}-{reduction}-weight", f"y = {op}(x, u, weight=w, {r})", x=A, u=[2, 0], w=("const", [0.5, 2.0, 1.5]))
        case(f"{op}-{reduction}-ignored", f"y = {op}(x, u, w, {r}, ignore_index=1)", x=A + B, u=[2, 1, 0, 1], w=("const", [0.5, 2.0, 1.5]))
        case(f"{op}-{reduction}-all-ignored", f"y = {op}(x, u, {r})", x=A, u=[-100, -100])
        case(f"{op}-{reduction}-zero-weight", f"y = {op}(x, u, w, {r})", x=A, u=[1, 1], w=("const", [0.5, 0.0, 1.5]))
        case(f"{op}-{reduction}-single", f"y = {op}(x, u, {r})", x=V, u=1)
        case(f"{op}-{reduction}-single-ignored", f"y = {op}(x, u, {r})", x=V, u=-100)
        case(f"{op}-{reduction}-special", f"y = {op}(x, u, {r})", x=[[nan, 1.0], [inf, 1.0], [-inf, 1.0], [1.0, 2.0]], u=[0, 0, 1, 1])
        case(f"{op}-{reduction}-special-ignored", f"y = {op}(x, u, {r})", x=[[nan, 1.0], [inf, 1.0], [1.0, 2.0]], u=[-100, -100, 1])
        case(f"{op}-{reduction}-empty", f"y = {op}(x, u, {r})", x=("shape", [0, 3]), u=[])
    case(f"cross_entropy-{reduction}-smooth", f"y = cross_entropy(x, u, {r}, label_smoothing=0.25)", x=A, u=[2, 0])
    case(f"cross_entropy-{reduction}-smooth-all", f"y = cross_entropy(x, u, {r}, label_smoothing=1)", x=A, u=[2, 0])
    case(f"cross_entropy-{reduction}-smooth-weight-ignored", f"y = cross_entropy(x, u, w, ignore_index=1, {r}, label_smoothing=0.125)",
         x=A + B, u=[2, 1, 0, 1], w=("const", [0.5, 2.0, 1.5]))
    case(f"cross_entropy-{reduction}-smooth-all-ignored", f"y = cross_entropy(x, u, {r}, label_smoothing=0.125)", x=A, u=[-100, -100])
    case(f"cross_entropy-{reduction}-smooth-special", f"y = cross_entropy(x, u, {r}, label_smoothing=0.125)",
         x=[[nan, 1.0], [-inf, 1.0], [1.0, 2.0]], u=[-100, 1, 1])
    case(f"cross_entropy-{reduction}-large", f"y = cross_entropy(x, u, {r})", x=[[1000.0, -1000.0], [0.0, 500.0]], u=[1, 0])
    op = "binary_cross_entropy_with_logits"
    T = [[0.25, 1.0, 0.0], [1.0, 0.5, 0.75]]
    case(f"bce-{reduction}", f"y = {op}(x, u, {r})", x=A, u=T)
    case(f"bce-{reduction}-weight", f"y = {op}(x, u, w, {r})", x=A, u=T, w=("const", V))
    case(f"bce-{reduction}-pos-weight", f"y = {op}(x, u, pos_weight=p, {r})", x=A, u=T, p=("const", [0.5, 2.0, 1.5]))
    case(f"bce-{reduction}-both", f"y = {op}(x, u, pos_weight=p, weight=w, {r})", x=A, u=("const", T), w=("const", B), p=("const", [0.5, 2.0, 1.5]))
    case(f"bce-{reduction}-underflow", f"y = {op}(x, u, {r})", x=[-90.0], u=[0.0])
    case(f"bce-{reduction}-underflow-pos-weight", f"y = {op}(x, u, pos_weight=p, {r})", x=[-90.0], u=[0.0], p=("const", [2.0]))
    case(f"bce-{reduction}-special", f"y = {op}(x, u, {r})", x=[800.0, -800.0, 0.0, inf, -inf, nan], u=[0.25, 0.25, 0.5, 1.0, 0.25, 0.0])

case("alias", "a = x; y = a*x; b = y; z = b*y", x=A)
case("no-dependence", "a = x*2; b = w*3; y = a*a", x=A, w=B)
case("no-dependence-chain", "a = x[0:1]; b = exp(a); y = x*x; c = y*b", x=A, cotangent=None)
case("root-in-the-middle", "a = x*2; c = a*a; y = c[0]*w; b = y*w", x=A, w=V)
case("used-many-times", "a = tanh(x); b = a*a; c = b + a; d = c*b - a; y = d/(1 + exp(c))", x=A)
case("softmax-by-hand", "e = exp(x); s = sum(e, dim=1, keepdim=True); y = log(e/s)", x=A)
case("mlp", "h = relu(x @ w.T + b); y = tanh(h @ w); l = mse_loss(y, x)", x=A, w=W, b=[0.5, -0.5, 0.25, 1.0])


NAMESPACE = {name: getattr(torch, name) for name in dir(torch) if not name.startswith("_")}
NAMESPACE |= {name: getattr(F, name) for name in dir(F) if name[0].islower() and name not in ("softmax", "log_softmax")}
ROOTS = {"matmul-matrix-vector": "q", "no-dependence-chain": "y", "root-in-the-middle": "y"}


def number(x):
    return x if math.isfinite(x) else str(x).replace("inf", "Infinity").replace("nan", "NaN")


def dump(tensor):
    return {"shape": list(tensor.shape), "data": [number(v) for v in tensor.detach().reshape(-1).tolist()]}


def leaf(value, dtype):
    if isinstance(value, tuple) and value[0] == "shape":
        return torch.zeros(value[1], dtype=dtype, requires_grad=True)
    if isinstance(value, tuple):
        return torch.tensor(value[1], dtype=dtype)
    tensor = torch.tensor(value)
    if tensor.dtype == torch.int64 or tensor.numel() == 0:
        return tensor.to(torch.int64)
    return torch.tensor(value, dtype=dtype, requires_grad=True)


def run(name, program, inputs, cotangent, dtype):
    values = {key: leaf(value, dtype) for key, value in inputs.items()}
    scope = dict(NAMESPACE, **values)
    for line in program:
        exec(line, scope)
        key = line.split("=")[0].strip()
        values[key] = scope[key]
        if scope[key].requires_grad and not scope[key].is_leaf:
            scope[key].retain_grad()
    root = values[ROOTS.get(name, key)]
    if cotangent is None:
        cotangent = [(1, -0.5, 0.75, 2, -1.25, 0.5, 3)[i % 7] for i in range(root.numel())]
    v = torch.tensor(cotangent, dtype=dtype).reshape(root.shape)
    root.backward(v)
    grads = {key: None if t.grad is None else dump(t.grad) for key, t in values.items() if t.requires_grad}
    return v, {"value": {key: dump(values[key]) for key in values if key not in inputs}, "grad": grads}


def main():
    cases = []
    for name, program, inputs, cotangent in CASES:
        entry = {"id": name, "program": program, "of": ROOTS.get(name, program[-1].split("=")[0].strip()), "inputs": {}}
        for key, value in inputs.items():
            tensor = leaf(value, torch.float64)
            kind = "indices" if tensor.dtype == torch.int64 else "grad" if tensor.requires_grad else "const"
            entry["inputs"][key] = {"kind": kind, **dump(tensor)}
        for dtype in ["float64", "float32"]:
            v, entry[dtype] = run(name, program, inputs, cotangent, getattr(torch, dtype))
        entry["cotangent"] = dump(v)
        cases.append(entry)
    assert len({c["id"] for c in cases}) == len(cases)
    lines = ",\n".join(json.dumps(c, allow_nan=False, separators=(",", ":")) for c in cases)
    sys.stdout.write('{"torch":"%s","cases":[\n%s\n]}\n' % (torch.__version__.split("+")[0], lines))


main()
