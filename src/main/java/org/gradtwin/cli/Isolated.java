package org.gradtwin.cli;

import java.io.IOException;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engines.process.EngineServer;

/** What {@code --isolate} starts: a Java that answers for the engine of one class. */
public final class Isolated {
    private Isolated() {}

    /** Serves the class that is named. What the engine prints goes to standard error. */
    public static void main(String[] arguments) throws IOException {
        VectorModule.load();
        int code = 0;
        try {
            EngineServer.serve(arguments);
        } catch (EngineUnavailableException e) {
            System.err.println(e.getMessage());
            code = Main.BROKEN;
        }
        // Whatever threads the engine has left.
        System.exit(code);
    }
}
