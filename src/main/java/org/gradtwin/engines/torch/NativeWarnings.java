package org.gradtwin.engines.torch;

import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What libtorch writes to standard error by itself, past Java: "var(): degrees of freedom is &lt;= 0" and the like. It has a
 * level for that, which Python sets from {@code TORCH_CPP_LOG_LEVEL}; without Python nothing reads the variable, so the level
 * is set here, in the variable of the library that holds it.
 */
final class NativeWarnings {
    /** The level from which messages are written: 1 is a warning, 2 an error. */
    private static final int ERROR = 2;

    /** The name of the level, as compilers on Unix and on Windows write it. */
    private static final List<String> SYMBOLS = List.of("FLAGS_caffe2_log_level", "?FLAGS_caffe2_log_level@@3HA");

    private NativeWarnings() {}

    /** Silences libtorch, which must be loaded, unless the user has set the variable to hear it. */
    static void silence() {
        if (System.getenv("TORCH_CPP_LOG_LEVEL") != null) {
            return;
        }
        Pointer level = level();
        if (level != null) {
            level.setInt(0, ERROR);
        }
    }

    /** Where the level is; null where it cannot be found: then libtorch stays as loud as it is, and as right. */
    private static @Nullable Pointer level() {
        Path library = Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName("c10"));
        for (String symbol : SYMBOLS) {
            try {
                return NativeLibrary.getInstance(library.toString()).getGlobalVariableAddress(symbol);
            } catch (LinkageError e) {
                // The next name, if there is one.
            }
        }
        return null;
    }
}
