"""CasADi's scalar expressions behind gradtwin's protocol: pip install casadi."""

import casadi as ca

import gradtwin


class Casadi(gradtwin.Engine):
    name, version, home = "casadi", ca.__version__, "https://web.casadi.org"
    level = "scalar"
    ops = {
        "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": lambda a, b: a / b,
        "neg": lambda a: -a, "pow": lambda a, exponent: a**exponent, "pow_tensor": ca.power, "square": lambda a: a**2,
        "sqrt": ca.sqrt, "abs": ca.fabs, "sign": ca.sign, "exp": ca.exp, "expm1": ca.expm1, "log": ca.log,
        "log10": ca.log10, "log1p": ca.log1p, "sin": ca.sin, "cos": ca.cos, "tan": ca.tan, "asin": ca.asin,
        "acos": ca.acos, "atan": ca.atan, "atan2": ca.atan2, "sinh": ca.sinh, "cosh": ca.cosh, "tanh": ca.tanh,
        "asinh": ca.asinh, "acosh": ca.acosh, "atanh": ca.atanh, "erf": ca.erf, "hypot": ca.hypot, "fmod": ca.fmod,
        "floor": ca.floor, "ceil": ca.ceil, "maximum": ca.fmax, "minimum": ca.fmin,
    }

    def program(self, nodes, want, backward, dtype):
        made, symbols, numbers = {}, [], []
        for i, node in enumerate(nodes):
            if "op" in node:
                made[i] = gradtwin.applied(self, i, node, made)
            elif node["grad"]:
                made[i] = ca.SX.sym(f"x{i}")
                symbols.append(made[i])
                numbers += node["leaf"].elements()
            else:
                made[i] = ca.SX(node["leaf"].elements()[0])
        values, grads = ca.SX(), ca.SX()
        if want["values"]:
            values = ca.vertcat(*(made[i] for i in want["values"]))
        if backward and want["grads"]:
            of = ca.vertcat(*(made[i] for i in want["grads"]))
            grads = ca.jtimes(made[backward["root"]], of, ca.SX(backward["cotangent"].elements()[0]), True)
        results = ca.Function("program", [ca.vertcat(*symbols)], [values, grads])(ca.DM(numbers))
        return [
            {i: gradtwin.Tensor.of(dtype, (), [float(x)]) for i, x in zip(ids, result.full().flat)}
            for ids, result in zip((want["values"], want["grads"]), results)]


if __name__ == "__main__":
    gradtwin.serve(Casadi())
