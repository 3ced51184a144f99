// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Reflection;
using ILGPU.Runtime;

namespace FedKernel.Gpu;

/// <summary>
/// Makes an accelerator of ILGPU work in the primary context of its GPU instead of one of its own, so that memory of the host
/// process, a tensor of PyTorch say, is memory of the accelerator too.
/// </summary>
/// <remarks>
/// ILGPU makes a context, keeps it in <see cref="Accelerator.NativePtr"/>, and destroys what it finds there. So the primary one
/// stands there while the accelerator lives; last of all that ILGPU disposes of with it, an object puts ILGPU's own one back.
/// The thread's context is put back after each call as well: to the CUDA runtime it says which GPU the host works with.
/// </remarks>
internal sealed class PrimaryContext
{
    private static readonly MethodInfo _setPointer = typeof(Accelerator)
        .GetProperty(nameof(Accelerator.NativePtr))?.GetSetMethod(nonPublic: true)
        ?? throw new UnreachableException("ILGPU's Accelerator.NativePtr has another form than in 1.5.3.");

    private readonly Accelerator _accelerator;
    private readonly ICudaDriver _driver;
    private readonly int _device;
    private readonly nint _own, _primary;

    /// <summary>Moves an accelerator that has no memory and no kernels yet.</summary>
    public PrimaryContext(Accelerator accelerator, ICudaDriver driver, int device)
    {
        (_accelerator, _driver, _device) = (accelerator, driver, device);
        _own = accelerator.NativePtr;
        _primary = driver.RetainPrimary(device);
        Point(_primary);
    }

    /// <summary>True if the driver knows the address as memory of this GPU.</summary>
    public bool Owns(nint address) => _driver.DeviceOf(address) == _device;

    /// <summary>Makes the primary context current on this thread.</summary>
    /// <returns>What was current: for <see cref="Leave"/>.</returns>
    public nint Enter()
    {
        nint before = _driver.CurrentContext;
        if (before != _primary)
        {
            _driver.CurrentContext = _primary;
        }

        return before;
    }

    public void Leave(nint before)
    {
        if (before != _primary)
        {
            _driver.CurrentContext = before;
        }
    }

    /// <summary>Disposes of the accelerator and lets the primary context go.</summary>
    public void Dispose()
    {
        nint before = Enter();
        try
        {
            // Made last, it is disposed of last: memory and modules go while their context is current.
            var last = new Last(_accelerator, () => Point(_own));
            _accelerator.Dispose();
            GC.KeepAlive(last);
        }
        finally
        {
            _driver.CurrentContext = before;
            _driver.ReleasePrimary(_device);
        }
    }

    private void Point(nint context) => _setPointer.Invoke(_accelerator, [context]);

    private sealed class Last(Accelerator accelerator, Action action) : AcceleratorObject(accelerator)
    {
        protected override void DisposeAcceleratorObject(bool disposing) => action();
    }
}
