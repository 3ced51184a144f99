// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices.Validation;

/// <summary>A kernel of shape Encode against plain formulas, alone and with error feedback.</summary>
/// <param name="name">Stable name.</param>
/// <param name="op">The kernel that encodes.</param>
/// <param name="decode">The kernel that decodes.</param>
/// <param name="blockSize">Elements that share a scale.</param>
/// <param name="code">(x over the scale, 16 random bits) → code, plainly.</param>
/// <param name="value">Code → number, plainly.</param>
/// <param name="divisor">A block's scale is its norm over this.</param>
/// <param name="words">The stream that rounds, plainly; null if nothing is random.</param>
internal sealed class EncodeCase<TOp, TDecode>(
    string name, TOp op, TDecode decode, int blockSize, Func<float, uint, uint> code, Func<uint, float> value,
    double divisor = 1, BlockFunction? words = null)
    : KernelCase(name, "encode", TOp.MaxUlp, typeof(TOp))
    where TOp : unmanaged, IEncode
    where TDecode : unmanaged, IDecode
{
    /// <summary>False if the kernel takes values as they are, though their block has a scale.</summary>
    public bool IsScaled { get; init; } = true;

    private static bool HasScales => TOp.Norm != BlockNorm.None;

    public override void Run(KernelTrial trial)
    {
        foreach (long firstTile in words is not null && trial.Length <= 512 ? (long[])[0, (1L << 28) - 2] : [0])
        {
            uint[] random = words is null ? new uint[trial.Length] : SampleLayout.Halves(trial.Length, firstTile, words);
            CheckEncode(trial, trial.FiniteValues(0), random, firstTile);
            if (HasScales)
            {
                CheckEncode(trial, trial.AnyValues(1), random, firstTile);
                CheckFeedback(trial, trial.AnyValues(2), random, firstTile);
            }

            CheckFeedback(trial, trial.FiniteValues(3), random, firstTile);
        }
    }

    private void CheckEncode(KernelTrial trial, float[] x, uint[] random, long firstTile)
    {
        (uint[] codes, float[] scales) = Encoded(x, random);
        using GuardedBuffer<float> source = trial.Place<float>(x, 1);
        using GuardedBuffer<byte> packed = trial.Destination<byte>(ReferenceCodes.Bytes(x.Length, TOp.Bits), 2);
        using GuardedBuffer<float> found = trial.Destination<float>(scales.Length, 3);
        trial.Device.Encode(source.Window, packed.Window, found.Window, op, blockSize, firstTile);
        trial.Compare(scales, found, b => $"scale of block {b}");
        trial.Compare(ReferenceCodes.Pack(codes, TOp.Bits), packed, b => $"byte {b} of codes");
        trial.RequireUnchanged(x, source);
    }

    private void CheckFeedback(KernelTrial trial, float[] x, uint[] random, long firstTile)
    {
        float[] before = trial.FiniteValues(4), after = [.. before], p = [.. before.Zip(x, (m, s) => s + m)];
        (uint[] codes, float[] scales) = Encoded(p, random);
        for (int i = 0; i < x.Length; i++)
        {
            float scale = HasScales ? scales[i / blockSize] : 1;
            after[i] = float.IsFinite(scale) ? p[i] - (value(codes[i]) * scale) : before[i];
        }

        using GuardedBuffer<float> source = trial.Place<float>(x, 0), memory = trial.Place<float>(before, 2);
        using GuardedBuffer<byte> packed = trial.Destination<byte>(ReferenceCodes.Bytes(x.Length, TOp.Bits), 1);
        using GuardedBuffer<float> found = trial.Destination<float>(scales.Length, 3);
        trial.Device.EncodeWithFeedback(
            source.Window, memory.Window, packed.Window, found.Window, op, decode, blockSize, firstTile);
        trial.Compare(scales, found, b => $"scale of block {b} with feedback");
        trial.Compare(ReferenceCodes.Pack(codes, TOp.Bits), packed, b => $"byte {b} of codes with feedback");
        trial.Compare(after, memory, i => $"memory of {KernelTrial.Hex(p[i])}");
        trial.RequireUnchanged(x, source);
    }

    private (uint[] Codes, float[] Scales) Encoded(float[] x, uint[] random)
    {
        var codes = new uint[x.Length];
        var scales = new float[HasScales ? (x.Length + blockSize - 1) / blockSize : 0];
        for (int start = 0, b = 0; start < x.Length; start += blockSize, b++)
        {
            int end = Math.Min(start + blockSize, x.Length);
            float inverse = 1;
            if (HasScales)
            {
                double norm = Norm(x.AsSpan(start..end));
                scales[b] = norm < Math.ScaleB(1, -100) ? 0 : norm <= float.MaxValue ? ScaleOf(norm) : float.PositiveInfinity;
                inverse = scales[b] is 0 or float.PositiveInfinity ? 0 : IsScaled ? (float)(1.0 / scales[b]) : 1;
            }

            for (int i = start; i < end; i++)
            {
                codes[i] = inverse == 0 ? code(0, 0) : code(x[i] * inverse, random[i]);
            }
        }

        return (codes, scales);
    }

    /// <summary>The number nearest to norm / divisor of which the largest code can be decoded.</summary>
    private float ScaleOf(double norm)
    {
        float scale = (float)(norm / divisor);
        return float.IsFinite(scale * (float)divisor) ? scale : MathF.BitDecrement(scale);
    }

    private static double Norm(ReadOnlySpan<float> block)
    {
        double max = 0, squares = 0, magnitudes = 0;
        foreach (double v in block)
        {
            if (!double.IsFinite(v))
            {
                return double.PositiveInfinity;
            }

            max = Math.Max(max, Math.Abs(v));
            squares += v * v;
            magnitudes += Math.Abs(v);
        }

        return TOp.Norm switch
        {
            BlockNorm.Maximum => max,
            BlockNorm.Euclidean => Math.Sqrt(squares),
            _ => magnitudes / block.Length,
        };
    }
}
