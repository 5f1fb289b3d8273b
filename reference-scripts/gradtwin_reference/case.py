"""A case as a job carries it."""

from dataclasses import dataclass, field

from . import numbers, program


@dataclass(frozen=True)
class Case:
    """One case: what is run, from which numbers, and what is recorded of it."""

    name: str
    statements: tuple
    inputs: dict
    root: str
    cotangent: object
    dtypes: tuple
    refused: object = None
    undetermined: frozenset = frozenset()
    recorded: dict = field(default_factory=dict)
    allowed: dict = field(default_factory=dict)
    # The program by its ops' definitions; empty if none has one.
    definitions: tuple = ()

    @staticmethod
    def read(job):
        """The case of a job."""
        return Case(
            job["name"], program.read(job["program"]),
            {name: (numbers.read(leaf), leaf["requires_grad"]) for name, leaf in job["inputs"].items()}, job["root"],
            None if job["cotangent"] is None else numbers.read(job["cotangent"]), tuple(job["dtypes"]), job["refused"],
            frozenset(job["undetermined"]),
            {dtype: {key: None if entry is None else numbers.read(entry) for key, entry in by_key(entries)}
             for dtype, entries in job["expect"].items()},
            {dtype: dict(by_key(entries)) for dtype, entries in job["tolerance"].items()},
            program.read(job["definitions"] or ()))


def by_key(entries):
    """{"value": {name: entry}, "grad": {..}} as pairs of ("value" | "grad", name) and the entry."""
    for kind, by_name in entries.items():
        for name, entry in by_name.items():
            yield (kind, name), entry


def nested(pairs):
    """The same the other way round."""
    record = {}
    for (kind, name), entry in pairs.items():
        record.setdefault(kind, {})[name] = entry
    return record
