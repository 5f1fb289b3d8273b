package org.gradtwin.engines.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch, started once in the process: without telemetry, without network, with one thread, each unless the user has
 * set DJL's own property otherwise. Holds the TorchScript module that the ops without a DJL kernel go through.
 */
final class TorchRuntime {
    private static final String THREADS = "ai.djl.pytorch.num_threads";

    /** What DJL reads when it loads. One thread, because the split of a sum among threads changes its last bits. */
    private static final Map<String, String> SETTINGS = Map.of(
            "OPT_OUT_TRACKING",
            "true",
            "ai.djl.offline",
            "true",
            THREADS,
            "1",
            "ai.djl.pytorch.num_interop_threads",
            "1");

    private static final String MODULE = "ops.pt";

    private static @Nullable TorchRuntime instance;
    private static @Nullable TorchUnavailableException failure;

    private final TorchVersions versions;
    private final PtNDManager manager;
    private final PtSymbolBlock module;
    private final Map<String, NDArray> methods = new HashMap<>();

    private TorchRuntime() throws IOException {
        SETTINGS.forEach((key, value) -> {
            if (System.getProperty(key) == null) {
                System.setProperty(key, value);
            }
        });
        Engine engine = Engine.getEngine("PyTorch");
        NativeWarnings.silence();
        OneDnn.enable(false);
        // Again, for DJL may have been loaded by somebody else before.
        JniUtils.setNumThreads(Integer.getInteger(THREADS, 1));
        versions = new TorchVersions(
                Engine.getDjlVersion(), engine.getVersion(), CpuCapability.current(), JniUtils.getNumThreads());
        manager = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
        try (InputStream stream = TorchRuntime.class.getResourceAsStream(MODULE)) {
            if (stream == null) {
                throw new FileNotFoundException("resource " + MODULE + " of " + TorchRuntime.class.getPackageName());
            }
            module = JniUtils.loadModule(manager, stream, false, false);
        }
        for (String method : JniUtils.getMethodNames(module)) {
            // How DJL wants a method to be named: by an array that nobody reads.
            NDArray marker = manager.create(0f);
            marker.setName("module_method:" + method);
            methods.put(method, marker);
        }
    }

    /**
     * PyTorch, started if it was not.
     *
     * @throws TorchUnavailableException if it cannot start; the same each time, for DJL does not try twice
     */
    @SuppressWarnings("StaticAssignmentOfThrowable") // the first failure is the answer for good
    static synchronized TorchRuntime get() {
        if (failure != null) {
            throw failure;
        }
        if (instance == null) {
            try {
                instance = new TorchRuntime();
            } catch (RuntimeException | IOException | LinkageError | AssertionError e) {
                failure = new TorchUnavailableException(e);
                throw failure;
            }
        }
        return instance;
    }

    TorchVersions versions() {
        return versions;
    }

    /** A manager for the arrays of one graph. */
    PtNDManager newManager() {
        return (PtNDManager) manager.newSubManager();
    }

    PtSymbolBlock module() {
        return module;
    }

    /** The array by which DJL knows which method of the module to run. */
    NDArray method(String name) {
        NDArray marker = methods.get(name);
        if (marker == null) {
            throw new IllegalStateException("the TorchScript module has no method '" + name + "'");
        }
        return marker;
    }

    /**
     * Has this thread record gradients, and run TorchScript as written: the optimizing executor would put its own
     * backward formulas in the place of autograd's. Both are settings of the thread, and others may have changed them.
     */
    void prepareThread() {
        JniUtils.setGradMode(true);
        JniUtils.setGraphExecutorOptimize(false);
    }
}
