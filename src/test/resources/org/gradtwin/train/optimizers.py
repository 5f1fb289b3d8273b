"""Writes optimizers.txt: what torch.optim makes of two parameter groups in 50 steps, with kernels without vector
instructions (ATEN_CPU_CAPABILITY=default), in hexadecimal. The gradients are those of OptimizerTableTest, exact numbers
that need no network: multiples of 1/64 that depend on step, group and position.

    ATEN_CPU_CAPABILITY=default python optimizers.py > optimizers.txt
"""

import os

import torch

assert os.environ["ATEN_CPU_CAPABILITY"] == "default"
torch.set_num_threads(1)

CASES = {
    "sgd": (torch.optim.SGD, {}, {"lr": 0.1}),
    "sgd-weight-decay": (torch.optim.SGD, {"lr": 0.1, "weight_decay": 0.3}, {"lr": 0.05, "weight_decay": 0.01}),
    "sgd-momentum": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}, {"lr": 0.05, "momentum": 0.5, "weight_decay": 0.1}),
    "sgd-dampening": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "dampening": 0.4},
                      {"lr": 0.05, "momentum": 0.5, "dampening": 0.7, "weight_decay": 0.1}),
    "sgd-nesterov": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True},
                     {"lr": 0.05, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1}),
    "adam": (torch.optim.Adam, {}, {"lr": 0.1, "betas": (0.7, 0.8), "eps": 0.01}),
    "adam-weight-decay": (torch.optim.Adam, {"lr": 0.1, "weight_decay": 0.3},
                          {"lr": 0.05, "betas": (0.3, 0.99), "weight_decay": 0.01}),
    "adamw": (torch.optim.AdamW, {}, {"lr": 0.1, "betas": (0.7, 0.8), "eps": 0.01, "weight_decay": 0.5}),
    "rmsprop": (torch.optim.RMSprop, {}, {"lr": 0.1, "alpha": 0.8, "eps": 0.01, "weight_decay": 0.1}),
    "rmsprop-momentum": (torch.optim.RMSprop, {"momentum": 0.9}, {"lr": 0.05, "momentum": 0.5, "weight_decay": 0.1}),
    "rmsprop-centered": (torch.optim.RMSprop, {"centered": True},
                         {"lr": 0.05, "alpha": 0.4, "centered": True, "momentum": 0.5, "weight_decay": 0.1}),
}
SCHEDULES = {
    "constant": None,
    "step": lambda o: torch.optim.lr_scheduler.StepLR(o, 7, 0.5),
    "cosine": lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 20, 0.001),
}
SIZES = ((3, 4), (5,))
MARKED = (1, 2, 3, 10, 50)


def initial(block, i):
    return ((i * 37 + block * 11) % 64 - 32) / 32


def gradient(step, block, i):
    return ((step * 29 + block * 13 + i * 17) % 97 - 48) / 64


for name, (make, first, second) in CASES.items():
    for rate, schedule in SCHEDULES.items():
        for dtype in (torch.float32, torch.float64):
            blocks = [[torch.tensor([initial(10 * g + b, i) for i in range(n)], dtype=dtype, requires_grad=True)
                       for b, n in enumerate(sizes)] for g, sizes in enumerate(SIZES)]
            optimizer = make([{"params": blocks[0], **first}, {"params": blocks[1], **second}], foreach=False)
            scheduler = schedule(optimizer) if schedule else None
            for step in range(1, MARKED[-1] + 1):
                for g, group in enumerate(blocks):
                    for b, block in enumerate(group):
                        block.grad = torch.tensor([gradient(step, 10 * g + b, i) for i in range(block.numel())],
                                                  dtype=dtype)
                optimizer.step()
                if scheduler:
                    scheduler.step()
                if step in MARKED:
                    values = [v for group in blocks for block in group for v in block.tolist()]
                    print(name, rate, str(dtype).replace("torch.", ""), step, *(v.hex() for v in values))
