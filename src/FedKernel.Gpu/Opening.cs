// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using FedKernel.Devices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace FedKernel.Gpu;

/// <summary>How an accelerator comes to life: a context of its own for each, because a failed compilation spoils a context.</summary>
internal static class Opening
{
    /// <summary>One thread at a time asks drivers for devices: PoCL, asked by two at once, has none for one of them.</summary>
    public static readonly Lock DriverGate = new();

    /// <summary>Opens the one device that <paramref name="select"/> registers.</summary>
    /// <exception cref="DeviceException">It is gone, or its driver refuses.</exception>
    public static IlgpuDevice Open(DeviceInfo info, AcceleratorType type, Action<Context.Builder> select)
    {
        Context? context = null;
        try
        {
            lock (DriverGate)
            {
                context = Context.Create(builder =>
                {
                    // Below O2 ILGPU loads 16 bytes from an unnamed address space, which is slower.
                    builder.Optimize(OptimizationLevel.O2);
                    select(builder);
                });

                // ILGPU puts its CPU device into a context that would have none, without a word.
                ILGPU.Runtime.Device? found = context.Devices.FirstOrDefault(d => d.AcceleratorType == type);
                Accelerator accelerator = found?.CreateAccelerator(context)
                    ?? throw new DeviceException($"'{info.Id}' ({info.Name}) was there when devices were listed and is gone.");
                PrimaryContext? primary = accelerator is CudaAccelerator cuda
                    ? new PrimaryContext(accelerator, new CudaDriver(), cuda.DeviceId)
                    : null;
                return new IlgpuDevice(info, context, accelerator, primary);
            }
        }
        catch (Exception e)
        {
            context?.Dispose();
            if (e is DeviceException)
            {
                throw;
            }

            throw new DeviceException($"'{info.Id}' ({info.Name}) cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Writes into ILGPU's notes that the device has generic addresses, without which it is not opened.</summary>
    /// <returns>True, as the predicate that it is part of.</returns>
    public static bool ClaimGenericAddresses(CLDevice device)
    {
        MethodInfo setter = typeof(CLCapabilityContext)
            .GetProperty(nameof(CLCapabilityContext.GenericAddressSpace))?.GetSetMethod(nonPublic: true)
            ?? throw new DeviceException("ILGPU has another form than 1.5.3: the requirement cannot be lifted.");
        setter.Invoke(device.Capabilities, [true]);
        return true;
    }
}
