"""tinytape: an engine that nobody has heard of: numbers are indices into a tape, gradients are a list."""
import math

class Tape:
    def __init__(self):
        self.clear()

    def clear(self):
        self.values, self.edges = [], []

    def push(self, value, *edges):
        self.values.append(value)
        self.edges.append(edges)
        return len(self.values) - 1

    def var(self, x):
        return self.push(x)

    def plus(self, i, j):
        return self.push(self.values[i] + self.values[j], (i, 1.0), (j, 1.0))

    def minus(self, i, j):
        return self.push(self.values[i] - self.values[j], (i, 1.0), (j, -1.0))

    def times(self, i, j):
        return self.push(self.values[i] * self.values[j], (i, self.values[j]), (j, self.values[i]))

    def over(self, i, j):
        q = self.values[i] / self.values[j]
        return self.push(q, (i, 1 / self.values[j]), (j, -q / self.values[j]))

    def sin(self, i):
        return self.push(math.sin(self.values[i]), (i, math.cos(self.values[i])))

    def cos(self, i):
        return self.push(math.cos(self.values[i]), (i, -math.sin(self.values[i])))

    def exp(self, i):
        e = math.exp(self.values[i])
        return self.push(e, (i, e))

    def ln(self, i):
        return self.push(math.log(self.values[i]), (i, 1 / self.values[i]))

    def reverse(self, root):
        grads = [0.0] * len(self.values)
        grads[root] = 1.0
        for i in range(root, -1, -1):
            for j, slope in self.edges[i]:
                grads[j] += slope * grads[i]
        return grads
