// TensorFlow.js behind gradtwin's protocol: npm install @tensorflow/tfjs. Its backend is the one in plain JavaScript.

import * as tf from "@tensorflow/tfjs";

import { Functional, Operand, Tensor, Unsupported, serve } from "./gradtwin.mjs";

const TYPES = { float32: "float32", int64: "int32", bool: "bool" };

/** A reduction; no dimensions are all. */
const over = (f) => (x, { dim = null, keepdim }) => f(x, dim?.length === 0 ? null : dim, keepdim);

const along = (f) => (x, { dim }) => (x.rank ? f(x, dim < 0 ? dim + x.rank : dim) : f(x.reshape([1]), 0).reshape([]));

const last = (f) => (x, dim) => {
  if (dim !== x.rank - 1) throw new Unsupported("softmax here is along the last dimension");
  return f(x);
};

const broadcast = (x, size) => {
  const shape = Array(size.length - x.rank).fill(1).concat(x.shape);
  return tf.broadcastTo(x.reshape(shape), size.map((asked, i) => (asked === -1 ? shape[i] : asked)));
};

const detached = (x) => tf.tensor(x.dataSync(), x.shape, x.dtype);

/** A mask of constants: backward goes from where into its condition, and there is no gradient of a comparison (version 4.22). */
const mask = (f) => (...xs) => f(...xs.slice(0, -1).map(detached));

/** Positions of a slice as Python has it. */
function positions([start, stop, step], size) {
  const up = (step ?? 1) > 0;
  const within = (i, otherwise) =>
    i == null ? otherwise : Math.min(Math.max(i < 0 ? i + size : i, up ? 0 : -1), up ? size : size - 1);
  const chosen = [];
  const end = within(stop, up ? size : -1);
  for (let i = within(start, up ? 0 : size - 1); up ? i < end : i > end; i += step ?? 1) chosen.push(i);
  return chosen;
}

function index(x, ...rest) {
  const { subscript } = rest.pop();
  if (subscript.filter((item) => item instanceof Operand).length > 1) throw new Unsupported("gather here is along one axis");
  const taken = subscript.filter((item) => item !== "newaxis" && item !== "ellipsis").length;
  const items = subscript.includes("ellipsis") ? subscript : [...subscript, "ellipsis"];
  let axis = 0;
  const shape = [];
  for (const item of items) {
    const size = x.shape[axis];
    if (item === "newaxis") {
      shape.push(1);
    } else if (item === "ellipsis") {
      for (let left = x.rank - taken; left > 0 && axis < x.rank; left--) shape.push(x.shape[axis++]);
    } else if (typeof item === "number") {
      x = tf.gather(x, tf.tensor1d([item < 0 ? item + size : item], "int32"), axis++);
    } else if (item instanceof Operand) {
      const at = rest[item.number - 1];
      const flat = at.reshape([at.size]);
      x = tf.gather(x, tf.where(flat.less(0), flat.add(tf.scalar(size, "int32")), flat), axis++);
      shape.push(...at.shape);
    } else {
      const chosen = positions(item.slice, size);
      const whole = chosen.length === size && chosen.every((at, i) => at === i);
      if (!whole) x = tf.gather(x, tf.tensor1d(chosen, "int32"), axis);
      axis++;
      shape.push(chosen.length);
    }
  }
  return x.reshape(shape);
}

function tile(x, { dims }) {
  const rank = Math.max(x.rank, dims.length);
  const filled = (sizes) => Array(rank - sizes.length).fill(1).concat(sizes);
  return tf.tile(x.reshape(filled(x.shape)), filled(dims));
}

function pad(x, { pad, mode, value }) {
  if (mode !== "constant" || pad.some((width) => width < 0)) throw new Unsupported("pad here is with a constant");
  const widths = x.shape.map(() => [0, 0]);
  for (let i = 0; i < pad.length / 2; i++) widths[x.rank - 1 - i] = [pad[2 * i], pad[2 * i + 1]];
  return tf.pad(x, widths, value ?? 0);
}

function matmul(a, b) {
  if (a.rank < 3 && b.rank < 3) return a.rank === 2 && b.rank === 2 ? tf.matMul(a, b) : tf.dot(a, b);
  if (b.rank === 1) return tf.squeeze(tf.matMul(a, b.reshape([-1, 1])), [-1]);
  return a.rank === 1 ? tf.squeeze(tf.matMul(a.reshape([1, -1]), b), [-2]) : tf.matMul(a, b);
}

class TensorFlow extends Functional {
  name = "tfjs";
  version = tf.version_core;
  home = "https://www.tensorflow.org/js";
  dtypes = ["float32"];
  dependence = "null";
  ops = {
    add: tf.add, sub: tf.sub, mul: tf.mul, div: tf.div, neg: tf.neg, pow_tensor: tf.pow, square: tf.square,
    pow: (x, { exponent }) => tf.pow(x, tf.scalar(exponent)), reciprocal: tf.reciprocal, matmul,
    dot: tf.dot, outer: tf.outerProduct,
    abs: tf.abs, sign: tf.sign, sqrt: tf.sqrt, rsqrt: tf.rsqrt, exp: tf.exp, expm1: tf.expm1, log: tf.log,
    log1p: tf.log1p, sin: tf.sin, cos: tf.cos, tan: tf.tan, asin: tf.asin, acos: tf.acos, atan: tf.atan,
    atan2: tf.atan2, sinh: tf.sinh, cosh: tf.cosh, tanh: tf.tanh, asinh: tf.asinh, acosh: tf.acosh, atanh: tf.atanh,
    erf: tf.erf, floor: tf.floor, ceil: tf.ceil, round: tf.round, maximum: tf.maximum, minimum: tf.minimum,
    relu: tf.relu, relu6: tf.relu6, leaky_relu: (x, { negative_slope }) => tf.leakyRelu(x, negative_slope),
    elu: (x) => tf.elu(x), selu: tf.selu, sigmoid: tf.sigmoid, logsigmoid: tf.logSigmoid, softplus: (x) => tf.softplus(x),
    clamp: (x, { min, max }) => tf.clipByValue(x, min ?? -Infinity, max ?? Infinity),
    lt: mask(tf.less), le: mask(tf.lessEqual), gt: mask(tf.greater), ge: mask(tf.greaterEqual), eq: mask(tf.equal), ne: mask(tf.notEqual),
    isnan: mask(tf.isNaN), isinf: mask(tf.isInf), isfinite: mask(tf.isFinite), logical_and: tf.logicalAnd, logical_or: tf.logicalOr,
    logical_xor: tf.logicalXor, logical_not: tf.logicalNot, where: tf.where, detach: detached,
    reshape: (x, { shape }) => tf.reshape(x, shape), expand: (x, { size }) => broadcast(x, size),
    permute: (x, { dims }) => tf.transpose(x, dims.map((dim) => (dim < 0 ? dim + x.rank : dim))),
    transpose: (x) => tf.transpose(x), unsqueeze: (x, { dim }) => tf.expandDims(x, dim < 0 ? dim + x.rank + 1 : dim),
    flip: (x, { dims }) => tf.reverse(x, dims), tile,
    embedding: (i, weight) => tf.gather(weight, i),
    cat: (...xs) => tf.concat(xs, xs.pop().dim), stack: (...xs) => tf.stack(xs, xs.pop().dim), index, pad,
    sum: over(tf.sum), mean: over(tf.mean), amax: over(tf.max), amin: over(tf.min), prod: over(tf.prod),
    logsumexp: over((x, dim, keepdim) => tf.logSumExp(x, x.rank ? dim : null, keepdim)), softmax: along(last(tf.softmax)), log_softmax: along(last(tf.logSoftmax)),
    cumsum: along(tf.cumsum),
  };
  limits = {
    elu: { attributes: [] }, softplus: { attributes: [] }, tile: { max_rank: 4 }, flip: { max_rank: 4 },
    embedding: { attributes: [] }, logsumexp: { attributes: ["dim", "keepdim"] },
  };

  /** Tensors are given back when the next program begins. */
  start() {
    if (this.started) tf.engine().endScope();
    tf.engine().startScope();
    this.started = true;
  }

  leaf({ dtype, shape, data }) {
    return tf.tensor(dtype === "int64" ? Int32Array.from(data, Number) : data, shape, TYPES[dtype]);
  }

  tensor(value, dtype) {
    return Tensor.of(value.dtype === "bool" ? "bool" : value.dtype === "int32" ? "int64" : dtype, value.shape, value.dataSync());
  }

  /** tf.grads fails where the root does not depend on one of the leaves. */
  vjp(f, leaves) {
    return (cotangent) => tf.engine().gradients(() => f(...leaves), leaves, cotangent, true).grads;
  }
}

await tf.setBackend("cpu");
serve(new TensorFlow());
