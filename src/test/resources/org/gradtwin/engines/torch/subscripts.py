"""Writes subscripts.tsv: which elements of arange PyTorch's subscripts pick in ranks 1 to 4.

    python subscripts.py > subscripts.tsv

Each line: the subscript, the shape of x, the index tensors with shape and elements, and the result with shape and
elements, or "refused". Z is a 0-d tensor, which PyTorch takes for an integer.
"""

import itertools
import random

import torch

ITEMS = ["0", "-1", "1:", "::2", ":", "T", "R", "Z"]
TENSORS = {"T": torch.tensor([0, -1]), "R": torch.tensor([[0], [1]]), "Z": torch.tensor(1)}
SHAPES = [(3,), (2, 3), (2, 3, 2), (2, 1, 3, 2), (2, 3, 2, 2)]
MOST, FEW = 100, 5


def show(items, shape):
    x = torch.arange(torch.Size(shape).numel()).reshape(shape)
    line = f"x[{', '.join(items)}]"
    try:
        result = eval(line, {"x": x} | TENSORS)  # these lines are this script's own
        result = f"{tuple(result.shape)} {result.flatten().tolist()}"
    except IndexError:
        result = "refused"
    used = " ".join(f"{name}{tuple(v.shape)}{v.flatten().tolist()}".replace(" ", "") for name, v in TENSORS.items()
                    if name in items)
    print(line, f"x{shape}".replace(" ", ""), used, result, sep="\t")


for shape in SHAPES:
    for count in range(1, len(shape) + 2):
        lines = list(itertools.product(ITEMS, repeat=count))
        most = MOST if count <= len(shape) else FEW
        for items in lines if len(lines) <= most else random.Random(count).sample(lines, most):
            show(items, shape)
