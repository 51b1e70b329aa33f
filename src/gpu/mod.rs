//! Kernels of the pictures on wgpu, and their CPU twins.
