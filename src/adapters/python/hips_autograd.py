"""HIPS autograd behind gradtwin's protocol: pip install -r autograd.txt."""

import autograd
import autograd.numpy as np
import autograd.scipy.special as special
import numpy

import gradtwin


def index(x, *tensors, subscript):
    return x[tuple(tensors[i - 1] if isinstance(i, gradtwin.Operand) else i for i in subscript)]


def over(function):
    """A reduction; no dimensions are all."""
    return lambda x, dim=None, keepdim=False, **more: function(
        x, axis=None if dim == () else dim, keepdims=keepdim, **more)


def spread(function):
    return lambda x, dim, correction, keepdim: function(
        x, axis=None if dim == () else dim, ddof=correction, keepdims=keepdim)


def along(function):
    """A scan; a number is its own. NumPy makes a vector of it."""
    return lambda x, dim: np.reshape(function(x, axis=dim if np.ndim(x) else None), np.shape(x))


def expand(x, size):
    shape = (1,) * (len(size) - np.ndim(x)) + np.shape(x)
    return np.broadcast_to(np.reshape(x, shape), tuple(own if asked == -1 else asked for asked, own in zip(size, shape)))


def constant_pad(x, pad, mode, value):
    if mode != "constant" or value or min(pad, default=0) < 0:
        raise gradtwin.Unsupported("pad here adds zeros")
    return np.pad(x, [(0, 0)] * (np.ndim(x) - len(pad) // 2) + [pad[i : i + 2] for i in range(len(pad) - 2, -1, -2)],
                  "constant")


def ascending(x, dim, descending):
    if descending or np.ndim(x) != 1:
        raise gradtwin.Unsupported("sort here is of a vector, upwards")
    return np.sort(x)


class Autograd(gradtwin.Functional):
    name = "autograd"
    version = getattr(autograd, "__version__", "") or __import__("importlib.metadata").metadata.version("autograd")
    home = "https://github.com/HIPS/autograd"
    dtypes = ("float32", "float64")
    ops = {
        "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "neg": np.negative,
        "pow": lambda x, exponent: x**exponent, "pow_tensor": np.power, "square": np.square,
        "reciprocal": np.reciprocal, "sqrt": np.sqrt, "abs": np.abs, "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1,
        "log": np.log, "log2": np.log2, "log10": np.log10, "log1p": np.log1p, "logaddexp": np.logaddexp,
        "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
        "atan2": np.arctan2, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "asinh": np.arcsinh,
        "acosh": np.arccosh, "atanh": np.arctanh, "hypot": np.hypot, "sinc": np.sinc, "deg2rad": np.deg2rad,
        "rad2deg": np.rad2deg, "remainder": np.remainder, "erf": special.erf, "erfc": special.erfc,
        "sigmoid": special.expit, "maximum": np.maximum, "minimum": np.minimum, "clamp": lambda x, min, max: np.clip(x, min, max),
        "floor": np.floor, "ceil": np.ceil, "round": np.round, "trunc": np.trunc, "sign": np.sign,
        "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal,
        "isnan": np.isnan, "isinf": np.isinf, "isfinite": np.isfinite, "logical_and": np.logical_and,
        "logical_or": np.logical_or, "logical_not": np.logical_not, "where": np.where,
        "detach": lambda x: x if isinstance(x, numpy.ndarray) else numpy.array(autograd.tracer.getval(x)),
        "matmul": np.matmul, "dot": np.dot, "outer": np.outer, "trace": np.trace, "det": np.linalg.det,
        "inv": np.linalg.inv, "solve": np.linalg.solve, "tensordot": lambda a, b, dims: np.tensordot(a, b, dims),
        "einsum": lambda *xs, equation: np.einsum(equation, *xs),
        "cholesky": lambda x, upper: np.swapaxes(np.linalg.cholesky(x), -1, -2) if upper else np.linalg.cholesky(x),
        "reshape": lambda x, shape: np.reshape(x, shape), "permute": lambda x, dims: np.transpose(x, dims),
        "transpose": np.transpose, "transpose_dims": lambda x, dim0, dim1: np.swapaxes(x, dim0, dim1),
        "movedim": lambda x, source, destination: np.moveaxis(x, source, destination),
        "unsqueeze": lambda x, dim: np.expand_dims(x, dim), "expand": expand,
        "roll": lambda x, shifts, dims: np.roll(x, shifts, axis=None if dims in (None, ()) else dims),
        "tile": lambda x, dims: np.tile(x, dims), "tril": lambda x, diagonal: np.tril(x, diagonal),
        "triu": lambda x, diagonal: np.triu(x, diagonal), "diag": lambda x, diagonal: np.diag(x, diagonal),
        "diagonal": lambda x, offset, dim1, dim2: np.diagonal(x, offset, dim1, dim2),
        "repeat_interleave": lambda x, repeats, dim: np.repeat(x, repeats, axis=dim),
        "cat": lambda *xs, dim: np.concatenate(xs, axis=dim), "stack": lambda *xs, dim: np.stack(xs, axis=dim),
        "hstack": lambda *xs: np.hstack(xs), "vstack": lambda *xs: np.vstack(xs), "pad": constant_pad, "index": index,
        "sum": over(np.sum), "mean": over(np.mean), "amax": over(np.max), "amin": over(np.min), "prod": over(np.prod),
        "var": spread(np.var), "std": spread(np.std), "logsumexp": over(special.logsumexp),
        "cumsum": along(np.cumsum), "sort": ascending,
    }
    limits = {"diagonal": {"attributes": ["offset"]}}

    def leaf(self, tensor, requires_grad):
        return numpy.frombuffer(tensor.data, tensor.dtype).reshape(tensor.shape).copy()

    def tensor(self, value, dtype):
        value = numpy.asarray(value)
        return gradtwin.Tensor(str(value.dtype), value.shape, value.tobytes())

    def vjp(self, function, leaves):
        pullback, value = autograd.core.make_vjp(lambda xs: function(*xs), tuple(leaves))
        return value, lambda cotangent: pullback(np.reshape(cotangent, np.shape(value)))


if __name__ == "__main__":
    gradtwin.serve(Autograd())
