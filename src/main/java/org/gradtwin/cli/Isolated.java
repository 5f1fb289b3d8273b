package org.gradtwin.cli;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engines.process.EngineServer;

/** What {@code --isolate} starts: a Java that answers for the engine of one class. */
public final class Isolated {
    private Isolated() {}

    /** Serves the class that is named, into the file that is named, if one is. What the engine prints goes to standard error. */
    public static void main(String[] arguments) throws IOException {
        VectorModule.load();
        int code = 0;
        PrintStream answers = arguments.length > 1
                ? new PrintStream(new BufferedOutputStream(new FileOutputStream(arguments[1])))
                : System.out;
        System.setOut(System.err);
        try {
            EngineServer.serve(arguments[0], System.in, answers);
        } catch (EngineUnavailableException e) {
            System.err.println(e.getMessage());
            code = Main.BROKEN;
        }
        // Whatever threads the engine has left.
        System.exit(code);
    }
}
