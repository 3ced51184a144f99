// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;

namespace FedKernel.Devices.Validation;

/// <summary>A kernel of shape Decode against a plain formula, in every verb that decodes, with scales and without.</summary>
/// <param name="name">Stable name.</param>
/// <param name="op">The kernel.</param>
/// <param name="blockSize">Elements that share a scale.</param>
/// <param name="value">Code → number, plainly.</param>
/// <param name="isCode">False for a code that stands for nothing.</param>
internal sealed class DecodeCase<TOp>(string name, TOp op, int blockSize, Func<uint, float> value, Func<uint, bool> isCode)
    : KernelCase(name, "decode", TOp.MaxUlp, typeof(TOp))
    where TOp : unmanaged, IDecode
{
    private const double Grid = 1 << 20;
    private const float Weight = 0.7f;

    public override void Run(KernelTrial trial)
    {
        int length = trial.Length;
        uint[] codes = [.. trial.Integers(5).Select(n => (uint)n & ((1u << TOp.Bits) - 1)).Select(c => isCode(c) ? c : 0)];
        float[] scales = [.. trial.FiniteValues(8, (length + blockSize - 1) / blockSize).Select(Math.Abs)];
        Check(trial, codes, scales);
        Check(trial, codes, []);
    }

    private void Check(KernelTrial trial, uint[] codes, float[] scales)
    {
        float[] sums = trial.FiniteValues(6), decoded = new float[codes.Length], added = new float[codes.Length];
        long[] integers = trial.Integers(7), accumulated = [.. integers];
        for (int i = 0; i < codes.Length; i++)
        {
            decoded[i] = value(codes[i]) * (scales.Length == 0 ? 1 : scales[i / blockSize]);
            added[i] = sums[i] + (decoded[i] * Weight);
            accumulated[i] += ReferenceRounding.Accumulate(decoded[i], Grid);
        }

        using GuardedBuffer<byte> packed = trial.Place<byte>(ReferenceCodes.Pack(codes, TOp.Bits), 1);
        using GuardedBuffer<float> given = trial.Place<float>(scales, 2);
        using GuardedBuffer<float> destination = trial.Destination<float>(codes.Length, 0), total = trial.Place<float>(sums, 3);
        using GuardedBuffer<long> whole = trial.Place<long>(integers, 0);
        trial.Device.Decode(packed.Window, given.Window, destination.Window, op, blockSize);
        trial.Device.DecodeAdd(packed.Window, given.Window, total.Window, Weight, op, blockSize);
        trial.Device.DecodeAccumulate(packed.Window, given.Window, whole.Window, op, new FixedPointAccumulate(Grid), blockSize);
        trial.Compare(decoded, destination, i => $"code {codes[i]:x}");
        trial.Compare(added, total, i => $"code {codes[i]:x} added");
        trial.Compare(accumulated, whole, i => $"code {codes[i]:x} accumulated");
        trial.RequireUnchanged(scales, given);
    }
}
