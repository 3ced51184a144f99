// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Gpu;

/// <summary>What of the CUDA driver ILGPU does not offer; an interface, because tests run without the driver.</summary>
internal interface ICudaDriver
{
    /// <summary>The context that is current on this thread; 0 for none.</summary>
    nint CurrentContext { get; set; }

    /// <summary>The primary context of a device, which the CUDA runtime and so PyTorch and CuPy live in, held until released.</summary>
    nint RetainPrimary(int device);

    void ReleasePrimary(int device);

    /// <summary>The device whose memory an address points into; null if the driver does not know the address.</summary>
    int? DeviceOf(nint address);
}
