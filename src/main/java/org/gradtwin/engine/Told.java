package org.gradtwin.engine;

/** Marks what was thrown that says all in its message: its class and stack are the harness's own, and mean nothing to who wrote the engine. */
public interface Told {}
