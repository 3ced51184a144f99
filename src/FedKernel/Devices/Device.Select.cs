// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices;

public abstract partial class Device
{
    /// <summary>The k largest |x[i]|, exactly: of equal magnitudes those of the lowest indices. k is the length of the results.</summary>
    /// <remarks>
    /// By the 31 bits of the magnitude: −0 is 0, denormals count, and infinity and NaN are larger than all numbers. So the results tell
    /// whether all of x is finite.
    /// </remarks>
    /// <param name="x">1 to 2³² − 1 elements, left as they are.</param>
    /// <param name="indices">k of them, written: strictly increasing.</param>
    /// <param name="values">k of them, written: x at the indices.</param>
    /// <param name="firstIndex">What element 0 is called in <paramref name="indices"/>.</param>
    internal void SelectLargest(
        DeviceBuffer<float> x, DeviceBuffer<uint> indices, DeviceBuffer<float> values, long firstIndex = 0)
    {
        CheckSelection(x, firstIndex);
        Check(indices);
        Check(values);
        Throw.IfLengthsDiffer(indices.Length, values.Length, nameof(indices), nameof(values));
        Throw.IfNotInRange(indices.Length, 1, x.Length, "k");
        RefuseAnyOverlap(x, values, nameof(x));
        RefuseAnyOverlap(x, indices, nameof(x));
        RefuseAnyOverlap(indices, values, nameof(indices));
        SelectLargestCore(x, indices, values, (uint)firstIndex);
    }

    /// <summary>Every |x[i]| ≥ threshold, in the order of the indices, in memory that becomes the caller's.</summary>
    /// <remarks>Infinity and NaN are larger than all numbers, so the results tell whether all of x is finite.</remarks>
    /// <param name="x">1 to 2³² − 1 elements, left as they are.</param>
    /// <param name="threshold">Finite and not negative; 0 takes every element.</param>
    /// <param name="indices">Strictly increasing.</param>
    /// <param name="values">x at the indices.</param>
    /// <param name="firstIndex">What element 0 is called in <paramref name="indices"/>.</param>
    internal void SelectAtLeast(
        DeviceBuffer<float> x, float threshold, out DeviceBuffer<uint> indices, out DeviceBuffer<float> values,
        long firstIndex = 0)
    {
        CheckSelection(x, firstIndex);
        Throw.IfNotInRange(threshold, 0, float.MaxValue);
        (indices, values) = SelectAtLeastCore(x, BitConverter.SingleToUInt32Bits(threshold) & int.MaxValue, (uint)firstIndex);
    }

    /// <summary>counts[b] = how many magnitude words w have (w − lowest) &gt;&gt; shift = b, of those from lowest on.</summary>
    /// <remarks>The magnitude word of x is its float32 pattern without the sign: 31 bits in the order of |x|.</remarks>
    /// <param name="x">At most 2³² − 1 elements.</param>
    /// <param name="lowest">The first word of range 0, below 2³¹.</param>
    /// <param name="shift">0 to 31: ranges are 2^shift words wide.</param>
    /// <param name="counts">1 to 2048 ranges, written.</param>
    internal void CountMagnitudes(DeviceBuffer<float> x, uint lowest, int shift, Span<long> counts)
    {
        Check(x);
        Throw.IfNotInRange(x.Length, 0, uint.MaxValue);
        Throw.IfNotInRange(lowest, 0u, 0x7FFF_FFFFu);
        Throw.IfNotInRange(shift, 0, 31);
        Throw.IfNotInRange(counts.Length, 1, 2048, nameof(counts));
        counts.Clear();
        CountMagnitudesCore(x, lowest, shift, counts);
    }

    private protected abstract void SelectLargestCore(
        DeviceBuffer<float> x, DeviceBuffer<uint> indices, DeviceBuffer<float> values, uint firstIndex);

    private protected abstract (DeviceBuffer<uint> Indices, DeviceBuffer<float> Values) SelectAtLeastCore(
        DeviceBuffer<float> x, uint least, uint firstIndex);

    private protected abstract void CountMagnitudesCore(DeviceBuffer<float> x, uint lowest, int shift, Span<long> counts);

    private void CheckSelection(DeviceBuffer<float> x, long firstIndex)
    {
        Check(x);
        Throw.IfNotInRange(x.Length, 1, uint.MaxValue, "d");
        Throw.IfNotInRange(firstIndex, 0, uint.MaxValue - x.Length);
    }
}
