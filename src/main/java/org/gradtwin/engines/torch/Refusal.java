package org.gradtwin.engines.torch;

import ai.djl.engine.EngineException;

/** What PyTorch says when it refuses: one line out of a trace through TorchScript or C++. */
final class Refusal {
    private static final String MARK = "RuntimeError: ";

    private Refusal() {}

    static String message(EngineException refusal) {
        String all = String.valueOf(refusal.getMessage());
        int mark = all.lastIndexOf(MARK);
        String said = mark < 0 ? all : all.substring(mark + MARK.length());
        return said.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse(all.strip());
    }
}
