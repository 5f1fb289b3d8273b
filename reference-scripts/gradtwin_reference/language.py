"""Reads programs: Python's own parser makes the tree, a whitelist lets through what gradtwin's language has, and nothing
else. No text is ever executed: `Statement.run` walks the tree and calls the functions of the op table."""

import ast
import keyword
import operator
import re
from dataclasses import dataclass

import torch
import torch.nn.functional

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z", re.ASCII)
_TOKEN = re.compile(
    r"""[ \t\f]*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<string>'[^'\\\n\r]*'|"[^"\\\n\r]*")|(?P<symbol>\*\*|[<>=!]=|\.\.\.|[-+*/@()\[\],:=.<>]))""", re.ASCII)
_BLANK = " \t\f"
_MAX_DEPTH = 200
_EXACT = 2**53
_BINARY = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
           ast.MatMult: operator.matmul, ast.Pow: operator.pow}
_COMPARISONS = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq,
                ast.NotEq: operator.ne}
_KINDS = {"number": "a number", "int": "an integer", "bool": "True or False", "ints": "a tuple of integers",
          "dims": "an integer or a tuple of integers", "tensors": "a tuple of tensors"}


class ProgramProblem(Exception):
    """A line is not a statement of the language."""

    def __init__(self, line, column, problem):
        super().__init__(f"line {line}, column {column}: {problem}")
        self.line = line


@dataclass(frozen=True)
class Number:
    """A Python number; arithmetic between numbers is done while reading."""

    value: object


@dataclass(frozen=True)
class Name:
    """An input or an earlier statement."""

    name: str


@dataclass(frozen=True)
class Call:
    """A function with its operands; numbers among the operands and attributes are Python's own."""

    function: object
    args: tuple
    kwargs: tuple = ()


@dataclass(frozen=True)
class Constant:
    """True, False, None, a string, or a tuple of integers."""

    value: object


@dataclass(frozen=True)
class Tuple:
    """A tuple, as an argument."""

    items: tuple


@dataclass(frozen=True)
class Subscript:
    """x[...]; items are integers, slices and index tensors."""

    base: object
    items: tuple


@dataclass(frozen=True)
class Grad:
    """grad(of, by): the gradient of a scalar with respect to a name, with its own graph; zeros without dependence."""

    of: str
    by: str


@dataclass(frozen=True)
class Statement:
    """One line, `name = expression`."""

    line: int
    name: str
    expr: object

    def run(self, values):
        """The value of the expression, computed by PyTorch from the values of the names."""
        return _value(self.expr, values)


@dataclass(frozen=True)
class Program:
    """The statements in order, and the names that they read but do not assign."""

    statements: tuple
    inputs: tuple

    @property
    def differentiates(self):
        """Whether a statement is a gradient."""
        return any(isinstance(statement.expr, Grad) for statement in self.statements)

    def undetermined(self):
        """Names whose gradient is no property of the program: those between what a gradient is of and what it is by. PyTorch's formulas go
        by the values of some of them, and another engine's by what these were computed from."""
        names = set()
        for statement in self.statements:
            if isinstance(statement.expr, Grad):
                names |= {name for name in self._dependencies(statement.expr.of)
                          if name != statement.expr.by and statement.expr.by in self._dependencies(name)}
        return names

    def _dependencies(self, root):
        """The names that a value is moved by, itself included; a name for a name is the same value."""
        reached = {root}
        for statement in reversed(self.statements):
            if statement.name in reached:
                reached |= set(_read(statement.expr))
        for statement in self.statements:
            if isinstance(statement.expr, Name) and statement.expr.name in reached:
                reached.add(statement.name)
        return reached

    @staticmethod
    def parse(lines, table):
        """Reads a program, one statement a line."""
        statements, assigned, read = [], set(), []
        for number, text in enumerate(lines, start=1):
            reader = _Reader(number, text, table)
            statement = reader.statement()
            read += [name for name in reader.names if name not in assigned and name not in read]
            if statement.name in read:
                raise ProgramProblem(number, 1, f"'{statement.name}' is read before it is assigned")
            if statement.name in assigned:
                raise ProgramProblem(number, 1, f"'{statement.name}' is assigned twice")
            assigned.add(statement.name)
            statements.append(statement)
        if not statements:
            raise ProgramProblem(1, 1, "the program is empty")
        return Program(tuple(statements), tuple(read))


def is_name(name, table):
    """Whether a value may have that name: no keyword of Python, no function of the op table."""
    return bool(_NAME.match(name)) and not keyword.iskeyword(name) and name != "__debug__" and name not in table.functions


def torch_function(name):
    """PyTorch's function of that name. `torch.nn.functional` comes first: `torch.embedding` takes its arguments the
    other way round."""
    return getattr(torch.nn.functional, name, None) or getattr(torch, name)


def _read(expr):
    """The names that an expression is moved by: what is detached or compared does not count."""
    match expr:
        case Name(name):
            yield name
        case Grad(of, _):
            yield of
        case Call(function, args, kwargs) if function is not torch.detach and function not in _COMPARISONS.values():
            for part in (*args, *(value for _, value in kwargs)):
                yield from _read(part)
        case Tuple(items):
            for part in items:
                yield from _read(part)
        case Subscript(base, _):
            yield from _read(base)


def _value(expr, values):
    match expr:
        case Number(value) | Constant(value):
            return value
        case Name(name):
            if name not in values:
                raise NameError(f"'{name}' is not defined")
            return values[name]
        case Call(function, args, kwargs):
            return function(*[_value(a, values) for a in args], **{k: _value(v, values) for k, v in kwargs})
        case Grad(of, by):
            gradient, = torch.autograd.grad(values[of], values[by], create_graph=True, allow_unused=True)
            gradient = torch.zeros_like(values[by]) if gradient is None else gradient
            # A value of its own, which has a gradient to ask for whether or not it moves.
            return gradient.view_as(gradient) if gradient.requires_grad else gradient.detach().requires_grad_()
        case Tuple(items):
            return tuple(_value(item, values) for item in items)
        case Subscript(base, items):
            return _value(base, values)[tuple(i if i is None or i is ... or isinstance(i, (int, slice)) else _value(i, values) for i in items)]
    raise TypeError(f"no expression: {expr!r}")


def _transpose(tensor):
    # PyTorch lets others pass, with a warning that it will not.
    if tensor.dim() != 2:
        raise ValueError(f".T of {tuple(tensor.shape)}: needs 2 dimensions")
    return tensor.T


class _Reader:
    """Turns the syntax tree of one line into expressions, or says where it leaves the language."""

    def __init__(self, line, text, table):
        self.line, self.text, self.table = line, text, table
        self.names = []

    def statement(self):
        self._require_tokens()
        try:
            tree = ast.parse(self.text.strip(_BLANK), mode="exec")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
            raise ProgramProblem(self.line, getattr(e, "offset", None) or 1, f"not Python: {e.args[0]}") from None
        if len(tree.body) != 1 or not isinstance(tree.body[0], ast.Assign):
            raise ProgramProblem(self.line, 1, "expected 'name = expression'")
        assign = tree.body[0]
        if len(assign.targets) != 1 or not isinstance(assign.targets[0], ast.Name):
            raise ProgramProblem(self.line, 1, "expected 'name = expression'")
        name = assign.targets[0]
        self._require_free(name)
        expr = self._grad(assign.value) or self._expr(assign.value, 0)
        if isinstance(expr, Number):
            raise self._error(assign.value, f"'{name.id}' is the number {expr.value}, not a tensor")
        return Statement(self.line, name.id, expr)

    def _grad(self, node):
        """grad(y, x), or PyTorch's spelling of it; None for another expression."""
        match node:
            case ast.Call(func=ast.Name(id="grad"), args=[ast.Name() as of, ast.Name() as by], keywords=[]):
                pass
            case ast.Subscript(slice=ast.Constant(value=0), value=ast.Call(
                    func=ast.Attribute(attr="grad", value=ast.Attribute(attr="autograd", value=ast.Name(id="torch")) | ast.Name(id="autograd")),
                    args=[ast.Name() as of, ast.Name() as by],
                    keywords=[ast.keyword(arg="create_graph", value=ast.Constant(value=True))])):
                pass
            case _:
                return None
        for name in (of, by):
            self._require_free(name)
            self.names.append(name.id)
        return Grad(of.id, by.id)

    def _require_tokens(self):
        """Python has more tokens than the language: 0x10, 1_000, 1j, comments, line ends."""
        at, before, end = 0, None, len(self.text.rstrip(_BLANK))
        if self.text[:1] in tuple(_BLANK):
            raise ProgramProblem(self.line, 1, "unexpected indentation")
        while at < end:
            token = _TOKEN.match(self.text, at)
            if not token:
                at += len(self.text[at:]) - len(self.text[at:].lstrip(_BLANK))
                raise ProgramProblem(self.line, at + 1, f"unexpected character {self.text[at]!r}")
            pair = before and (before.lastgroup, token.lastgroup)
            glued = pair and before.end() == token.start(token.lastgroup)
            if pair == ("string", "string") or glued and pair in (("number", "name"), ("number", "number")):
                raise ProgramProblem(self.line, token.start(token.lastgroup) + 1,
                                     f"unexpected {token[token.lastgroup]!r} after a {pair[0]}")
            at, before = token.end(), token

    def _error(self, node, problem):
        return ProgramProblem(self.line, getattr(node, "col_offset", 0) + 1, problem)

    def _require_free(self, node):
        if not is_name(node.id, self.table):
            raise self._error(node, f"'{node.id}' is the name of a function or keyword")

    def _expr(self, node, depth):
        """A tensor or a number."""
        term = self._term(node, depth)
        if isinstance(term, (Constant, Tuple)):
            raise self._error(node, f"{_described(term)} cannot stand here: expected a tensor or a number")
        return term

    def _tensor(self, node, depth):
        expr = self._expr(node, depth)
        if isinstance(expr, Number):
            raise self._error(node, f"the number {expr.value} is not a tensor")
        return expr

    def _term(self, node, depth):
        if depth > _MAX_DEPTH:
            raise self._error(node, f"nested more than {_MAX_DEPTH} deep: give a part of it a name of its own")
        match node:
            case ast.Constant(value=bool() | None | str() as value):
                return Constant(value)
            case ast.Constant(value=int() | float() as value):
                return self._number(node, value)
            case ast.Name(id=name):
                self._require_free(node)
                self.names.append(name)
                return Name(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                expr = self._expr(operand, depth + 1)
                return Number(-expr.value) if isinstance(expr, Number) else Call(operator.neg, (expr,))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                return self._binary(node, op, self._expr(left, depth + 1), self._expr(right, depth + 1))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
                operands = self._expr(left, depth + 1), self._expr(right, depth + 1)
                if all(isinstance(operand, Number) for operand in operands):
                    raise self._error(node, "a comparison of two numbers is not a tensor")
                return Call(_COMPARISONS[type(op)], operands)
            case ast.Attribute(value=value, attr="T"):
                return Call(_transpose, (self._tensor(value, depth + 1),))
            case ast.Attribute(attr=attr):
                raise self._error(node, f"expected .T or a method, found '.{attr}'")
            case ast.Subscript(value=value, slice=items):
                base = self._tensor(value, depth + 1)
                items = items.elts if isinstance(items, ast.Tuple) else [items]
                return Subscript(base, tuple(self._item(item, depth + 1) for item in items))
            case ast.Tuple(elts=elts):
                return Tuple(tuple(self._term(item, depth + 1) for item in elts))
            case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value="inf" | "-inf" | "nan" as text)], keywords=[]):
                return Number(float(text))
            case ast.Call(func=ast.Name(id=function), args=args, keywords=keywords):
                return self._call(node, function, args, keywords, depth)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="torch" | "F"), attr=function), args=args, keywords=keywords):
                return self._call(node, function, args, keywords, depth)
            case ast.Call(func=ast.Attribute(value=receiver, attr=function), args=args, keywords=keywords):
                return self._call(node, function, [receiver, *args], keywords, depth)
        raise self._error(node, f"{type(node).__name__} is not part of the language")

    def _number(self, node, value):
        if isinstance(value, int) and abs(value) >= _EXACT:
            raise self._error(node, "an integer is not below 2**53")
        if value != value or value in (float("inf"), float("-inf")):
            raise self._error(node, "a number is too large for float64")
        return Number(value)

    def _binary(self, node, op, left, right):
        if not (isinstance(left, Number) and isinstance(right, Number)):
            if isinstance(op, ast.MatMult) and (isinstance(left, Number) or isinstance(right, Number)):
                raise self._error(node, "matmul of a number")
            return Call(_BINARY[type(op)], (left, right))
        if isinstance(op, ast.MatMult):
            raise self._error(node, f"matmul of the numbers {left.value} and {right.value}")
        try:
            if isinstance(op, ast.Pow) and abs(left.value) > 1 and right.value > 2000:
                raise OverflowError
            value = _BINARY[type(op)](left.value, right.value)
        except ZeroDivisionError:
            raise self._error(node, f"division by zero: {left.value} and {right.value}") from None
        except OverflowError:
            raise self._error(node, "a number is too large for float64") from None
        if isinstance(value, complex):
            raise self._error(node, f"a complex number: ({left.value}) ** {right.value}")
        return self._number(node, value)

    def _item(self, node, depth):
        if isinstance(node, ast.Slice):
            start, stop, step = (None if part is None else self._integer(part, depth, "a slice takes integers")
                                 for part in (node.lower, node.upper, node.step))
            if step is not None and step <= 0:
                raise self._error(node, f"the step of a slice must be positive, not {step}")
            return slice(start, stop, step)
        if isinstance(node, ast.Constant) and (node.value is None or node.value is ...):
            return node.value
        expr = self._expr(node, depth)
        if isinstance(expr, Number):
            if not isinstance(expr.value, int):
                raise self._error(node, f"expected an integer, found {expr.value}")
            return expr.value
        return expr

    def _integer(self, node, depth, problem):
        expr = self._expr(node, depth)
        if not isinstance(expr, Number) or not isinstance(expr.value, int):
            raise self._error(node, problem)
        return expr.value

    def _call(self, node, function, args, keywords, depth):
        candidates = self.table.functions.get(function)
        if not candidates:
            raise self._error(node, f"there is no function '{function}'")
        if any(isinstance(a, ast.Starred) for a in args) or any(k.arg is None for k in keywords):
            raise self._error(node, f"{function}: * and ** are not part of the language")
        names = [k.arg for k in keywords]
        if len(set(names)) < len(names):
            raise self._error(node, f"{function}: '{next(n for n in names if names.count(n) > 1)}' is given twice")
        positional = [self._term(a, depth + 1) for a in args]
        named = {k.arg: self._term(k.value, depth + 1) for k in keywords}
        op = candidates[0]
        if len(candidates) > 1:
            exponent = positional[1] if len(positional) > 1 else named.get("exponent")
            wanted = "number" if isinstance(exponent, Number) else "tensor"
            op = next(o for o in candidates if o.parameters[1].kind == wanted)
        self._check(node, op, positional, named)
        return Call(torch_function(function), tuple(positional), tuple(named.items()))

    def _check(self, node, op, positional, named):
        """Whether the arguments fit the signature, as Python would bind them."""
        places = [p for p in op.parameters if not p.keyword_only]
        if len(positional) > len(places):
            raise self._error(node, f"{op.function}: takes at most {len(places)} positional arguments, "
                                    f"{len(positional)} are given")
        given = {p.name: term for p, term in zip(places, positional)}
        for name, term in named.items():
            if name not in {p.name for p in op.parameters}:
                raise self._error(node, f"{op.function}: there is no parameter '{name}'")
            if name in given:
                raise self._error(node, f"{op.function}: '{name}' is given twice")
            given[name] = term
        for parameter in op.parameters:
            if parameter.name not in given:
                if parameter.required:
                    raise self._error(node, f"{op.function}: '{parameter.name}' is missing")
            elif not _fits(parameter, given[parameter.name]):
                wanted = _KINDS.get(parameter.kind, "a tensor")
                wanted = f"one of {list(parameter.choices)}" if parameter.choices else wanted
                raise self._error(node, f"{op.function}: '{parameter.name}' takes {wanted}, "
                                        f"not {_described(given[parameter.name])}")


def _fits(parameter, term):
    if isinstance(term, Constant) and term.value is None:
        return parameter.optional
    integer = isinstance(term, Number) and isinstance(term.value, int)
    integers = isinstance(term, Tuple) and all(isinstance(i, Number) and isinstance(i.value, int) for i in term.items)
    tensor = isinstance(term, (Name, Call, Subscript))
    match parameter.kind:
        case "tensor" | "any" | "indices" | "mask":
            return tensor
        case "tensor_or_number":
            return tensor or isinstance(term, Number)
        case "tensors":
            return isinstance(term, Tuple) and bool(term.items) and all(
                isinstance(i, (Name, Call, Subscript)) for i in term.items)
        case "number":
            return isinstance(term, Number)
        case "int":
            return integer
        case "bool":
            return isinstance(term, Constant) and isinstance(term.value, bool)
        case "text":
            return isinstance(term, Constant) and term.value in parameter.choices
        case "ints":
            return integers
        case "dims":
            return integer or integers
    return False


def _described(term):
    match term:
        case Number(value) | Constant(value):
            return repr(value)
        case Tuple():
            return "a tuple"
    return "a tensor"
