package org.gradtwin.engines.process;

/** What went wrong inside a child that could still say so: the class, message and trace of its own exception. */
public final class StrangerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StrangerException(String message) {
        super(message, null, false, false); // where the harness was when it read the answer says nothing
    }
}
