// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Gpu.Drivers;

namespace FedKernel.Gpu;

public sealed partial class IlgpuDevice
{
    private protected override void HadamardCore(
        DeviceBuffer<float> values, int exponent, float factor, DeviceBuffer<uint>? signs, bool signsFirst) =>
        Guarded((Values: Own(values), exponent, factor, Signs: signs is null ? null : Own(signs), signsFirst), static (device, s) =>
        {
            long n = s.Values.Length;
            float factor = s.factor;
            if (n == 0)
            {
                return;
            }

            if (s.Signs is not null && s.signsFirst)
            {
                device.FlipSigns(s.Values, s.Signs, factor);
                factor = 1;
            }

            int done = 0;
            while (done < s.exponent)
            {
                int now = Math.Min(4, s.exponent - done);
                device.RunStages(s.Values, done, now, factor);
                factor = 1;
                done += now;
            }

            if (s.Signs is not null && !s.signsFirst)
            {
                device.FlipSigns(s.Values, s.Signs, factor);
            }
            else if (factor != 1)
            {
                device.FlipNone(s.Values, factor);
            }
        });

    private void FlipSigns(IlgpuBuffer<float> values, IlgpuBuffer<uint> signs, float factor)
    {
        var flip = _compiler.Load<HadamardDriver.SignsLauncher>(HadamardDriver.Signs);
        flip(Stream, Grid(values.Length), values.Whole<float>(), signs.Whole<uint>(), values.Start, signs.Start, factor, values.Length);
    }

    /// <summary>Blocks of one element have no stage that could multiply.</summary>
    private void FlipNone(IlgpuBuffer<float> values, float factor) =>
        MapCore(values, values, new Kernels.Scale(factor));

    private void RunStages(IlgpuBuffer<float> values, int done, int stages, float factor)
    {
        long n = values.Length, start = values.Start, threads = n >> stages;
        if (done == 0 && stages == 4 && start % 4 == 0)
        {
            var first = _compiler.Load<HadamardDriver.Launcher<Float4>>(HadamardDriver.FirstQuads);
            first(Stream, Grid(threads), values.Whole<Float4>(), start / 4, 0, factor, threads);
            return;
        }

        HadamardDriver.Launcher<float> launch = stages switch
        {
            1 => _compiler.Load<HadamardDriver.Launcher<float>>(HadamardDriver.Two),
            2 => _compiler.Load<HadamardDriver.Launcher<float>>(HadamardDriver.Four),
            3 => _compiler.Load<HadamardDriver.Launcher<float>>(HadamardDriver.Eight),
            _ => _compiler.Load<HadamardDriver.Launcher<float>>(HadamardDriver.Sixteen),
        };
        launch(Stream, Grid(threads), values.Whole<float>(), start, done, factor, threads);
    }
}
