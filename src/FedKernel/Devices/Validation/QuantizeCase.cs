// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices.Validation;

/// <summary>A kernel of shape Quantize against a plain formula, alone and after a kernel that samples.</summary>
/// <param name="name">Stable name.</param>
/// <param name="op">The kernel.</param>
/// <param name="words">The stream that rounds, plainly.</param>
/// <param name="code">(x over the scale, 16 random bits) → code, plainly.</param>
/// <param name="before">A kernel that runs before.</param>
/// <param name="shift">(x, word of its stream) → what the kernel before makes of them, plainly.</param>
/// <param name="shiftWords">Its stream.</param>
internal sealed class QuantizeCase<TBefore, TOp>(
    string name, TOp op, BlockFunction words, Func<float, uint, int> code,
    TBefore before, Func<float, uint, float> shift, BlockFunction shiftWords)
    : KernelCase(name, "quantize", TOp.MaxUlp, typeof(TOp))
    where TBefore : unmanaged, ISample
    where TOp : unmanaged, IQuantize
{
    public override void Run(KernelTrial trial)
    {
        foreach (long firstTile in trial.Length <= 512 ? (long[])[0, (1L << 28) - 2] : [0])
        {
            uint[] random = SampleLayout.Halves(trial.Length, firstTile, words);
            Check(trial, trial.FiniteValues(0), random, firstTile);
            Check(trial, trial.AnyValues(1), random, firstTile);
            CheckAfter(trial, random, firstTile);
        }
    }

    private void Check(KernelTrial trial, float[] x, uint[] random, long firstTile)
    {
        using GuardedBuffer<float> source = trial.Place<float>(x, 1);
        using GuardedBuffer<sbyte> codes = trial.Destination<sbyte>(x.Length, 2);
        using GuardedBuffer<float> scales = trial.Destination<float>((x.Length + 255) / 256, 3);
        trial.Device.Quantize(source.Window, codes.Window, scales.Window, op, firstTile);
        Compare(trial, x, random, codes, scales);
        trial.RequireUnchanged(x, source);
    }

    private void CheckAfter(KernelTrial trial, uint[] random, long firstTile)
    {
        float[] x = trial.FiniteValues(2);
        uint[] samples = SampleLayout.Words(x.Length, firstTile, shiftWords);
        var moved = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            moved[i] = shift(x[i], samples[i]);
        }

        using GuardedBuffer<float> source = trial.Place<float>(x, 0);
        using GuardedBuffer<sbyte> codes = trial.Destination<sbyte>(x.Length, 1);
        using GuardedBuffer<float> scales = trial.Destination<float>((x.Length + 255) / 256, 2);
        trial.Device.Quantize(source.Window, codes.Window, scales.Window, before, op, firstTile);
        Compare(trial, moved, random, codes, scales);
        trial.RequireUnchanged(x, source);
    }

    private void Compare(
        KernelTrial trial, float[] x, uint[] random, GuardedBuffer<sbyte> codes, GuardedBuffer<float> scales)
    {
        var expectedScales = new float[(x.Length + 255) / 256];
        var expectedCodes = new sbyte[x.Length];
        for (int b = 0; b < expectedScales.Length; b++)
        {
            int start = 256 * b, end = Math.Min(start + 256, x.Length);
            double max = 0;
            for (int i = start; i < end; i++)
            {
                max = Math.Max(max, float.IsFinite(x[i]) ? Math.Abs(x[i]) : double.PositiveInfinity);
            }

            bool tiny = max < Math.ScaleB(1, -100);
            expectedScales[b] = tiny ? 0 : (float)(max / TOp.MaximumCode);
            float inverse = tiny || double.IsInfinity(max) ? 0 : (float)(TOp.MaximumCode / max);
            for (int i = start; i < end && inverse != 0; i++)
            {
                expectedCodes[i] = (sbyte)code(x[i] * inverse, random[i]);
            }
        }

        trial.Compare(expectedScales, scales, b => $"scale of block {b}");
        trial.Compare(expectedCodes, codes, i => $"({KernelTrial.Hex(x[i])}) of scale {KernelTrial.Hex(expectedScales[i / 256])} with {random[i]:x4}");
    }
}
