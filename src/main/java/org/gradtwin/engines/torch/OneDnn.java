package org.gradtwin.engines.torch;

import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.file.Path;

/**
 * The library oneDNN, which libtorch convolves float32 batches by. With the one in PyTorch 2.7.1 that DJL brings, gradients of inputs
 * and transposed convolutions are wrong for most numbers of channels that are no multiple of 16, up to parts that nothing was written
 * to; in float64, or without it, they are right. So the twin goes without.
 */
final class OneDnn {
    private OneDnn() {}

    /**
     * Has libtorch, which must be loaded, use it or not, as {@code torch.backends.mkldnn.flags} does in Python.
     *
     * @return whether that could be told: the library's C++ names are those of Linux and macOS
     */
    static boolean enable(boolean enabled) {
        Path path = Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName("torch_cpu"));
        try {
            NativeLibrary library = NativeLibrary.getInstance(path.toString());
            Pointer context = library.getFunction("_ZN2at13globalContextEv").invokePointer(new Object[0]);
            library.getFunction("_ZN2at7Context20setUserEnabledMkldnnEb")
                    .invokeVoid(new Object[] {context, enabled ? 1 : 0});
            return true;
        } catch (LinkageError e) {
            return false;
        }
    }
}
