"""One case from beginning to end: compute, compare with the record, calibrate."""

from . import numbers
from .calibrate import FEWER_SAMPLES, calibrate, noise, sample
from .case import nested
from .recompute import CHANGED, compare, expected, require_refusal


def run(case, budgets, fresh):
    """{"dtypes": {dtype: {"value" | "grad": {name: answer}}}, "notes": [..]}; each answer has a state and why, the number where
    it is not the recorded one (null for no dependence), and the tolerance, if there is something to compare."""
    if case.refused is not None:
        require_refusal(case)
        return {"dtypes": {}, "notes": []}
    results = expected(case)
    answers, notes = {}, []
    for dtype in case.dtypes:
        # Few samples show that all is as it stands; what they do not confirm is looked at in full.
        for count in (None,) if fresh else (FEWER_SAMPLES, None):
            quantities, remarks = _answer(case, dtype, results[dtype], sample(case, dtype, budgets, count), fresh)
            allowed = case.allowed.get(dtype, {})
            if not remarks and all(answer["state"] != CHANGED and answer.get("tolerance") == allowed.get(key)
                                   for key, answer in quantities.items()):
                break
        notes += remarks
        answers[dtype] = nested(quantities)
    return {"dtypes": answers, "notes": notes}


def _answer(case, dtype, results, drawn, fresh):
    """({quantity: answer}, [notes]) by those samples."""
    allowed = case.allowed.get(dtype, {})
    kept, quantities = judged(results, case.recorded.get(dtype, {}), allowed, drawn, dtype)
    tolerances, notes = calibrate(kept, {} if fresh else allowed, drawn, dtype)
    for key, tolerance in tolerances.items():
        quantities[key]["tolerance"] = tolerance
    return quantities, notes


def judged(results, recorded, allowed, drawn, dtype):
    """({quantity: number that stays}, {quantity: answer}): the recorded number, or the one of today where that is another."""
    kept, quantities = {}, {}
    for key, tensor in results.items():
        state, why = CHANGED, "not recorded"
        if key in recorded:
            state, why = compare(tensor, recorded[key], allowed.get(key), lambda number, key=key: noise(drawn, key, number, dtype))
        kept[key] = tensor if state == CHANGED else recorded[key]
        quantities[key] = {"state": state, "why": why}
        if state == CHANGED:
            quantities[key]["number"] = None if tensor is None else numbers.write(tensor)
    return kept, quantities
