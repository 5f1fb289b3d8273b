"""Takes JSON as it is meant, and nothing else: whatever the Java reader refuses is refused here, by file, case and key."""

import json
import math
from pathlib import Path

from .problems import FixtureProblem


MAX_RANK = 8


def read(path):
    """The text of a file in UTF-8, with or without a byte order mark."""
    return Path(path).read_text(encoding="utf-8-sig")


def document(text):
    """JSON without keys that are given twice, bare NaN, or numbers beyond float64; raises ValueError."""
    return json.loads(text, object_pairs_hook=_unique, parse_constant=_constant, parse_float=_decimal)


def _unique(pairs):
    record = dict(pairs)
    if len(record) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(k for k in keys if keys.count(k) > 1)!r} is given twice")
    return record


def _constant(name):
    raise ValueError(f'{name} stands without quotes: write "{name}"')


def _decimal(text):
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:40]} is beyond float64")
    return number


def members(value, where):
    """An object."""
    if not isinstance(value, dict):
        raise FixtureProblem(f"{where}: expected an object, found {json.dumps(value)[:40]}")
    return value


def elements(value, where):
    """An array."""
    if not isinstance(value, list):
        raise FixtureProblem(f"{where}: expected an array, found {json.dumps(value)[:40]}")
    return value


def text(value, where):
    """A string with something in it."""
    if not isinstance(value, str):
        raise FixtureProblem(f"{where}: expected a string, found {json.dumps(value)[:40]}")
    if not value.strip():
        raise FixtureProblem(f"{where}: is blank")
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise FixtureProblem(f"{where}: is half of a character: a surrogate without the other one")
    return value


def texts(record, keys, where):
    """A record with exactly these keys, all of them strings."""
    record = ordered(record, keys, where)
    require(record, keys, where)
    for key in keys:
        text(record[key], f"{where}: {key}")
    return record


def integer(value, where, low, high=2**63 - 1):
    """An integer between two others, both included; no truth value."""
    if type(value) is not int or not low <= value <= high:
        raise FixtureProblem(f"{where}: {json.dumps(value)[:40]} is not an integer from {low} to {high}")
    return value


def choice(value, choices, where):
    """One of several words."""
    if text(value, where) not in choices:
        raise FixtureProblem(f"{where}: '{value}' is not one of {', '.join(choices)}")
    return value


def is_shape(value):
    """Whether it is a list of at most eight sizes."""
    return isinstance(value, list) and len(value) <= MAX_RANK and all(type(n) is int and 0 <= n < 2**31 for n in value)


def numbered(cases, name):
    """The cases of a file, each with how problems call it: by its id, or by its number if it has none."""
    for number, raw in enumerate(elements(cases, f"{name}: cases"), start=1):
        yield raw, f"{name}: case {raw.get('id', number) if isinstance(raw, dict) else number}"


def ordered(record, keys, where):
    """A record in the order of the keys, which are all that it may have."""
    members(record, where)
    unknown = [key for key in record if key not in keys]
    if unknown:
        raise FixtureProblem(f"{where}: {unknown[0]}: unknown key; there are {', '.join(keys)}")
    return {key: record[key] for key in keys if key in record}


def require(record, keys, where):
    """Refuses a record that lacks one of these keys."""
    for key in keys:
        if key not in record:
            raise FixtureProblem(f"{where}: {key}: is missing")
