"""HIPS autograd behind gradtwin's protocol: pip install autograd."""

import autograd
import autograd.numpy as np
import autograd.scipy.special as special
import numpy

import gradtwin


def index(x, *tensors, subscript):
    return x[tuple(tensors[i - 1] if isinstance(i, gradtwin.Operand) else i for i in subscript)]


class Autograd(gradtwin.Functional):
    name = "autograd"
    version = getattr(autograd, "__version__", "") or __import__("importlib.metadata").metadata.version("autograd")
    home = "https://github.com/HIPS/autograd"
    dtypes = ("float32", "float64")
    ops = {
        "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "neg": np.negative,
        "pow": lambda x, exponent: x**exponent, "pow_tensor": np.power, "square": np.square,
        "reciprocal": np.reciprocal, "sqrt": np.sqrt, "abs": np.abs, "exp": np.exp, "expm1": np.expm1, "log": np.log,
        "log1p": np.log1p, "sin": np.sin, "cos": np.cos, "tanh": np.tanh, "erf": special.erf,
        "maximum": np.maximum, "minimum": np.minimum, "where": np.where,
        "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal,
        "matmul": np.matmul, "reshape": lambda x, shape: np.reshape(x, shape),
        "permute": lambda x, dims: np.transpose(x, dims), "cumsum": lambda x, dim: np.cumsum(x, axis=dim),
        "sum": lambda x, dim, keepdim: np.sum(x, axis=dim or None, keepdims=keepdim),
        "amax": lambda x, dim, keepdim: np.max(x, axis=dim or None, keepdims=keepdim),
        "amin": lambda x, dim, keepdim: np.min(x, axis=dim or None, keepdims=keepdim),
        "prod": lambda x, dim, keepdim: np.prod(x, axis=dim, keepdims=keepdim),
        "cat": lambda *xs, dim: np.concatenate(xs, axis=dim),
        "index": index,
        "detach": lambda x: x if isinstance(x, numpy.ndarray) else numpy.array(autograd.tracer.getval(x)),
    }

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
