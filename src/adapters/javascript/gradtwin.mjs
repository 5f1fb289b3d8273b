// The protocol's side of an adapter in JavaScript, with nothing but Node (18 or later).
//
// An adapter says what an engine has and how to ask it; this module reads and writes the lines. See src/docs/protocol.md.

import { createInterface } from "node:readline";

const ARRAYS = { float32: Float32Array, float64: Float64Array, int64: BigInt64Array, bool: Uint8Array };

/** Numbers that JSON lacks. */
const WRITTEN = new Set(["NaN", "Infinity", "-Infinity"]);

/** Elements on the wire: dtype, shape, and a typed array in row-major order. */
export class Tensor {
  constructor(dtype, shape, data) {
    Object.assign(this, { dtype, shape, data });
  }

  /** A tensor of these elements, a flat array of numbers. */
  static of(dtype, shape, elements) {
    return new Tensor(dtype, shape, ARRAYS[dtype].from(dtype === "int64" ? Array.from(elements, BigInt) : elements));
  }

  static read({ dtype, shape, bits }) {
    return new Tensor(dtype, shape, new ARRAYS[dtype](Uint8Array.from(Buffer.from(bits, "base64")).buffer));
  }

  /** The elements, a flat array of numbers, or of booleans. */
  elements() {
    return Array.from(this.data, this.dtype === "bool" ? Boolean : Number);
  }

  toJSON() {
    const { buffer, byteOffset, byteLength } = this.data;
    return { dtype: this.dtype, shape: this.shape, bits: Buffer.from(buffer, byteOffset, byteLength).toString("base64") };
  }
}

/** The engine lacks this, or this use of it: the case is skipped, with this reason. */
export class Unsupported extends Error {}

/** The operands do not fit together, and the engine says so. */
export class Refused extends Error {}

/** An integer tensor in a subscript: the operand of that number. */
export class Operand {
  constructor(number) {
    this.number = number;
  }
}

/** What an adapter overrides. A value is whatever the engine computes with; tensor, gradients and vjp may give promises. */
export class Engine {
  name = "";
  version = "";
  language = "javascript";
  home = "";
  dtypes = ["float64"];
  ops = {}; // id -> function of the operands, and last of the attributes, an object
  limits = {}; // id -> {max_rank: 2, attributes: ["dim"]}, for ops of which the engine takes less than all
  level = "tensor";
  intermediateGradients = false; // true if gradients can be asked of computed values too
  dependence = "zeros"; // "null" if gradients gives null where the root does not depend on a value
  conventions = "own"; // "pytorch" if the engine means to do as PyTorch does at kinks

  /** Begins a program. */
  start(dtype) {}

  /** The engine's value of a Tensor. */
  leaf(tensor, requiresGrad) {
    throw new Unsupported("leaf is missing in the adapter");
  }

  /** Applies an op; null stands for an optional operand that is absent. */
  apply(op, operands, attributes) {
    return this.ops[op](...operands, attributes);
  }

  /** A Tensor of a value, or of a gradient. */
  tensor(value, dtype) {
    throw new Unsupported("tensor is missing in the adapter");
  }

  /** Runs backward; gives the gradient of each of the values, null for one that the root does not depend on. */
  gradients(root, cotangent, values, leaves) {
    throw new Unsupported("gradients is missing in the adapter");
  }

  /** Answers a program: its values by node, then its gradients. */
  async program(nodes, want, backward, dtype) {
    const made = [];
    const values = {};
    try {
      nodes.forEach((node, i) => made.push(node.leaf ? this.leaf(node.leaf, node.grad) : applied(this, i, node, made)));
    } catch (e) {
      for (const i of want.values.filter((i) => i < made.length)) values[i] = await this.tensor(made[i], dtype);
      throw marked(e, { values });
    }
    for (const i of want.values) values[i] = await this.tensor(made[i], dtype);
    return [values, backward && want.grads.length ? await withValues(values, async () => {
      const leaves = made.filter((_, i) => nodes[i].leaf && nodes[i].grad);
      const of = want.grads.map((i) => made[i]);
      return tensors(this, want.grads, await this.gradients(made[backward.root], backward.cotangent, of, leaves), dtype);
    }) : {}];
  }
}

/** An engine that differentiates functions: vjp(f, leaves) gives a function from cotangents to gradients. */
export class Functional extends Engine {
  /** As jax.vjp: the pullback of f(...leaves). */
  vjp(f, leaves) {
    throw new Unsupported("vjp is missing in the adapter");
  }

  async program(nodes, want, backward, dtype) {
    const leaves = nodes.map((node) => node.leaf && this.leaf(node.leaf, node.grad));
    const free = want.grads.filter((i) => nodes[i].leaf);
    const run = (given) => {
      const made = [];
      nodes.forEach((node, i) => {
        const k = free.indexOf(i);
        made.push(k >= 0 ? given[k] : node.leaf ? leaves[i] : applied(this, i, node, made));
      });
      return made;
    };
    // Values are computed by themselves: what a function sees while it is differentiated need not be numbers.
    const made = run(free.map((i) => leaves[i]));
    const values = {};
    for (const i of want.values) values[i] = await this.tensor(made[i], dtype);
    return [values, backward && free.length ? await withValues(values, async () => {
      const pullback = await this.vjp((...given) => run(given)[backward.root], free.map((i) => leaves[i]));
      return tensors(this, free, await pullback(this.leaf(backward.cotangent, false)), dtype);
    }) : {}];
  }
}

/** An engine of numbers: a value is one number. The harness lowers tensors to numbers. */
export class Scalars extends Engine {
  level = "scalar";
  intermediateGradients = true;

  /** A leaf. */
  number(value, requiresGrad) {
    throw new Unsupported("number is missing in the adapter");
  }

  /** The number that a value holds. */
  data(value) {
    return value.data;
  }

  /** Gives everything the gradient of root. */
  backward(root) {
    root.backward();
  }

  /** The gradient of a value after backward. */
  grad(value) {
    return value.grad;
  }

  leaf(tensor, requiresGrad) {
    return this.number(tensor.elements()[0], requiresGrad);
  }

  tensor(value, dtype) {
    const number = typeof value === "number" ? value : this.data(value);
    if (typeof number !== "number") {
      throw new TypeError(`data(value) gave ${String(number)}, of type ${typeof number}: give a number, or throw new Unsupported("why")`);
    }
    return Tensor.of(dtype, [], [number]);
  }

  gradients(root, cotangent, values) {
    this.backward(root);
    return values.map((value) => this.grad(value));
  }
}

/** What was thrown, which may be anything, with what is known of it. */
function marked(thrown, known) {
  return Object.assign(thrown instanceof Error ? thrown : new Error(String(thrown)), known);
}

function applied(engine, i, node, made) {
  try {
    const value = engine.apply(node.op, node.in.map((j) => (j === null ? null : made[j])), node.at);
    if (value == null) throw new TypeError(`the adapter's function for ${node.op} gave ${value}: is there a return?`);
    return value;
  } catch (e) {
    throw marked(e, { node: i });
  }
}

async function withValues(values, work) {
  try {
    return await work();
  } catch (e) {
    throw marked(e, { values, node: undefined }); // it is in backward
  }
}

async function tensors(engine, ids, given, dtype) {
  const grads = {};
  for (const [k, i] of ids.entries()) grads[i] = given[k] == null ? null : await engine.tensor(given[k], dtype);
  return grads;
}

/** A subscript's items: numbers, {slice: [start, stop, step]}, "newaxis", "ellipsis", Operands. */
function item(given) {
  return typeof given !== "object" || given.slice ? given : "at" in given ? given.at : new Operand(given.tensor);
}

async function answer(engine, { id, dtype, nodes, want, backward }) {
  for (const node of nodes) {
    if (node.leaf) node.leaf = Tensor.read(node.leaf);
    else if (node.at.subscript) node.at.subscript = node.at.subscript.map(item);
    for (const [key, value] of Object.entries(node.at ?? {})) if (WRITTEN.has(value)) node.at[key] = Number(value);
  }
  if (backward) backward.cotangent = Tensor.read(backward.cotangent);
  try {
    engine.start(dtype);
    const [values, grads] = await engine.program(nodes, want, backward, dtype);
    const other = [...Object.values(values), ...Object.values(grads)].find((t) => t !== null && !(t instanceof Tensor));
    if (other !== undefined) throw new TypeError(`tensor(value, dtype) gave ${String(other)}: give a Tensor, as Tensor.of(dtype, shape, elements)`);
    return { id, values, grads };
  } catch (thrown) {
    const e = marked(thrown, {});
    const why = { node: e.node, why: e.message };
    if (e instanceof Unsupported) return { id, unsupported: why };
    if (e instanceof Refused) return { id, refused: why };
    const trace = String(e.stack).split("\n").find((line) => line.startsWith("    at ")) ?? "";
    return { id, failed: { node: e.node, class: e.name, message: e.message, trace }, values: e.values ?? {} };
  }
}

/** Answers the harness until it says bye. What the engine prints goes to standard error. */
export async function serve(engine) {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    if (request.cmd === "bye") process.exit();
    const { name, version, language, home, level, dtypes, ops, limits, dependence, conventions } = engine;
    const reply = request.cmd === "hello"
      ? { protocol: 1, name, version, language, home, level, dtypes,
          ops: Object.fromEntries(Object.keys(ops).map((op) => [op, limits[op] ?? {}])),
          intermediate_gradients: engine.intermediateGradients, dependence, conventions }
      : { results: [] };
    for (const program of request.programs ?? []) reply.results.push(await answer(engine, program));
    write(JSON.stringify(reply) + "\n");
  }
}
