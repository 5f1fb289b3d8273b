"""Random inputs that are the same bits in Python and in Java: SplitMix64 and grids that are exact in float32."""

_MASK = (1 << 64) - 1
_GRID = 2.0**-20


class SplitMix64:
    """Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014)."""

    def __init__(self, seed):
        self._state = seed & _MASK

    def next(self):
        """The next 64 bits, as an unsigned number."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def grid_uniform(self):
        """A multiple of 2^-20 in [0, 1)."""
        return (self.next() >> 44) * _GRID


def uniform(seed, count):
    """`count` numbers 2u - 1 in [-1, 1), one draw each."""
    draws = SplitMix64(seed)
    return [2.0 * draws.grid_uniform() - 1.0 for _ in range(count)]


def bell(seed, count):
    """`count` sums of twelve grid uniforms, minus 6: mean 0, standard deviation 1."""
    draws = SplitMix64(seed)
    return [sum(draws.grid_uniform() for _ in range(12)) - 6.0 for _ in range(count)]


def indices(seed, count, high):
    """`count` integers in [0, high)."""
    draws = SplitMix64(seed)
    return [(draws.next() >> 1) % high for _ in range(count)]


DISTRIBUTIONS = {"uniform": uniform, "bell": bell}
