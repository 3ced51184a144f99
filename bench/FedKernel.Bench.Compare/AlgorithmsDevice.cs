// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Instruments.Benchmarks.Cases;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.RadixSortOperations;
using ILGPU.Algorithms.ScanReduceOperations;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace FedKernel.Bench.Compare;

/// <summary>A device opened for ILGPU.Algorithms alone, with a vector on it.</summary>
internal sealed class AlgorithmsDevice : IDisposable
{
    public const float Factor = 0.5f;

    private readonly Context _context;
    private readonly Accelerator _accelerator;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> _x, _y;
    private readonly List<IDisposable> _owned = [];

    private AlgorithmsDevice(Context context, Accelerator accelerator, float[] values)
    {
        (_context, _accelerator) = (context, accelerator);
        _x = accelerator.Allocate1D(values);
        _y = accelerator.Allocate1D<float>(values.Length);
    }

    /// <summary>Opens the device that the engine knows by this name.</summary>
    public static AlgorithmsDevice Open(DeviceInfo info, float[] values)
    {
        int index = int.TryParse(info.Id.Split(':')[^1], out int number) ? number : 0;
        AcceleratorType type = info.Kind switch
        {
            DeviceKind.Cuda => AcceleratorType.Cuda,
            DeviceKind.OpenCl => AcceleratorType.OpenCL,
            _ => AcceleratorType.CPU,
        };
        Context context = Context.Create(builder =>
        {
            builder.Optimize(OptimizationLevel.O2).EnableAlgorithms();
            _ = type switch
            {
                AcceleratorType.Cuda => builder.Cuda(d => d.DeviceId == index),
                AcceleratorType.OpenCL => builder.OpenCL(Claim),
                _ => builder.CPU(new CPUDevice(4, 1, 2)),
            };
        });
        ILGPU.Runtime.Device? device = context.Devices.Where(d => d.AcceleratorType == type).ElementAtOrDefault(
            type == AcceleratorType.OpenCL ? index : 0);
        if (device is null)
        {
            context.Dispose();
            throw new CaseSkippedException("ILGPU does not offer the device to its algorithms");
        }

        return new AlgorithmsDevice(context, device.CreateAccelerator(context), values);
    }

    /// <summary>Σ x, handed to <paramref name="found"/>.</summary>
    public Action Reduce(Action<double> found) =>
        () => found(_accelerator.Reduce<float, AddFloat>(_accelerator.DefaultStream, _x.View));

    /// <summary>y[i] = x[i] · <see cref="Factor"/></summary>
    public Action Transform()
    {
        Transformer<float, Stride1D.Dense, float, Stride1D.Dense, HalfOf> transform =
            _accelerator.CreateTransformer<float, Stride1D.Dense, float, Stride1D.Dense, HalfOf>();
        return () =>
        {
            transform(_accelerator.DefaultStream, _x.View, _y.View, default);
            _accelerator.Synchronize();
        };
    }

    /// <summary>Null, or what is wrong with y.</summary>
    public string? CheckTransform(float[] values)
    {
        float[] found = _y.GetAsArray1D();
        int wrong = Array.FindIndex(values, v => v != 0) is var i && i >= 0 && found[i] != values[i] * Factor ? i : -1;
        return wrong < 0 ? null : $"wrong result: element {wrong} is {found[wrong]}";
    }

    /// <summary>y[i] = Σ x[0 … i]</summary>
    public Action Scan(float[] values, Action<double> found)
    {
        Scan<float, Stride1D.Dense, Stride1D.Dense> scan =
            _accelerator.CreateScan<float, Stride1D.Dense, Stride1D.Dense, AddFloat>(ScanKind.Inclusive);
        MemoryBuffer1D<int, Stride1D.Dense> space = Own(_accelerator.Allocate1D<int>(
            _accelerator.ComputeScanTempStorageSize<float>(values.Length)));
        _ = found;
        return () =>
        {
            scan(_accelerator.DefaultStream, _x.View, _y.View, space.View);
            _accelerator.Synchronize();
        };
    }

    /// <summary>Sorts a copy of x.</summary>
    public Action Sort(float[] values)
    {
        RadixSort<float, Stride1D.Dense> sort = _accelerator.CreateRadixSort<float, Stride1D.Dense, AscendingFloat>();
        MemoryBuffer1D<int, Stride1D.Dense> space = Own(_accelerator.Allocate1D<int>(
            _accelerator.ComputeRadixSortTempStorageSize<float, AscendingFloat>(values.Length)));
        return () =>
        {
            _x.View.CopyTo(_accelerator.DefaultStream, _y.View);
            sort(_accelerator.DefaultStream, _y.View, space.View);
            _accelerator.Synchronize();
        };
    }

    public void Dispose()
    {
        _owned.ForEach(o => o.Dispose());
        _x.Dispose();
        _y.Dispose();
        _accelerator.Dispose();
        _context.Dispose();
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    /// <summary>As the engine opens such devices: see FEDKERNEL_OPENCL_RELAXED.</summary>
    private static bool Claim(CLDevice device)
    {
        typeof(CLCapabilityContext).GetProperty(nameof(CLCapabilityContext.GenericAddressSpace))?
            .GetSetMethod(nonPublic: true)?.Invoke(device.Capabilities, [true]);
        return true;
    }
}

/// <summary>x · <see cref="AlgorithmsDevice.Factor"/>; public, because ILGPU compiles it.</summary>
public readonly struct HalfOf : ITransformer<float, float>
{
    /// <inheritdoc/>
    public float Transform(float value) => value * 0.5f;
}
