package org.gradtwin.program;

/** The way in which the PyTorch twin applies an op. Both end in PyTorch's own operator. */
public enum Twin {
    /** Through a kernel that DJL exposes on its arrays. */
    NDARRAY,
    /** Through a method of the TorchScript module, because DJL has no such kernel or a limited one. */
    SCRIPT
}
