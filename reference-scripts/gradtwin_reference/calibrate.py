"""From samples under Monte-Carlo arithmetic to the tolerance of every quantity."""

import hashlib
import math

import torch

from .evaluate import DTYPES, Refusal, evaluate
from .montecarlo import UNIT, Arithmetic, UnknownKernel
from .problems import Problem
from .recompute import cotangent_of, leaves_of
from .tolerance import FACTOR, cover, keeps

# What is computed is never held tighter than to so many ulp: right engines round once more or less.
FLOOR_ULP = 4
SAMPLES = 64
FEWER_SAMPLES = 16
# Programs of more kernels than this are sampled less often; what 64 samples would have shown is extrapolated.
MANY_KERNELS = 1500
_SUBNORMAL = {"float32": 2.0**-149, "float64": 2.0**-1074}
_NORMAL = {"float32": 2.0**-126, "float64": 2.0**-1022}


def calibrate(numbers, recorded, drawn, dtype):
    """({quantity: tolerance record}, [notes]) for the numbers that are recorded in the dtype, None being no dependence.

    `drawn` is what `sample` gave. A recorded tolerance stays as long as the new one is within a factor of 2.
    """
    samples, baseline, loose = drawn
    tolerances, notes = {}, []
    for key, number in numbers.items():
        if number is None:
            continue
        at = f"{dtype}: {key[0]}: {key[1]}"
        spread, note = _spread(number.double(), [s[key] for s in samples], baseline[key], dtype, at)
        if note:
            notes.append(note)
        size = number.double().abs()
        computed = loose[key] != baseline[key]
        needed = torch.maximum(FACTOR * _scale(len(samples)) * spread, _floor(size, dtype) * computed)
        old = recorded.get(key)
        if old is not None and keeps(old["rtol"], old["atol"], needed, size):
            tolerances[key] = old
            continue
        rtol, atol = cover(needed, size)
        tolerances[key] = {"rtol": rtol, "atol": atol, "because": _because(len(samples), spread, bool((needed > 0).any()))}
    return tolerances, notes


def _floor(size, dtype):
    """FLOOR_ULP of a number; a subnormal one has the ulp of all of them, however small it is."""
    subnormal = (size > 0) & (size < _NORMAL[dtype])
    return torch.where(subnormal, FLOOR_ULP * _SUBNORMAL[dtype], 2 * FLOOR_ULP * UNIT[DTYPES[dtype]] * size)


def noise(drawn, key, number, dtype):
    """How far from a number of today its record may be where another machine rounds otherwise: as far as tolerances reach
    from the middle of the samples, and a few units. Whatever is recorded beside it has no say in this."""
    samples, baseline = drawn[:2]
    stack = torch.stack([*(s[key] for s in samples), baseline[key]])
    stack = torch.where(stack.isfinite(), stack, number.double())
    half = (stack.amax(dim=0) - stack.amin(dim=0)) / 2
    return FACTOR * _scale(len(samples)) * half + _few_units(number.double(), dtype)


def _few_units(number, dtype):
    return 4 * UNIT[DTYPES[dtype]] * number.abs() + 4 * _SUBNORMAL[dtype]


def _scale(count):
    """From the largest of so many samples to what 64 would have shown."""
    return math.sqrt(math.log(2 * SAMPLES) / math.log(2 * count))


def _because(count, spread, floored=False):
    widest = float(spread.max()) if spread.numel() else 0.0
    scaled = "" if count == SAMPLES else f" scaled to {SAMPLES}"
    exact = f"exact in {count} samples" + (f", {FLOOR_ULP} ulp allowed" if floored else "")
    return f"rounding, {count} samples{scaled}, spread {widest:.1e}" if widest else exact


def _seed(case, dtype, purpose=""):
    """A case's samples depend on its name and dtype alone, and on what they are for."""
    return int.from_bytes(hashlib.sha256(f"{case.name} {dtype}{purpose}".encode()).digest()[:7], "big")


def sample(case, dtype, budgets, count=None, purpose=""):
    """The quantities in each of `count` samples, by default as many as calibration takes, without noise, and in one more sample in
    which short numbers are rounded too: what differs there is computed, the rest only moved or selected.

    Half of the samples run the definitions of the ops, as engines of others may, where those have the same answer.
    """
    rounded = DTYPES[dtype]

    def run(statements, arithmetic):
        leaves = leaves_of(case, torch.float64, rounded)
        cotangent = cotangent_of(case, torch.float64, rounded)
        arithmetic.decisions = []
        with arithmetic:
            return evaluate(statements, leaves, case.root, cotangent, arithmetic.at_line, case.undetermined)

    def draw(statements, still, times):
        """So many samples, and how often which kink had another side than without noise."""
        samples, flips = [], {}
        for _ in range(times):
            samples.append(run(statements, noisy))
            for (line, kernel, one), (_, _, other) in zip(still.decisions, noisy.decisions):
                if not torch.equal(one, other):
                    flips[line, kernel] = flips.get((line, kernel), 0) + 1
        return samples, flips

    def by_definition(samples, times):
        """The same of the definitions; nothing where they are refused, or have another answer: at a kink, beyond the range."""
        still = Arithmetic(budgets, rounded, 0, noisy=False)
        try:
            # Numbers alone, as those of where(mask, 1, 0), are of the type that all is.
            torch.set_default_dtype(torch.float64)
            center = run(case.definitions, still)
            others, flips = draw(case.definitions, still, times)
        except (AttributeError, Refusal, RuntimeError, UnknownKernel):
            # An attribute is missing where a definition makes numbers of numbers alone: for Python they are no tensors.
            return []
        finally:
            torch.set_default_dtype(torch.float32)
        if flips or not _same_answer(samples, baseline, others, center, dtype):
            return []
        return [{key: _zeros_kept(s[key], [one[key] for one in samples], center[key]) for key in baseline} for s in others]

    try:
        still = Arithmetic(budgets, rounded, 0, noisy=False)
        baseline = run(case.statements, still)
        count = count or (SAMPLES if still.kernels <= MANY_KERNELS else FEWER_SAMPLES)
        noisy = Arithmetic(budgets, rounded, _seed(case, dtype, purpose), float32_range=still.leaves_range)
        loose = run(case.statements,
                    Arithmetic(budgets, rounded, _seed(case, dtype), float32_range=still.leaves_range, short=False))
        half = count // 2 if case.definitions else count
        samples, flips = draw(case.statements, still, half)
        if half < count:
            others = by_definition(samples, count - half)
            if not others:
                others, more = draw(case.statements, still, count - half)
                flips = {place: flips.get(place, 0) + more.get(place, 0) for place in flips | more}
            samples += others
    except UnknownKernel as e:
        raise Problem(f"{dtype}: {e}") from e
    except Refusal as e:
        raise Problem(f"{dtype}: under Monte-Carlo arithmetic: {e}") from e
    for (line, kernel), times in flips.items():
        place = f"line {line}" if line else "the backward pass"
        raise Problem(f"{dtype}: the kink of {kernel} in {place} is within rounding: another side in "
                             f"{times} of {count} samples; move the point away from it, or onto it exactly")
    return samples, baseline, loose


def _same_answer(samples, baseline, others, center, dtype):
    """Whether what definitions give without noise is as far from what kernels give as rounding explains, of every quantity."""
    for key, one in baseline.items():
        other = center.get(key)
        if one is None or other is None:
            if one is not other:
                return False
            continue
        drawn = [torch.stack([*(s[key] for s in some), still[key]]) for some, still in ((samples, baseline), (others, center))]
        if one.shape != other.shape or not torch.equal(_sides(drawn[1]), _sides(one).expand(drawn[1].shape)):
            return False
        finite = one.isfinite()
        half = sum((stack.amax(dim=0) - stack.amin(dim=0)) / 2 for stack in drawn)
        if bool((((one - other).abs() > FACTOR * half + _few_units(one, dtype)) & finite).any()):
            return False
    return True


def _zeros_kept(number, samples, still):
    """A zero without noise that no kernel's sample moves stays one: the mean of one element is that element, whose gradient an engine
    takes from itself."""
    if number is None:
        return None
    return torch.where((torch.stack(samples) == 0).all(dim=0) & (still == 0), torch.zeros_like(number), number)


def _sides(numbers):
    """0 for what is finite, 1 and −1 for infinities, 2 for NaN."""
    return torch.where(numbers.isnan(), 2.0, torch.where(numbers.isfinite(), 0.0, numbers.sign()))


def _spread(number, samples, baseline, dtype, where):
    """How far rounding moves each element, and a note where rounding does not explain the recorded number.

    It is half the range of the samples and the run without noise, and a quarter of the recorded number's distance from
    the middle of that range: what is allowed, 8 times as much, always reaches from the recorded number across the range.
    """
    stack = torch.stack([*samples, baseline])
    finite = number.isfinite()
    same = torch.where(finite, stack.isfinite(), (stack == number) | stack.isnan() & number.isnan())
    never = ~same.any(dim=0) & ~finite if dtype == "float32" else torch.zeros_like(finite)
    wrong = ~same[:-1].all(dim=0) & ~never
    if bool(wrong.any()):
        at = int(wrong.reshape(-1).int().argmax())
        values = stack[:-1].reshape(len(samples), -1)[:, at]
        others = values[~same[:-1].reshape(len(samples), -1)[:, at]]
        raise Problem(f"{where}: element {at} is {number.reshape(-1)[at].item()!r}, but {others.numel()} of "
                             f"{len(samples)} samples say otherwise, e.g. {others[0].item()!r}; move the point"
                             + (", or leave float32 out" if dtype == "float32" else ""))
    if not number.numel():
        return number, ""
    # Or not even they: a kernel may overflow inside.
    outside = ~same[-1]
    # Where float64 leaves the range of float32, the samples tell, not the run without noise.
    stack = torch.cat([stack[:-1], torch.where(outside, stack[0], stack[-1]).unsqueeze(0)])
    stack = torch.where(finite, stack, torch.zeros_like(stack))
    still = torch.where(finite, number, torch.zeros_like(number))
    low, high = stack.amin(dim=0), stack.amax(dim=0)
    half = (high - low) / 2
    distance = (still - (low + half)).abs()
    floor = ((still != 0) & (still.abs() < _NORMAL[dtype]) & (half > 0)).double() * _SUBNORMAL[dtype]
    if dtype == "float64":
        return torch.maximum(half + distance / 4, floor), ""
    own = _few_units(still, dtype)
    unexplained = distance > FACTOR * half + own
    spread = torch.maximum(torch.where(unexplained, half + own / FACTOR, half + distance / 4), floor)
    outside |= unexplained
    if not bool(outside.any()):
        return spread, ""
    at = int(outside.reshape(-1).int().argmax())
    return spread, (f"{where}: element {at} is {number.reshape(-1)[at].item()!r} in float32 and "
                    f"{baseline.reshape(-1)[at].item()!r} in float64: rounding does not explain it, the range of float32 "
                    "may; an engine that computes in float64 differs")
