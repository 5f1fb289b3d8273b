"""A scalar engine of the micrograd kind, and below it its adapter."""

import math


class Value:
    """A number that remembers what it was computed from."""

    def __init__(self, data, children=()):
        self.data, self.grad = data, 0.0
        self._children, self._backward = children, lambda: None

    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))

        def backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = backward
        return out

    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))

        def backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = backward
        return out

    def _unary(self, data, slope):
        out = Value(data, (self,))

        def backward():
            self.grad += slope * out.grad

        out._backward = backward
        return out

    def __pow__(self, exponent):
        return self._unary(self.data**exponent, exponent * self.data ** (exponent - 1))

    def relu(self):
        return self._unary(max(0.0, self.data), float(self.data > 0))

    def tanh(self):
        t = math.tanh(self.data)
        return self._unary(t, 1 - t * t)

    def exp(self):
        e = math.exp(self.data)
        return self._unary(e, e)

    def log(self):
        return self._unary(math.log(self.data), 1 / self.data)

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            value, done = stack.pop()
            if done:
                order.append(value)
            elif id(value) not in seen:
                seen.add(id(value))
                stack.append((value, True))
                stack.extend((child, False) for child in value._children)
        self.grad = 1.0
        for value in reversed(order):
            value._backward()


if __name__ == "__main__":
    import gradtwin

    class Adapter(gradtwin.Scalars):
        name, version = "micrograd", "1"
        ops = {
            "add": lambda a, b: a + b,
            "mul": lambda a, b: a * b,
            "pow": lambda a, exponent: a**exponent,
            "relu": Value.relu,
            "tanh": Value.tanh,
            "exp": Value.exp,
            "log": Value.log,
        }

        def number(self, value, requires_grad):
            return Value(value)

    gradtwin.serve(Adapter())
