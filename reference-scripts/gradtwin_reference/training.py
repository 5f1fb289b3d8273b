"""Training cases: a network is trained by torch.optim; the loss of every step and the parameters at the marked steps are
recorded, with tolerances from Monte-Carlo arithmetic along the whole trajectory, the optimizer's kernels included."""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F

from . import fixtures, strict
from .calibrate import _because, _scale, _seed, _spread, noise
from .evaluate import DTYPES
from .montecarlo import Arithmetic
from .numbers import read_tensor, write_tensor
from .problems import FixtureProblem
from .random_inputs import SplitMix64
from .recompute import CHANGED, Verdict, compare
from .tolerance import FACTOR, cover, keeps

FORMAT = "gradtwin-training-1"
# One trajectory is many steps: fewer samples, scaled to what 64 would have shown.
FEW, MANY, LONG = 8, 32, 1000
_LARGEST_DATA = 1 << 24
# The loss can be followed until its spread exceeds this part of the mean of the losses of so many steps before.
FOLLOWED, WINDOW = 0.01, 100
# Kernels of optimizers, and those that training adds to the op table's. Updates add what is small to what is large: a
# unit or two of the result covers them.
BUDGETS = {"lerp": 2, "addcmul": 2, "addcdiv": 2, "_local_scalar_dense": 0, "zero": 0, "fill": 0, "empty_like": 0,
           "zeros": 0, "alias": 0, "_record_function_enter_new": 0, "_record_function_exit": 0}

_FILE = ("format", "title", "source", "cases", "provenance")
_CASE = ("id", "comment", "model", "parameters", "data", "batches", "loss", "optimizer", "schedule", "steps", "marked",
         "dtypes", "expect", "tolerance")
_LOSSES = {"squared_error": lambda y, t: ((y - t) ** 2).sum(), "mse_loss": F.mse_loss, "cross_entropy": F.cross_entropy}
_ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu, "linear": lambda z: z}
_OPTIMIZERS = {name: getattr(torch.optim, name) for name in ("SGD", "Adam", "AdamW", "RMSprop")}
_SCHEDULES = {name: getattr(torch.optim.lr_scheduler, name) for name in ("StepLR", "CosineAnnealingLR")}


def is_training(path):
    """Whether a file is of this kind."""
    try:
        return json.loads(strict.read(path)).get("format") == FORMAT
    except (OSError, ValueError, AttributeError, RecursionError):
        return False


class Case:
    """One case, read; `record` is its part of the document, in canonical order."""

    def __init__(self, raw, name, where, root):
        self.record = record = strict.ordered(raw, _CASE, where)
        strict.require(record, [key for key in _CASE if key not in ("schedule", "expect", "tolerance")], where)
        self.id, self.where = record["id"], where
        self.name = f"{Path(name).parent.as_posix()}/{self.id}"
        model = record["model"]
        self.widths = [model["inputs"], *model["outputs"]]
        self.parameters = {key: fixtures._tensor(spec, f"{where}: parameters: {key}")
                           for key, spec in record["parameters"].items()}
        wanted = [f"{kind}{k}" for k in range(1, len(self.widths)) for kind in "wb"]
        if list(self.parameters) != wanted:
            raise FixtureProblem(f"{where}: parameters: expected {', '.join(wanted)}, found {', '.join(self.parameters)}")
        self.inputs, self.targets = _data(record["data"], f"{where}: data", root)
        self.dtypes, self.steps, self.marked = record["dtypes"], record["steps"], record["marked"]
        if not all(0 < step <= self.steps for step in self.marked):
            raise FixtureProblem(f"{where}: marked: {self.marked} is not within {self.steps} steps")

    def batches(self):
        """The numbers of the samples of each step, as the Java loader gives them."""
        batches = self.record["batches"]
        if "order" in batches:
            for step in range(self.steps):
                yield batches["order"][step % len(batches["order"])]
            return
        draws, size, step = SplitMix64(batches["seed"]), batches["size"], 0
        while True:
            order = list(range(len(self.inputs)))
            for i in range(len(order) - 1, 0, -1):
                j = (draws.next() >> 1) % (i + 1)
                order[i], order[j] = order[j], order[i]
            for start in range(0, len(order), size):
                if step == self.steps:
                    return
                step += 1
                yield order[start:start + size]

    def train(self, dtype, rounded=None, arithmetic=None):
        """{("value", quantity): tensor}: every loss, and the parameters at the marked steps."""
        def ready(tensor):
            return tensor.to(rounded or dtype).to(dtype) if tensor.is_floating_point() else tensor

        leaves = {key: ready(tensor).clone().requires_grad_() for key, tensor in self.parameters.items()}
        inputs, targets = ready(self.inputs), ready(self.targets)
        activation, loss_of = _ACTIVATIONS[self.record["model"]["activation"]], _LOSSES[self.record["loss"]]
        optimizer = self.optimizer(leaves)
        schedule = self.schedule(optimizer)
        losses, results, last = [], {}, len(self.widths) - 1
        for step, batch in enumerate(self.batches(), start=1):
            x, t = inputs[batch], targets[batch]
            with arithmetic or torch.enable_grad():
                optimizer.zero_grad()
                for k in range(1, last + 1):
                    x = F.linear(x, leaves[f"w{k}"], leaves[f"b{k}"])
                    x = activation(x) if k < last else x
                loss = loss_of(x, t)
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
        for group in self.record["optimizer"]["groups"]:
            options = dict(group["options"])
            if "beta1" in options or "beta2" in options:
                options["betas"] = (options.pop("beta1", 0.9), options.pop("beta2", 0.999))
            groups.append({"params": [leaves[key] for key in group["parameters"]], **options})
        return _OPTIMIZERS[self.record["optimizer"]["name"]](groups, foreach=False)

    def schedule(self, optimizer):
        """torch.optim.lr_scheduler's, stepped after every step, or None."""
        if "schedule" not in self.record:
            return None
        options = dict(self.record["schedule"])
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

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        # Optimizers count steps in float32, everything else here is float64.
        if args and isinstance(args[0], torch.Tensor) and args[0].dtype == torch.float32:
            return func(*args, **(kwargs or {}))
        return super().__torch_dispatch__(func, types, args, kwargs)


def _data(record, where, root):
    if "file" not in record:
        data = [fixtures._tensor(record[key], f"{where}: {key}") for key in ("inputs", "targets")]
        if any(tensor.dim() > 2 for tensor in data):
            raise FixtureProblem(f"{where}: inputs and targets have at most 2 dimensions")
        return data
    record = strict.ordered(record, ("file", "hold_out"), where)
    lines = [line for line in _text(strict.text(record["file"], f"{where}: file"), root, f"{where}: file").splitlines()
             if line and not line.startswith("#")]
    # The last of every so many samples is held out: a reader tests with it.
    every = record["hold_out"]
    rows = [line.split() for i, line in enumerate(lines) if i % every != every - 1]
    return (torch.tensor([[int(c, 17) / 16 for c in pixels] for pixels, _ in rows], dtype=torch.float64),
            torch.tensor([int(label) for _, label in rows]))


def _text(name, root, where):
    """A data file: a regular one inside the folder of the fixtures, whatever links lead to it, and not too large."""
    try:
        file = (root / name).resolve(strict=True)
        if not file.is_relative_to(root.resolve()) or not file.is_file():
            raise FixtureProblem(f"{where}: {name[:80]} is not a file in the folder of the fixtures")
        if file.stat().st_size > _LARGEST_DATA:
            raise FixtureProblem(f"{where}: {name[:80]} has {file.stat().st_size:,} bytes, at most {_LARGEST_DATA:,} are read")
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as e:
        raise FixtureProblem(f"{where}: {name[:80]} is not text in UTF-8") from e
    except (OSError, ValueError, RuntimeError) as e:
        raise FixtureProblem(f"{where}: {name[:80]} is not a file in the folder of the fixtures") from e


def run(path, name, table, check, outcome):
    """Recomputes the cases of a file, calibrates them, and writes the file if a number is new."""
    text = strict.read(path)
    root = Path(path).resolve().parents[len(Path(name).parts) - 1]
    try:
        record = strict.ordered(strict.document(text), _FILE, name)
        strict.require(record, ("title", "source", "cases"), name)
        for key in ("title", "source"):
            strict.text(record[key], f"{name}: {key}")
        if not strict.elements(record["cases"], f"{name}: cases"):
            raise FixtureProblem(f"{name}: cases: there are none")
        cases = []
        for raw, where in strict.numbered(record["cases"], name):
            for key in ("id", "comment"):
                strict.text(strict.members(raw, where).get(key), f"{where}: {key}")
            try:
                cases.append(Case(raw, name, where, root))
            except (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError) as e:
                raise FixtureProblem(f"{where}: {type(e).__name__}: {e}") from e
    except ValueError as e:
        raise FixtureProblem(f"{name}: not JSON: {e}") from e
    outcome.cases = len(cases)
    for case in cases:
        for dtype in case.dtypes:
            try:
                _recompute(case, dtype, {**table.budgets, **BUDGETS}, outcome)
            except (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError, ZeroDivisionError) as e:
                raise FixtureProblem(f"{case.where}: {type(e).__name__}: {str(e).splitlines()[0] if str(e) else ''}") from e
    record["cases"] = [case.record for case in cases]
    changed = any(v.state == CHANGED for v in outcome.verdicts)
    if changed or record.get("provenance") is None:
        record["provenance"] = {"torch": torch.__version__.split("+")[0], "script": fixtures.SCRIPT}
    new = fixtures.canonical(record)
    if new != text and not changed:
        outcome.verdicts.append(Verdict("", "", None, CHANGED, "the layout is not canonical"))
    if new != text and not check:
        fixtures.write(path, new)
        outcome.written = True


def _recompute(case, dtype, budgets, outcome):
    torch_dtype = DTYPES[dtype]
    expect = case.record.setdefault("expect", {})
    tolerance = case.record.setdefault("tolerance", {})
    allowed = _allowed(tolerance.get(dtype), case.steps)
    recorded = _flat(expect.get(dtype))
    results = case.train(torch_dtype)
    drawn = _sample(case, dtype, budgets)
    kept = {}
    for key, tensor in results.items():
        entry = recorded.get(key)
        state, why = (CHANGED, "not recorded") if entry is None else compare(
            tensor, entry, allowed.get(key), torch_dtype, lambda number, key=key: noise(drawn, key, number, dtype))
        outcome.verdicts.append(Verdict(case.name, dtype, key, state, why))
        kept[key] = write_tensor(tensor) if state == CHANGED else entry
    numbers = {key: read_tensor(entry, torch_dtype) for key, entry in kept.items()}
    expect[dtype] = {"loss": fixtures._array(kept["value", "loss"], torch_dtype, case.where), "parameters": {
        str(step): {key: fixtures._array(kept["value", f"{step}.{key}"], torch_dtype, case.where)
                    for key in case.parameters} for step in case.marked}}
    new = _calibrate(case, dtype, numbers, drawn, tolerance.get(dtype))
    if new != tolerance.get(dtype) and dtype in tolerance:
        outcome.verdicts.append(Verdict(case.name, dtype, None, CHANGED, "tolerances have moved"))
    tolerance[dtype] = new
    for key in ("expect", "tolerance"):
        case.record[key] = {name: case.record[key][name] for name in case.dtypes if name in case.record[key]}
    case.record = {key: case.record[key] for key in _CASE if key in case.record}


def _sample(case, dtype, budgets):
    """The quantities in each sample, and without noise."""
    rounded = DTYPES[dtype]
    samples = [case.train(torch.float64, rounded, TrainingArithmetic(budgets, rounded, _seed(case, dtype) + number))
               for number in range(FEW if case.steps >= LONG else MANY)]
    return samples, case.train(torch.float64, rounded)


def _calibrate(case, dtype, numbers, drawn, old):
    samples, baseline = drawn
    count = len(samples)
    scale = FACTOR * _scale(count)

    def spread(key):
        return _spread(numbers[key].double(), [s[key] for s in samples], baseline[key], dtype, f"{case.where}: {key[1]}")[0]

    moved = spread(("value", "loss"))
    size = numbers["value", "loss"].double().abs()
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
                scale * part, numbers[quantity].double().abs(), before, part, count)
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


def _flat(expect):
    if not expect:
        return {}
    return {("value", "loss"): expect["loss"], **{("value", f"{step}.{key}"): entry for step, by in
                                                  expect["parameters"].items() for key, entry in by.items()}}


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
