// An engine of dual numbers, which differentiates functions, behind the kit's Functional; and one op for each way to go wrong.
import { Functional, Refused, Tensor, Unsupported, serve } from "../../../adapters/javascript/gradtwin.mjs";

const fail = (error) => () => {
  throw error;
};

class Dual extends Functional {
  name = "dual";
  version = "1";
  ops = {
    add: (a, b) => ({ v: a.v + b.v, d: a.d + b.d }),
    mul: (a, b) => ({ v: a.v * b.v, d: a.v * b.d + a.d * b.v }),
    sin: (a) => (console.log("sin"), { v: Math.sin(a.v), d: a.d * Math.cos(a.v) }),
    pow: (a, { exponent }) => ({ v: a.v ** exponent, d: a.d * exponent * a.v ** (exponent - 1) }),
    cos: fail(new RangeError("no cosine")),
    tan: fail(new Unsupported("no tangent")),
    exp: (a) => (a.d ? fail("no slope")() : { v: Math.exp(a.v), d: 0 }),
    log: fail(new Refused("no logarithm")),
  };
  limits = Object.fromEntries(Object.keys(this.ops).map((op) => [op, { max_rank: 0 }]));

  leaf(tensor) {
    if (tensor.shape.length) throw new Unsupported("numbers only");
    return { v: tensor.elements()[0], d: 0 };
  }

  async tensor(value, dtype) {
    return Tensor.of(dtype, [], [value.v]);
  }

  async vjp(f, leaves) {
    const slopes = leaves.map((_, i) => f(...leaves.map(({ v }, j) => ({ v, d: Number(i === j) }))).d);
    return (cotangent) => slopes.map((slope) => ({ v: slope * cotangent.v }));
  }
}

serve(new Dual());
