"""JAX behind gradtwin's protocol, op by op, or with the argument jit each program compiled as a whole: pip install jax."""

import sys

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy
from jax import lax, nn
from jax.scipy import special

import gradtwin


def over(function, **fixed):
    """A reduction; no dimensions are all."""
    def reduced(x, dim=None, keepdim=False, **more):
        return function(x, axis=None if dim == () else dim, keepdims=keepdim, **fixed, **more)
    return reduced


def along(function):
    return lambda x, dim: function(x, axis=dim % max(1, x.ndim))


def index(x, *tensors, subscript):
    return x[tuple(tensors[i - 1] if isinstance(i, gradtwin.Operand) else i for i in subscript)]


def pad(x, pad, mode, value):
    if mode != "constant":
        raise gradtwin.Unsupported("pad here is with a constant")
    widths = [(0, 0)] * (x.ndim - len(pad) // 2) + [pad[i : i + 2] for i in range(len(pad) - 2, -1, -2)]
    return jnp.pad(x, widths, constant_values=value or 0)


def conv(x, weight, bias, stride, padding, dilation, groups):
    n = weight.ndim - 2
    each = lambda a: (a,) * n if isinstance(a, int) else tuple(a) * (n // len(a))
    single = x.ndim == n + 1
    y = lax.conv_general_dilated(
        x[None] if single else x, weight, each(stride),
        padding.upper() if isinstance(padding, str) else [(p, p) for p in each(padding)],
        rhs_dilation=each(dilation), feature_group_count=groups)
    y = y if bias is None else y + bias.reshape((-1,) + (1,) * n)
    return y[0] if single else y


class Jax(gradtwin.Functional):
    name, version, home = "jax", jax.__version__, "https://github.com/jax-ml/jax"
    dtypes = ("float32", "float64")
    ops = {
        "add": jnp.add, "sub": jnp.subtract, "mul": jnp.multiply, "div": jnp.divide, "neg": jnp.negative,
        "pow": lambda x, exponent: x**exponent, "pow_tensor": jnp.power, "square": jnp.square,
        "reciprocal": jnp.reciprocal, "matmul": jnp.matmul, "einsum": lambda *xs, equation: jnp.einsum(equation, *xs),
        "abs": jnp.abs, "sign": jnp.sign, "sqrt": jnp.sqrt, "rsqrt": lax.rsqrt, "hypot": jnp.hypot, "sinc": jnp.sinc,
        "exp": jnp.exp, "exp2": jnp.exp2, "expm1": jnp.expm1, "log": jnp.log, "log2": jnp.log2, "log10": jnp.log10,
        "log1p": jnp.log1p, "logaddexp": jnp.logaddexp, "xlogy": special.xlogy, "erf": special.erf,
        "erfc": special.erfc, "sin": jnp.sin, "cos": jnp.cos, "tan": jnp.tan, "asin": jnp.arcsin, "acos": jnp.arccos,
        "atan": jnp.arctan, "atan2": jnp.arctan2, "sinh": jnp.sinh, "cosh": jnp.cosh, "tanh": jnp.tanh,
        "asinh": jnp.arcsinh, "acosh": jnp.arccosh, "atanh": jnp.arctanh, "deg2rad": jnp.deg2rad, "rad2deg": jnp.rad2deg,
        "floor": jnp.floor, "ceil": jnp.ceil, "round": jnp.round, "trunc": jnp.trunc, "fmod": jnp.fmod,
        "remainder": jnp.remainder, "clamp": jnp.clip, "clamp_tensor": jnp.clip, "maximum": jnp.maximum,
        "minimum": jnp.minimum, "celu": nn.celu, "elu": nn.elu, "leaky_relu": nn.leaky_relu, "relu": nn.relu,
        "relu6": nn.relu6, "selu": nn.selu, "sigmoid": nn.sigmoid, "silu": nn.silu, "mish": nn.mish,
        "logsigmoid": nn.log_sigmoid, "softplus": lambda x, beta, threshold: nn.softplus(x), "softsign": nn.soft_sign,
        "hardsigmoid": nn.hard_sigmoid, "hardswish": nn.hard_swish,
        "hardtanh": lambda x, min_val, max_val: nn.hard_tanh(x), "glu": lambda x, dim: nn.glu(x, axis=dim),
        "gelu": lambda x, approximate: nn.gelu(x, approximate=approximate == "tanh"),
        "lt": jnp.less, "le": jnp.less_equal, "gt": jnp.greater, "ge": jnp.greater_equal, "eq": jnp.equal,
        "ne": jnp.not_equal, "isnan": jnp.isnan, "isinf": jnp.isinf, "isfinite": jnp.isfinite,
        "logical_and": jnp.logical_and, "logical_or": jnp.logical_or, "logical_xor": jnp.logical_xor,
        "logical_not": jnp.logical_not, "where": jnp.where, "detach": lax.stop_gradient,
        "index": index, "pad": pad, "conv1d": conv, "conv2d": conv, "conv3d": conv,
        "reshape": lambda x, shape: jnp.reshape(x, shape), "permute": lambda x, dims: jnp.transpose(x, dims),
        "transpose": jnp.transpose, "transpose_dims": lambda x, dim0, dim1: jnp.swapaxes(x, dim0, dim1),
        "matrix_transpose": jnp.matrix_transpose, "movedim": jnp.moveaxis, "unsqueeze": lambda x, dim: jnp.expand_dims(x, dim),
        "flip": lambda x, dims: jnp.flip(x, dims), "roll": lambda x, shifts, dims: jnp.roll(x, shifts, dims or None),
        "tile": lambda x, dims: jnp.tile(x, dims), "tril": lambda x, diagonal: jnp.tril(x, diagonal),
        "triu": lambda x, diagonal: jnp.triu(x, diagonal), "diag": lambda x, diagonal: jnp.diag(x, diagonal),
        "diagonal": lambda x, offset, dim1, dim2: jnp.diagonal(x, offset, dim1, dim2),
        "repeat_interleave": lambda x, repeats, dim: jnp.repeat(x, repeats, axis=dim),
        "index_select": lambda x, i, dim: jnp.take(x, i, axis=dim),
        "take_along_dim": lambda x, i, dim: jnp.take_along_axis(x, i, axis=dim),
        "cat": lambda *xs, dim: jnp.concatenate(xs, axis=dim), "stack": lambda *xs, dim: jnp.stack(xs, axis=dim),
        "hstack": lambda *xs: jnp.hstack(xs), "vstack": lambda *xs: jnp.vstack(xs),
        "sum": over(jnp.sum), "mean": over(jnp.mean), "prod": over(jnp.prod), "amax": over(jnp.max), "amin": over(jnp.min),
        "var": lambda x, dim, correction, keepdim: over(jnp.var, ddof=correction)(x, dim, keepdim),
        "std": lambda x, dim, correction, keepdim: over(jnp.std, ddof=correction)(x, dim, keepdim),
        "logsumexp": over(special.logsumexp), "vector_norm": over(jnp.linalg.vector_norm),
        "argmax": over(jnp.argmax), "argmin": over(jnp.argmin), "softmax": along(nn.softmax),
        "log_softmax": along(nn.log_softmax), "cumsum": along(jnp.cumsum), "cumprod": along(jnp.cumprod),
        "cummax": along(lax.cummax), "cummin": along(lax.cummin), "logcumsumexp": along(lax.cumlogsumexp),
        "sort": lambda x, dim, descending: jnp.sort(x, axis=dim, descending=descending),
        "argsort": lambda x, dim, descending: jnp.argsort(x, axis=dim, descending=descending),
        "dot": jnp.dot, "outer": jnp.outer, "trace": jnp.trace, "det": jnp.linalg.det, "inv": jnp.linalg.inv,
        "cholesky": lambda x, upper: jnp.linalg.cholesky(x, upper=upper), "solve": jnp.linalg.solve,
    }
    limits = {"softplus": {"attributes": []}, "hardtanh": {"attributes": []}}

    def leaf(self, tensor, requires_grad):
        return jnp.asarray(numpy.frombuffer(tensor.data, tensor.dtype).reshape(tensor.shape))

    def tensor(self, value, dtype):
        value = numpy.asarray(value)
        return gradtwin.Tensor(str(value.dtype), value.shape, value.tobytes())

    def vjp(self, function, leaves):
        return jax.vjp(function, *leaves)


class Compiled(Jax):
    name = "jax-jit"

    def values(self, function, leaves):
        return jax.jit(function)(*leaves)

    def vjp(self, function, leaves):
        return jax.vjp(jax.jit(function), *leaves)


if __name__ == "__main__":
    gradtwin.serve(Compiled() if "jit" in sys.argv else Jax())
