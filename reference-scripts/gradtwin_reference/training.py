"""Training cases: a network is trained by torch.optim; the loss of every step and the parameters at the marked steps are
recorded, with tolerances from Monte-Carlo arithmetic along the whole trajectory, the optimizer's kernels included."""

import torch
import torch.nn.functional as F

from . import numbers
from .calibrate import _because, _scale, _seed, _spread
from .case import by_key, nested
from .evaluate import DTYPES
from .montecarlo import Arithmetic
from .tolerance import FACTOR, cover, keeps
from .work import judged

# One trajectory is many steps: fewer samples, scaled to what 64 would have shown.
FEW, MANY, LONG = 8, 32, 1000
# The loss can be followed until its spread exceeds this part of the mean of the losses of so many steps before.
FOLLOWED, WINDOW = 0.01, 100
# Kernels of optimizers, and those that training adds to the op table's. Updates add what is small to what is large: a
# unit or two of the result covers them.
BUDGETS = {"lerp": 2, "addcmul": 2, "addcdiv": 2, "_local_scalar_dense": 0, "zero": 0, "fill": 0, "empty_like": 0,
           "zeros": 0, "alias": 0, "_record_function_enter_new": 0, "_record_function_exit": 0}

_LOSSES = {"squared_error": lambda y, t: ((y - t) ** 2).sum(), "mse_loss": F.mse_loss, "cross_entropy": F.cross_entropy}
_ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu, "linear": lambda z: z}
_OPTIMIZERS = {name: getattr(torch.optim, name) for name in ("SGD", "Adam", "AdamW", "RMSprop")}
_SCHEDULES = {name: getattr(torch.optim.lr_scheduler, name) for name in ("StepLR", "CosineAnnealingLR")}


class Case:
    """One training, as a job carries it."""

    def __init__(self, job):
        self.name, self.dtypes, self.marked = job["name"], tuple(job["dtypes"]), job["marked"]
        self.parameters = {key: numbers.read(record) for key, record in job["parameters"].items()}
        self.inputs, self.targets = numbers.read(job["inputs"]), numbers.read(job["targets"])
        self.batches, self.steps = job["batches"], len(job["batches"])
        self.activation, self.loss = _ACTIVATIONS[job["activation"]], _LOSSES[job["loss"]]
        self.optimizers, self.schedules = job["optimizer"], job["schedule"]
        self.recorded = {dtype: {key: numbers.read(entry) for key, entry in by_key(entries)}
                         for dtype, entries in job["expect"].items()}
        self.tolerance = job["tolerance"]

    def train(self, dtype, rounded=None, arithmetic=None):
        """{("value", quantity): tensor}: every loss, and the parameters at the marked steps."""
        def ready(tensor):
            return tensor.to(rounded or dtype).to(dtype) if tensor.is_floating_point() else tensor

        leaves = {key: ready(tensor).clone().requires_grad_() for key, tensor in self.parameters.items()}
        inputs, targets = ready(self.inputs), ready(self.targets)
        optimizer = self.optimizer(leaves)
        schedule = self.schedule(optimizer)
        losses, results, last = [], {}, len(leaves) // 2
        for step, batch in enumerate(self.batches, start=1):
            x, t = inputs[batch], targets[batch]
            with arithmetic or torch.enable_grad():
                optimizer.zero_grad()
                for k in range(1, last + 1):
                    x = F.linear(x, leaves[f"w{k}"], leaves[f"b{k}"])
                    x = self.activation(x) if k < last else x
                loss = self.loss(x, t)
                loss.backward()
                optimizer.step()
            if schedule:
                schedule.step()
            if arithmetic:
                arithmetic.decisions = []
            losses.append(loss.detach())
            if step in self.marked:
                results |= {("value", f"{step}.{key}"): leaf.detach().clone() for key, leaf in leaves.items()}
        return {("value", "loss"): torch.stack(losses), **results}

    def optimizer(self, leaves):
        """torch.optim's, without the fused loops over several parameters."""
        groups = []
        for group in self.optimizers["groups"]:
            options = dict(group["options"])
            if "beta1" in options or "beta2" in options:
                options["betas"] = (options.pop("beta1", 0.9), options.pop("beta2", 0.999))
            groups.append({"params": [leaves[key] for key in group["parameters"]], **options})
        return _OPTIMIZERS[self.optimizers["name"]](groups, foreach=False)

    def schedule(self, optimizer):
        """torch.optim.lr_scheduler's, stepped after every step, or None."""
        if self.schedules is None:
            return None
        options = dict(self.schedules)
        return _SCHEDULES[options.pop("name")](optimizer, **options)


class TrainingArithmetic(Arithmetic):
    """Monte-Carlo arithmetic in which a constant is rounded once, and what optimizers count is exact."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._constants = {}

    def scalar(self, value):
        """The same value is the same rounded constant in every step."""
        if value not in self._constants:
            self._constants[value] = super().scalar(value)
        return self._constants[value]

    def _used(self, arg, common):
        """As it was rounded: of thousands of steps only the first few are short enough for two uses to cancel."""
        return arg

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        # Optimizers count steps in float32, everything else here is float64.
        if args and isinstance(args[0], torch.Tensor) and args[0].dtype == torch.float32:
            return func(*args, **(kwargs or {}))
        return super().__torch_dispatch__(func, types, args, kwargs)


def run(case, budgets, fresh):
    """As for programs; the quantities are the values "loss" and "STEP.PARAMETER". The tolerance of a type stands for itself,
    under "tolerance": it is a piece of the losses' for each range of steps."""
    answers, tolerances = {}, {}
    for dtype in case.dtypes:
        recorded, old = case.recorded.get(dtype, {}), case.tolerance.get(dtype)
        allowed = _allowed(old, case.steps)
        results = case.train(DTYPES[dtype])
        drawn = _sample(case, dtype, {**budgets, **BUDGETS})
        kept, quantities = judged(results, recorded, allowed, drawn, dtype)
        answers[dtype] = nested(quantities)
        tolerances[dtype] = _calibrate(case, dtype, kept, drawn, None if fresh else old)
    return {"dtypes": answers, "tolerance": tolerances, "notes": []}


def _sample(case, dtype, budgets):
    """The quantities in each sample, and without noise."""
    rounded = DTYPES[dtype]
    samples = [case.train(torch.float64, rounded, TrainingArithmetic(budgets, rounded, _seed(case, dtype) + number))
               for number in range(FEW if case.steps >= LONG else MANY)]
    return samples, case.train(torch.float64, rounded)


def _calibrate(case, dtype, kept, drawn, old):
    samples, baseline = drawn
    count = len(samples)
    scale = FACTOR * _scale(count)

    def spread(key):
        return _spread(kept[key].double(), [s[key] for s in samples], baseline[key], dtype, f"{dtype}: {key[1]}")[0]

    moved = spread(("value", "loss"))
    size = kept["value", "loss"].double().abs()
    pieces, start = [], 0
    for end in _pieces(case.steps):
        before = old["loss"][len(pieces)] if old and len(old["loss"]) > len(pieces) else None
        pieces.append({"until": end, **_pair(scale * moved[start:end], size[start:end], before, moved[start:end], count)})
        start = end
    followed = _followed(moved, size)
    parameters = {}
    for step in case.marked:
        for key in case.parameters:
            quantity = ("value", f"{step}.{key}")
            part = spread(quantity)
            before = old["parameters"].get(str(step), {}).get(key) if old else None
            parameters.setdefault(str(step), {})[key] = _pair(
                scale * part, kept[quantity].double().abs(), before, part, count)
    because = (f"{count} trajectories under Monte-Carlo arithmetic: the loss's spread stays below {FOLLOWED:.0%} of the mean "
               f"loss of the {WINDOW} steps before for {followed} of {case.steps} steps")
    return {"followable": followed, "because": because, "loss": pieces, "parameters": parameters}


def _pair(needed, size, old, spread, count):
    if old is not None and keeps(old["rtol"], old["atol"], needed, size):
        return {key: old[key] for key in ("rtol", "atol", "because")}
    rtol, atol = cover(needed, size)
    return {"rtol": rtol, "atol": atol, "because": _because(count, spread)}


def _pieces(steps):
    """Steps 1, 2, 5, 10, …: rounding grows along the trajectory, and what is allowed with it."""
    ends, power = [], 1
    while power <= steps:
        ends += [step * power for step in (1, 2, 5) if step * power < steps]
        power *= 10
    return [*ends, steps]


def _followed(spread, size):
    for step in range(len(size)):
        if spread[step] > FOLLOWED * size[max(0, step - WINDOW + 1):step + 1].mean():
            return step
    return len(size)


def _allowed(tolerance, steps):
    """Tolerances as `compare` takes them; that of the losses is a tensor, one element a step."""
    if not tolerance:
        return {}
    start, rtol, atol = 0, torch.zeros(steps, dtype=torch.float64), torch.zeros(steps, dtype=torch.float64)
    for piece in tolerance["loss"]:
        rtol[start:piece["until"]], atol[start:piece["until"]] = piece["rtol"], piece["atol"]
        start = piece["until"]
    return {("value", "loss"): {"rtol": rtol, "atol": atol},
            **{("value", f"{step}.{key}"): pair for step, by in tolerance["parameters"].items() for key, pair in by.items()}}
