package org.gradtwin.engines.process;

import org.gradtwin.engine.Told;

/** What went wrong inside a child that could still say so: the class, message and trace of its own exception. */
final class StrangerException extends RuntimeException implements Told {
    private static final long serialVersionUID = 1L;

    StrangerException(String message) {
        super(message, null, false, false); // where the harness was when it read the answer says nothing
    }
}
