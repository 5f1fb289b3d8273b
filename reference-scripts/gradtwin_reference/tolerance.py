"""The smallest pair (rtol, atol) that covers what each element needs."""

import math

import torch

# The tolerance is this many times what was seen to move.
FACTOR = 8.0
# A relative tolerance above this says nothing; what needs more gets it absolutely.
_LARGEST_RTOL = 0.1
# A pair with atol must be tighter by this much, in the mean, than one without.
_PREFERENCE = math.log(3.0)
_SMALLEST = 2.0**-1074
_STEPS = (1, 2, 5)
_RTOLS = [0.0] + [float(f"{step}e{power}") for power in range(-17, 0) for step in _STEPS
                  if float(f"{step}e{power}") <= _LARGEST_RTOL]


def round_up(value):
    """The smallest 1, 2 or 5 times a power of ten that is not below."""
    if value == 0:
        return 0.0
    if not 0 < value < math.inf:
        raise ValueError(f"{value!r} cannot be rounded up")
    power = math.floor(math.log10(value))
    for exponent in (power - 1, power, power + 1):
        for step in _STEPS:
            rounded = float(f"{step}e{exponent}")
            if rounded >= value:
                return rounded
    return math.inf


def cover(needed, size):
    """(rtol, atol) with atol + rtol * size >= needed everywhere.

    Of all relative tolerances, each with the least atol that does it, the one with the smallest geometric mean of what it
    allows: that way an element near cancellation is not paid for by all the others, nor the small by the large.
    """
    needed, size = _relevant(needed, size)
    if not needed.numel():
        return 0.0, 0.0
    rtols = torch.tensor(_RTOLS, dtype=torch.float64).unsqueeze(1)
    atols = [round_up(left) for left in (needed - rtols * size).amax(dim=1).clamp(min=0.0).tolist()]
    allowed = torch.tensor(atols, dtype=torch.float64).unsqueeze(1) + rtols * size
    # What is exact, or nearly, beside what is not counts as if it needed one unit.
    units = torch.maximum(needed, size * 2.0**-53).clamp(min=_SMALLEST)
    score = torch.log(torch.clamp(allowed / units, min=1e-30)).mean(dim=1)
    score += torch.tensor([_PREFERENCE if atol else 0.0 for atol in atols], dtype=torch.float64)
    best = int(score.argmin())
    return _RTOLS[best], atols[best]


def keeps(rtol, atol, needed, size):
    """Whether a recorded pair stays: it would have been right for twice or half of what is needed now."""
    relevant, at = _relevant(needed, size)
    if not relevant.numel():
        return rtol == 0 and atol == 0
    allowed = atol + rtol * at
    if not bool((allowed >= relevant / 2).all()):
        return False
    other_rtol, other_atol = cover(2 * needed, size)
    other = other_atol + other_rtol * at
    return float(torch.log(allowed / other).nan_to_num(0.0).mean()) <= 1e-9


def _relevant(needed, size):
    """Elements that are finite and not exactly right by nature."""
    needed, size = needed.reshape(-1), size.reshape(-1)
    chosen = size.isfinite() & ((needed > 0) | (size > 0))
    needed, size = needed[chosen], size[chosen]
    return (needed, size) if bool((needed > 0).any()) else (needed[:0], size[:0])
