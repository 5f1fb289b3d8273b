/**
 * The contract that an engine under test meets, and the one evaluator that walks a program and calls it. The scalar
 * engine, the matrix engine, the PyTorch twin and a stranger's engine all stand behind the same few methods, so "the
 * same expression built twice" is one walk and two engines.
 */
@NullMarked
package org.gradtwin.engine;

import org.jspecify.annotations.NullMarked;
