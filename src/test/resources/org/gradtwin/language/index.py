"""Writes index.tsv: which elements of arange PyTorch's subscripts pick. Run as `python index.py > index.tsv`."""

import itertools
import random

import torch

X = [(3,), (2, 3), (3, 2), (1, 3), (2, 3, 4), (2, 1, 3, 2)]
T = [[0, -1], [1], 1, [[0, 1], [1, 0]], [[0], [-1]], [], [[[0]], [[1]]]]
R = [[1, 0], 0, [[1, -1]], [5]]
ITEMS = ["0", "-1", "1:", "::2", ":", "None", "...", "T", "R"]
MOST, FEW = 100, 5
ONE = "x[0];x[-1];x[1:];x[:-1];x[::2];x[-2:];x[2:1];x[0, 1];x[-1, -1];x[:, 0];x[0, :];x[:, -1:];x[1:, ::2];x[0:1, 1:];x[:, ::-1];x[0, 9];x[:9, -9:1];x[None];x[..., 0];x[:, None];x[0, ..., 1];x[None, ..., None];x[0, None, 1:];x[..., 0, 0, 0];x[:, :, 1];x[1, :, 1:];x[...]"
WITH_T = "x[T];x[T, 0];x[0, T];x[-1, T];x[:, T];x[T, 1:];x[1:, T];x[T, T];x[::2, T];x[T, ::2];x[0, :, T];x[:, 0, T];x[..., T];x[T, ...];x[T, None, 0];x[None, T];x[T, :, T];x[T, 0, T];x[:, T, T];x[T, None, T];x[T, T, T];x[:, T, :, T]"
WITH_R = "x[T, R];x[R, T];x[T, :, R];x[:, T, R];x[..., T, R];x[R, 0, T]"


def show(line, shape, t=None, r=None):
    x = torch.arange(torch.Size(shape).numel()).reshape(shape)
    scope = {"x": x}
    for name, given in (("T", t), ("R", r)):
        if given is not None:
            scope[name] = torch.tensor(given, dtype=torch.int64)
    try:
        result = eval(line, scope)  # these lines are this script's own
        result = f"{tuple(result.shape)} {result.flatten().tolist()}"
    except (IndexError, ValueError):
        result = "refused"
    inputs = " ".join(f"{n}{tuple(v.shape)}{v.flatten().tolist()}".replace(" ", "") for n, v in scope.items() if n in "TR")
    print(line, f"x{shape}".replace(" ", ""), inputs, result, sep="\t")


for line, shape in itertools.product(ONE.split(";"), X):
    show(line, shape)
for line, shape, t in itertools.product(WITH_T.split(";"), X, T):
    show(line, shape, t)
for line, shape, t, r in itertools.product(WITH_R.split(";"), X[1:3] + X[4:], T, R):
    show(line, shape, t, r)
for shape in ((3,), (2, 3), (2, 3, 2), (2, 1, 3, 2), (2, 3, 2, 2)):
    for count in range(1, len(shape) + 2):
        # PyTorch takes a second ellipsis for ":"; NumPy refuses it, and so does the language.
        lines = [items for items in itertools.product(ITEMS, repeat=count) if items.count("...") < 2]
        most = MOST if count <= len(shape) else FEW
        for items in lines if len(lines) <= most else random.Random(count).sample(lines, most):
            show(f"x[{', '.join(items)}]", shape, [0, -1] if "T" in items else None, [[0], [1]] if "R" in items else None)
