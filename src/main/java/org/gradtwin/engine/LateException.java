package org.gradtwin.engine;

/** An engine has not answered in time. */
public final class LateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LateException(String message) {
        super(message);
    }
}
