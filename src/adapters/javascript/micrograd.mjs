// A scalar engine of the micrograd kind, and below it its adapter.

import { Scalars, serve } from "./gradtwin.mjs";

/** A number that remembers what it was computed from. */
class Value {
  grad = 0;

  constructor(data, children = [], slopes = []) {
    Object.assign(this, { data, children, slopes });
  }

  add(other) {
    return new Value(this.data + other.data, [this, other], [1, 1]);
  }

  mul(other) {
    return new Value(this.data * other.data, [this, other], [other.data, this.data]);
  }

  pow(exponent) {
    return new Value(this.data ** exponent, [this], [exponent * this.data ** (exponent - 1)]);
  }

  relu() {
    return new Value(Math.max(0, this.data), [this], [this.data > 0 ? 1 : 0]);
  }

  tanh() {
    const t = Math.tanh(this.data);
    return new Value(t, [this], [1 - t * t]);
  }

  exp() {
    const e = Math.exp(this.data);
    return new Value(e, [this], [e]);
  }

  log() {
    return new Value(Math.log(this.data), [this], [1 / this.data]);
  }

  backward() {
    const order = [];
    const seen = new Set();
    const stack = [[this, false]];
    while (stack.length) {
      const [value, done] = stack.pop();
      if (done) {
        order.push(value);
      } else if (!seen.has(value)) {
        seen.add(value);
        stack.push([value, true], ...value.children.map((child) => [child, false]));
      }
    }
    this.grad = 1;
    for (const value of order.reverse()) {
      value.children.forEach((child, i) => (child.grad += value.slopes[i] * value.grad));
    }
  }
}

class Adapter extends Scalars {
  name = "micrograd";
  version = "1";
  ops = {
    add: (a, b) => a.add(b),
    mul: (a, b) => a.mul(b),
    pow: (a, { exponent }) => a.pow(exponent),
    relu: (a) => a.relu(),
    tanh: (a) => a.tanh(),
    exp: (a) => a.exp(),
    log: (a) => a.log(),
  };

  number(value) {
    return new Value(value);
  }
}

serve(new Adapter());
