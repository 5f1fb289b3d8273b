"""Monte-Carlo arithmetic: a program runs in float64 while every ATen kernel's result is off by a random few units
roundoff, forward and backward. What moves is what rounding can explain.

The budget of a kernel, from the op table, says by how much:

  0         exact: selections, copies, views, comparisons, signs; ties and kinks stay put
  k         the result is multiplied by 1 + d, |d| <= k u: 1 for correctly rounded arithmetic, 2 for elementary functions
  "terms"   a sum or product of n terms: each term is multiplied by 1 + d, |d| <= k(n) u, see `terms_budget`
  "steps"   a fused kernel that may cancel inside: run as the steps in `steps`, each of which rounds

Sums and products of numbers so short that nothing is rounded, in whatever order, are left alone: kinks and ties that
small whole numbers lead to stay put too.

Each use of a number that was rounded is off by a unit more, by itself: in PyTorch the value and the gradient of sigmoid are made of
one rounded number, whose errors cancel in the gradient of log(sigmoid(x)); those of another right formula do not. Leaves, and what only
moves their elements, nobody rounds.

In float64 the product with 1 + d is itself rounded; two units at least keep the noise from being rounded away.
"""

import math

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from . import steps

UNIT = {torch.float32: 2.0**-24, torch.float64: 2.0**-53}
_POOL = 1 << 15
_SMALLEST_NORMAL64, _SMALLEST64 = 2.0**-1022, 2.0**-1074
_SMALLEST_NORMAL, _SMALLEST, _LARGEST = 2.0**-126, 2.0**-149, (2.0 - 2.0**-23) * 2.0**127


class UnknownKernel(Exception):
    """A kernel without a budget in the op table."""


def terms_budget(n):
    """How far, in units, each of n terms is moved.

    In a sum that runs from left to right n like terms of one sign are off by about 0.35 n^1.5 u |term|, in blocked and
    pairwise sums by less. Moving each term by k u moves the sum by k sqrt(n / 3) u |term|; with the largest of 64 samples
    and the factor 8 on top, k = sqrt(n) covers that up to a thousand terms, and n / 16 beyond. One term is not added.
    """
    return 0.0 if n <= 1 else max(math.sqrt(n), n / 16)


def kernel_name(func):
    """The kernel's name in the table: without namespace, and as if it were not in place."""
    name = func._schema.name.split("::")[1]
    return name[:-1] if name.endswith("_") else name


class Arithmetic(TorchDispatchMode):
    """Runs kernels, moves their results, and writes down every decision: on which side of a kink each element was."""

    def __init__(self, budgets, dtype, seed, noisy=True, float32_range=False, short=True):
        """`short` false: short numbers are rounded too, so that all moves that came of arithmetic."""
        super().__init__()
        self._budgets = budgets
        self._single = dtype == torch.float32
        self._unit = UNIT[dtype] if noisy else 0.0
        # Where it only matters what moves at all, a rounding that happens to be none must not hide it.
        self._least = 64.0 if not short else 0.0 if self._single else 2.0
        self._range = float32_range
        self._short = short
        self._rounded = {}
        self._generator = torch.Generator().manual_seed(seed)
        self._restart_pool()
        self.line = 0
        self.kernels = 0
        self.leaves_range = False
        self.decisions = []

    def __enter__(self):
        # Tensors are kept, lest another one gets their memory and is taken for them.
        self._rounded = {}
        return super().__enter__()

    def at_line(self, line):
        """Told by the evaluation which statement runs; 0 is the backward pass."""
        self.line = line

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = kernel_name(func)
        kwargs = kwargs or {}
        if any(isinstance(a, torch.Tensor) and (a.is_meta or a._is_zerotensor()) for a in args):
            # Zeros that PyTorch does not store, or the shapes that it works out for them: there is nothing to round.
            return func(*args, **kwargs)
        self.kernels += 1
        budget = self._budgets.get(name)
        if budget is None:
            raise UnknownKernel(f"the kernel '{name}' is not in the op table")
        used = any(self._is_rounded(a) for arg in args for a in (arg if isinstance(arg, (tuple, list)) else (arg,)))
        if budget == 0:
            out = func(*args, **kwargs)
            self._decide(name, args, out)
            if used:
                self._mark(out)
            return out
        if self._unit == 0.0:
            out = func(*args, **kwargs)
            self._watch_range(out)
            return out
        pointwise = torch.Tag.pointwise in func.tags
        common = torch.broadcast_shapes(*(a.shape for a in args if isinstance(a, torch.Tensor))) if pointwise else None
        args = [a if i == 0 and func._schema.is_mutable else self._used(a, common) for i, a in enumerate(args)]
        if budget == "steps":
            out = self._steps(name, func, args, kwargs)
            self._mark(out)
            return self._ranged(out) if self._range else out
        if self._single:
            args = [self.scalar(a) if type(a) in (float, int) else a for a in args]
            kwargs = {key: self.scalar(a) if type(a) in (float, int) else a for key, a in kwargs.items()}
        if budget == "terms":
            out, rounds = self._terms(name, func, args, kwargs)
        else:
            if name in ("add", "sub") and kwargs.get("alpha", 1) not in (1, -1) and isinstance(args[1], torch.Tensor):
                args = (args[0], self.moved(args[1], 1))
            out = func(*args, **kwargs)
            exact = _exact_elements(name, out, args, kwargs) if self._short and name in _ADDS_OR_MULTIPLIES else None
            for part in _floating(out):
                self.move(part, budget, exact)
            rounds = exact is None or not bool(exact.all())
        if used or rounds:
            self._mark(out)
        return self._ranged(out) if self._range else out

    # ---- uses of rounded numbers

    def _mark(self, out):
        for part in _floating(out):
            if part.numel():
                self._rounded[part.untyped_storage().data_ptr()] = part

    def _is_rounded(self, arg):
        return isinstance(arg, torch.Tensor) and arg.is_floating_point() and arg.untyped_storage().data_ptr() in self._rounded

    def _used(self, arg, common):
        """An operand as this kernel sees it, each copy that it is stretched to by itself."""
        if not self._is_rounded(arg):
            return arg
        return self.used(arg if common is None else arg.expand(common))

    # ---- rounding, also for `steps`

    @property
    def unit(self):
        """The unit roundoff of the type."""
        return self._unit

    def move(self, tensor, units, exact=None):
        """Multiplies in place by 1 + d, |d| <= units u, except where it is exact."""
        if units and tensor.numel():
            factors = self._factors(tensor, units)
            tensor.mul_(factors if exact is None else factors.masked_fill(exact, 1.0))
            self._last_digit(tensor, factors, exact)
        return tensor

    def _last_digit(self, tensor, factors, exact):
        """Moves subnormal numbers of float64 by a smallest step or two, which the product with 1 + d rounds away."""
        if not self._has_subnormal(tensor):
            return
        small = _subnormal(tensor) if exact is None else _subnormal(tensor) & ~exact
        steps_ = torch.round((factors - 1.0) / self._unit) * _SMALLEST64
        tensor.copy_(torch.where(small, tensor + steps_, tensor))

    def _has_subnormal(self, tensor):
        return not self._single and bool(_subnormal(tensor).any())

    def used(self, tensor):
        """A rounded number as one more use of it sees it, each element by itself."""
        moved = self.moved(tensor, 1)
        return torch.where(_short_elements(tensor), tensor, moved) if self._short else moved

    def moved(self, tensor, units):
        """The same into a new tensor."""
        return tensor * self._factors(tensor, units) if units and tensor.numel() else tensor

    def sum(self, tensor, dim, keepdim=True):
        """A sum whose terms are moved."""
        n = math.prod(tensor.shape[d] for d in dim) if dim else tensor.numel()
        terms = tensor if self._short and is_short(tensor, n) else self.moved(tensor, terms_budget(n))
        return torch.sum(terms, dim=dim or None, keepdim=keepdim)

    def mean(self, tensor, dim):
        """A mean whose terms are moved, and kept in its dimensions."""
        n = math.prod(tensor.shape[d] for d in dim) if dim else tensor.numel()
        mean = self.sum(tensor, dim) / n
        if n == 1:
            return mean
        self.move(mean, 1)
        return mean if not self._short else torch.where(*_means_of_equals(tensor, dim, True, n), mean)

    def add(self, one, other):
        """A sum of two, which is off by no more than the smaller of them."""
        total = one + other
        error = self.moved(total, 1) - total
        least = torch.minimum(one.abs(), other.abs())
        return total + torch.where(error.isfinite(), torch.clamp(error, -least, least), torch.zeros_like(error))

    @staticmethod
    def units_of_terms(n):
        """See `terms_budget`."""
        return terms_budget(n)

    def _factors(self, tensor, units):
        count = tensor.numel()
        if self._next + count > self._base.numel():
            self._restart_pool(count)
        pool = self._pools.get(units)
        if pool is None:
            pool = self._pools[units] = 1.0 + self._base * (max(units, self._least) * self._unit)
        start = self._next
        self._next += count
        return pool[start:start + count].view(tensor.shape)

    def _restart_pool(self, count=0):
        self._base = torch.rand(max(_POOL, count), generator=self._generator, dtype=torch.float64).mul_(2).sub_(1)
        self._pools = {}
        self._next = 0

    def product(self, one, other):
        """A product; exact where a factor is 1 or both and the result are short numbers."""
        out = one * other
        if not self._short:
            return self.move(out, 1)
        exact = _short_elements(out) & _short_elements(one) & _short_elements(other)
        return self.move(out, 1, exact | (one.abs() == 1) | (other.abs() == 1))

    def exp(self, tensor):
        """The exponential; that of 0 is 1."""
        return self.move(torch.exp(tensor), 2, tensor == 0)

    def scalar(self, value):
        """A Python number as the dtype has it: moved where float32 would round it."""
        if not self._single or type(value) is int and -(1 << 24) <= value <= 1 << 24 or torch.tensor(value, dtype=torch.float32).item() == value:
            return value
        return value * float(self._factors(torch.empty(()), 1.0))

    def _steps(self, name, func, args, kwargs):
        """A fused kernel step by step; what is not finite is as the kernel itself makes it."""
        out, whole = steps.STEPS[name](self, func, *args, **kwargs), func(*args, **kwargs)
        if isinstance(out, torch.Tensor):
            return torch.where(out.isfinite() & whole.isfinite(), out, whole)
        return tuple(b if a is None else torch.where(a.isfinite() & b.isfinite(), a, b) for a, b in zip(out, whole))

    # ---- sums and products of many terms

    def _terms(self, name, func, args, kwargs):
        count = _count(name, func, args)
        units = max(terms_budget(count), 0.0 if name in _ADD_ONLY else 1.0)
        if self._short and name in _SHORT and all(is_short(a, count, _SHORT[name]) for a in args if isinstance(a, torch.Tensor)):
            return func(*args, **kwargs), True
        moved = [self.moved(a, units) if isinstance(a, torch.Tensor) and a.is_floating_point() else a for a in args]
        out = func(*moved, **kwargs)
        if self._short and name == "mean" and args[0].numel():
            dims = args[1] if len(args) > 1 and args[1] else list(range(args[0].dim()))
            out = torch.where(*_means_of_equals(args[0], dims, out.dim() == args[0].dim(), count), out)
        for part in _floating(out):
            if units and self._has_subnormal(part):
                self._last_digit(part, self._factors(part, 2), None)
        return out, units > 0

    # ---- kinks

    def _decide(self, name, args, out):
        """Which side of a kink: comparisons say it themselves, fused kernels decide by one of their arguments."""
        if isinstance(out, torch.Tensor) and out.dtype == torch.bool:
            self.decisions.append((self.line, name, out))
        elif name in _KINKS:
            decision = _KINKS[name](args)
            if decision is not None:
                self.decisions.append((self.line, name, decision))

    # ---- the range of float32

    def _watch_range(self, out):
        if self._single and not self.leaves_range:
            for part in _floating(out):
                size = part.abs()
                small, large = (size > 0) & (size < _SMALLEST_NORMAL), (size > _LARGEST) & size.isfinite()
                self.leaves_range |= bool((small | large).any())

    def _ranged(self, out):
        """Results as they would be in the range of float32: subnormal ones lose digits, too large ones are infinite."""
        for part in _floating(out):
            small = (part.abs() < _SMALLEST_NORMAL) & (part != 0)  # −0 keeps its sign
            if bool(small.any()):
                steps_up = part / _SMALLEST
                noise = (self._factors(part, 1.0) - 1.0) / self._unit
                rounded = torch.where(steps_up.abs() > 0.5, torch.round(steps_up + noise), torch.zeros_like(part))
                part.copy_(torch.where(small, rounded * _SMALLEST, part))
            part.masked_fill_(part > _LARGEST, math.inf).masked_fill_(part < -_LARGEST, -math.inf)
        return out


def _floating(out):
    parts = out if isinstance(out, (tuple, list)) else (out,)
    return [part for part in parts if part is not None and part.is_floating_point()]


# Numbers of few bits: multiples of 2^-10 below 2^13 fit float32, and so does all that is added up of them below 2^13.
_SHORT_UNIT, _SHORT_LIMIT = 2.0**10, 2.0**13
_ADDS_OR_MULTIPLIES = ("add", "sub", "rsub", "mul", "pow", "div")
# Sums of many terms, and sums of products of two factors, each with half of the bits.
_SHORT = {"sum": 1, "mm": 2, "mv": 2, "dot": 2, "addmm": 2, "bmm": 2, "baddbmm": 2}


def _subnormal(tensor):
    """Which elements are subnormal numbers of float64."""
    return (tensor != 0) & (tensor.abs() < _SMALLEST_NORMAL64)


def is_short(tensor, terms, factors=1):
    """Whether sums of that many terms, each a product of so many of the elements, are exact in any order: there is
    nothing to round. That way a kink or a tie stays put that arithmetic on small whole numbers leads to."""
    if not tensor.is_floating_point() or not tensor.numel():
        return False
    unit, limit = _SHORT_UNIT ** (1 / factors), (_SHORT_LIMIT / max(terms, 1)) ** (1 / factors)
    return bool((((tensor * unit).frac() == 0) & (tensor.abs() < limit)).all())


def _means_of_equals(tensor, dims, keepdim, count):
    """(where, what): the mean of short numbers that are all equal is that number, and their deviation is 0."""
    if not tensor.dim():
        return torch.zeros((), dtype=torch.bool), tensor
    if not tensor.numel():
        return torch.zeros((), dtype=torch.bool), torch.zeros((), dtype=tensor.dtype)
    low, high = torch.amin(tensor, dims, keepdim), torch.amax(tensor, dims, keepdim)
    return (low == high) & ((low * _SHORT_UNIT).frac() == 0) & (low.abs() * count < _SHORT_LIMIT), low


def _exact_elements(name, out, args, kwargs):
    """Where a sum, difference, product or quotient of two short numbers is short itself, hence exact, or a factor or divisor is a
    power of 2; None for nowhere."""
    if not out.is_floating_point():
        return None
    exact = _short_elements(out)
    for operand in (*args[:2], *kwargs.values()):
        if isinstance(operand, torch.Tensor):
            exact = exact & _short_elements(operand) if operand.is_floating_point() else exact
        elif isinstance(operand, (int, float)) and ((operand * _SHORT_UNIT) % 1 or abs(operand) >= _SHORT_LIMIT):
            exact = torch.zeros_like(exact)
    for scale in {"mul": args[:2], "div": args[1:2]}.get(name, ()):
        exact = exact | _powers_of_2(torch.as_tensor(scale, dtype=torch.float64)) & ~_subnormal(out)
    return exact


def _powers_of_2(tensor):
    return torch.frexp(tensor.abs()).mantissa == 0.5


def _short_elements(tensor):
    """Elementwise the same as `is_short`."""
    return ((tensor * _SHORT_UNIT).frac() == 0) & (tensor.abs() < _SHORT_LIMIT)


# Backward kernels that add what was copied to several places.
_SPREAD = ("unfold_backward", *(f"{kind}_pad{rank}d_backward" for kind in ("reflection", "replication") for rank in (1, 2, 3)))
_ADD_ONLY = ("sum", "mean", "prod", "cumprod", "index_put", "embedding_dense_backward", "scatter_add", "index_add", *_SPREAD)


def _count(name, func, args):
    """The number of terms of a kernel with the budget "terms"."""
    match name:
        case "mm" | "mv" | "dot" | "bmm":
            return args[0].shape[-1]
        case ("_linalg_solve_ex" | "linalg_lu_solve" | "linalg_inv_ex" | "linalg_solve_triangular" | "linalg_cholesky_ex" | "_linalg_det"
              | "_linalg_slogdet"):
            return args[0].shape[-1]
        case "trace":
            return min(args[0].shape)
        case "addmm" | "baddbmm":
            return args[1].shape[-1] + 1
        case "cumprod":
            return args[0].shape[args[1]] if args[0].dim() else 1
        case "embedding_dense_backward":
            return int(torch.bincount(args[1].reshape(-1)).max()) if args[1].numel() else 0
        case "index_put":
            if len(args) < 4 or not args[3] or not args[2].numel():
                return 0
            return int(func(torch.zeros_like(args[0]), args[1], torch.ones_like(args[2]), True).max())
        case "scatter_add" | "index_add":
            return int(func(torch.ones_like(args[0]), args[1], args[2], torch.ones_like(args[3])).max()) if args[0].numel() else 0
        case _ if name in _SPREAD:
            added = func(torch.ones_like(args[0]), *args[1:])
            return int(added.max()) if added.numel() else 0
    dims = args[1] if len(args) > 1 else None
    shape = args[0].shape
    if isinstance(dims, int):
        dims = [dims]
    return args[0].numel() if not dims else math.prod(shape[d] for d in dims) if shape else 1


_KINKS = {
    "threshold_backward": lambda args: args[1] > args[2],
    "sgn": lambda args: torch.sgn(args[0]),
    "leaky_relu_backward": lambda args: args[1] > 0 if args[2] != 1 else None,
    "elu_backward": lambda args: args[5] > 0 if args[1] != 1 else None,
}
