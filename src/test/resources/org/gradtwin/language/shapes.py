"""Writes shapes.tsv: what PyTorch makes of calls of the ops on many shapes.

Run it as `python shapes.py > shapes.tsv`. A row is a line of the program language, the shapes of its inputs, and the
shape of PyTorch's result, or "refused". Capital letters are int64 zeros, small ones float64.
"""

import itertools
import warnings

import torch
from torch.nn import functional as F

warnings.filterwarnings("ignore")

SHAPES = [(), (1,), (3,), (0,), (1, 3), (2, 1), (2, 3), (3, 2), (0, 3), (2, 0), (2, 3, 4), (3, 1, 2), (2, 1, 2, 3)]
FEW = [(), (1,), (3,), (2, 3), (3, 2), (2, 1), (0, 3), (2, 3, 2), (2, 1, 2, 3)]

UNARY = """
-x;x**2;2**x;x**0.5;neg(x);square(x);abs(x);relu(x);gelu(x, approximate='tanh');leaky_relu(x, 0.1);elu(x, alpha=2)
softplus(x, 2, threshold=10);clamp(x, 0, 1);clamp(x, max=1);clamp(x, None, 2.5);clamp(x, min=None);clamp(x)
x.T;x[0];x[-1];x[2];x[-3];x[:];x[0:2];x[1:];x[:-1];x[5:1];x[-9:9];x[::2];x[1:9:3];x[0, 0];x[:, 0];x[0, :];x[:, -1:];x[1:, ::2]
x[0, 0, 0];x[:, :, :];x[None];x[..., 0];x[:, None, 0];x[..., None, 1:]
sum(x);mean(x);prod(x);amax(x);amin(x);var(x);logsumexp(x);softmax(x)
sum(x, 0);sum(x, dim=1);sum(x, dim=-1, keepdim=True);sum(x, (0, 1));sum(x, dim=());sum(x, dim=(0,), keepdim=True);sum(x, (0, 0))
sum(x, (0, -2));sum(x, None);sum(x, None, True);sum(x, dim=None, keepdim=True);sum(x, keepdim=True);sum(x, keepdim=False);sum(x, dim=(), keepdim=True)
mean(x, 0);mean(x, dim=-2);mean(x, (0, 1), True);mean(x, dim=None, keepdim=True);mean(x, keepdim=True);mean(x, dim=())
prod(x, 0);prod(x, dim=-1, keepdim=True);prod(x, dim=None);prod(x, keepdim=True);prod(x, dim=None, keepdim=True);prod(x, (0,));prod(x, keepdim=False)
amax(x, 0);amax(x, dim=-1, keepdim=True);amax(x, dim=(0, 1));amax(x, dim=());amax(x, dim=None);amax(x, keepdim=True);amax(x, dim=None, keepdim=True)
amin(x, 1);amin(x, (0,));amin(x, keepdim=True);amin(x, dim=None)
logsumexp(x, 0);logsumexp(x, dim=-1, keepdim=True);logsumexp(x, (0, 1));logsumexp(x, dim=());logsumexp(x, dim=None)
var(x, 0);var(x, dim=-1, keepdim=True);var(x, dim=(0, 1), correction=0);var(x, keepdim=True);var(x, dim=None, correction=2);var(x, correction=0.5);var(x, dim=())
var(x, 0, correction=0, keepdim=True);var(x, 0, 0);var(x, correction=None)
softmax(x, 0);softmax(x, dim=1);log_softmax(x, -1);log_softmax(x, dim=-2);softmax(x, 2)
reshape(x, (3,));reshape(x, (2, 3));reshape(x, (-1,));reshape(x, (-1, 3));reshape(x, (2, -1));reshape(x, (0, -1));reshape(x, ());reshape(x, shape=(1, 1))
reshape(x, (-1, -1));reshape(x, (0,));reshape(x, (-2,));reshape(x, 3);reshape(x, (6, 0))
cat((x,));cat((x, x));cat((x, x), dim=1);cat((x, x), -1);cat((x, x, x), dim=-2);cat((x, x), 2);cat(());cat((x), 0)
layer_norm(x, (3,));layer_norm(x, (2, 3));layer_norm(x, ());layer_norm(x, (1,), eps=0.1);layer_norm(x, 3);layer_norm(x, (0,));layer_norm(x, (3,), None, None, 1e-3)
x + 2;2 - x;add(x, 2);add(2, x);sub(x, 2);sub(2, x);mul(x, 2);mul(2, x);div(x, 2);div(2, x);pow(x, 2);maximum(x, 2);minimum(2, x);matmul(x, 2);mse_loss(x, 0)
add(x, True);add(x, None);relu(2);exp(1.0);x @ 2;sum(2);x**True;pow(x, None);pow(x, 'a');gelu(x, 'tanh');gelu(x, approximate='erf');sum(x, dim=1.0);sum(x, dim='a')
sum(x, dim=(0.0,));sum(x, 0, keepdim=None);sum(x, axis=0);softmax(x, dim=None);softmax(x, dim=True);mse_loss(x, x, 'sum');mse_loss(x, x, reduction='max')
linear(x, 2);sum(input=x);neg(input=x);pow(input=x, exponent=2);reshape(input=x, shape=(3,));cat(tensors=(x, x), dim=0);cat((x, 2));relu(input=x)
clamp(input=x, min=0);clamp(x, '0');softplus(input=x, beta=1);leaky_relu(input=x, negative_slope=1);elu(input=x);silu(input=x);gelu(input=x);erf(input=x)
sum(x, x);mean(x, dim=(1, 0), keepdim=False);layer_norm(input=x, normalized_shape=(3,));l1_loss(input=x, target=x);huber_loss(x, x, delta=2)
x < 0;0 < x;x == x;x != 1.5;x >= x;ge(x, 0);lt(input=x, other=1);x < x + 1;where(x > 0, x, 0);where(x > 0, 1.0, x);where(x > 0, 1.0, 2.0);where(x, x, x);where(condition=x < 1, input=x, other=x);detach(x);detach(input=x)
permute(x, (1, 0));permute(x, (0, 2, 1));permute(x, dims=(-1, 0, 1, 2));permute(x, (0, 0));permute(x, ());permute(x, (0,));transpose(x, 0, 1);transpose(x, -1, -2);transpose(x, dim0=0, dim1=2);transpose(x, 0, 0)
sum(x, (0, 2));sum(x, (-1, -3), keepdim=True);amax(x, (1, 2));mean(x, (0, 1, 2));var(x, (-1, -2));prod(x, 2);softmax(x, -3);logsumexp(x, (0, 2), keepdim=True);reshape(x, (2, -1, 2));reshape(x, (1, 1, 1, -1))
cat((x, x), dim=2);layer_norm(x, (3, 2));layer_norm(x, (1, 2, 3));linear(x, x);huber_loss(x, x, delta=0);huber_loss(x, x, delta=-1.0);elu(x, -1.0);softplus(x, 0);label(x);pow(exponent=2, input=x)
"""

BINARY = """
x + y;x @ y;x**y;matmul(x, other=y);pow(x, exponent=y);maximum(x, y);mse_loss(x, y);mse_loss(x, y, reduction='none');l1_loss(x, y, reduction='none')
huber_loss(x, y, reduction='none');binary_cross_entropy_with_logits(x, y);binary_cross_entropy_with_logits(x, y, reduction='none')
x < y;where(x > 0, y, 1);where(x > y, x, y);cat((x, y));cat((x, y), dim=1);linear(x, y);layer_norm(x, (3,), y);layer_norm(x, (2, 3), bias=y)
binary_cross_entropy_with_logits(x, x, y, reduction='none');binary_cross_entropy_with_logits(x, x, weight=y);binary_cross_entropy_with_logits(x, x, reduction='sum', pos_weight=y)
"""

TERNARY = "linear(x, y, z);linear(x, weight=y, bias=z)"

INDEXED = """
x[T];x[T, 0];x[0, T];x[:, T];x[T, 1:];x[T, T];x[:2, T];x[T, :];embedding(T, x);embedding(input=T, weight=x)
nll_loss(x, T);nll_loss(x, T, reduction='none');cross_entropy(x, T);cross_entropy(x, T, reduction='none', label_smoothing=0.1);cross_entropy(x, T, ignore_index=0)
cross_entropy(x, T, reduction='sum', label_smoothing=1);cross_entropy(x, T, label_smoothing=1.5);cross_entropy(x, T, label_smoothing=-0.1);embedding(x, T);x[x];nll_loss(x, x)
cross_entropy(x, T, ignore_index=0.5);cross_entropy(x, target=T);cross_entropy(input=x, target=T)
"""

WEIGHTED = """
nll_loss(x, T, y);nll_loss(x, T, weight=y, reduction='none');cross_entropy(x, T, y);cross_entropy(x, T, weight=y, reduction='sum', label_smoothing=0.5);x[T, y]
"""
TWO = "x[T, R];x[R, T]"


def lines(block):
    return [line for row in block.split("\n") for line in row.split(";") if line]


def namespace():
    names = {name: getattr(torch, name) for name in dir(torch) if not name.startswith("_")}
    names.update({name: getattr(F, name) for name in dir(F) if not name.startswith("_")})
    return names


def main():
    def show(line, shapes):
        scope = namespace()
        for name, shape in shapes.items():
            scope[name] = torch.zeros(shape, dtype=torch.int64 if name.isupper() else torch.float64)
        try:
            result = str(tuple(eval(line, scope).shape))  # these lines are this script's own
        except (RuntimeError, TypeError, IndexError, ValueError, NotImplementedError, SyntaxError, NameError, AttributeError):
            result = "refused"
        print(line, " ".join(f"{name}{shape}".replace(" ", "") for name, shape in shapes.items()), result, sep="\t")

    for line, x in itertools.product(lines(UNARY), SHAPES):
        show(line, {"x": x})
    for line, x, y in itertools.product(lines(BINARY), FEW, FEW):
        show(line, {"x": x, "y": y})
    for line, x, y, z in itertools.product(lines(TERNARY), [(), (3,), (2, 3)], [(), (3,), (2, 3), (1, 3)], [(), (1,), (2,), (3,), (2, 2), (1, 2)]):
        show(line, {"x": x, "y": y, "z": z})
    for line, x, t in itertools.product(lines(INDEXED), [(), (3,), (2, 3), (1, 3)], [(), (1,), (2,), (0,), (2, 3), (1, 3)]):
        show(line, {"x": x, "T": t})
    for line, x, t in itertools.product(lines(INDEXED), [(2, 3, 4), (2, 4, 1, 3)], [(2, 4), (3,), (2,), (2, 1, 3), (2, 3, 4)]):
        show(line, {"x": x, "T": t})
    for line, x, t, y in itertools.product(lines(WEIGHTED), [(3,), (2, 3)], [(), (2,), (1,)], [(), (3,), (2,), (1,), (1, 3), (2, 3)]):
        show(line, {"x": x, "T": t, "y": y})
    for line, t, r in itertools.product(lines(TWO), [(), (1,), (2,), (1, 2), (2, 1)], [(), (2,), (3,), (2, 1), (0,)]):
        show(line, {"x": (2, 3), "T": t, "R": r})


main()
