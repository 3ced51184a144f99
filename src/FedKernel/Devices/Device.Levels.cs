// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices;

public abstract partial class Device
{
    /// <summary>Most bits of a code of <see cref="FindLevels"/>: 128 levels of either sign.</summary>
    internal const int MaximumLevelBits = 8;

    /// <summary>
    /// The nearest level of a book that is the same on both sides of 0: codes[i] = s·2^m + the number of boundaries that |x| is not
    /// below, with s = 1 if x is below 0 (of zeros neither is).
    /// </summary>
    /// <param name="values">n values.</param>
    /// <param name="boundaries">2^m − 1 of them, m 0 to 7, rising, above 0: the midpoints of the magnitudes.</param>
    /// <param name="codes">n codes; may be the values' own memory.</param>
    internal void FindLevels(DeviceBuffer<float> values, DeviceBuffer<float> boundaries, DeviceBuffer<uint> codes)
    {
        Check(values);
        Check(boundaries);
        Check(codes);
        CheckBook(boundaries.Length + 1, nameof(boundaries));
        Throw.IfLengthsDiffer(values.Length, codes.Length, nameof(values), nameof(codes));
        RefuseAnyOverlap(boundaries, codes, nameof(boundaries));
        FindLevelsCore(values, boundaries, codes);
    }

    /// <summary>destination[i] = ± magnitudes[low m bits of codes[i]], negative if bit m is set.</summary>
    /// <param name="codes">n codes; other bits are ignored.</param>
    /// <param name="magnitudes">2^m of them, m 0 to 7.</param>
    /// <param name="destination">n values; may be the codes' own memory.</param>
    internal void TakeLevels(DeviceBuffer<uint> codes, DeviceBuffer<float> magnitudes, DeviceBuffer<float> destination)
    {
        Check(codes);
        Check(magnitudes);
        Check(destination);
        CheckBook(magnitudes.Length, nameof(magnitudes));
        Throw.IfLengthsDiffer(destination.Length, codes.Length, nameof(destination), nameof(codes));
        RefuseAnyOverlap(magnitudes, destination, nameof(magnitudes));
        TakeLevelsCore(codes, magnitudes, destination);
    }

    private protected abstract void FindLevelsCore(DeviceBuffer<float> values, DeviceBuffer<float> boundaries, DeviceBuffer<uint> codes);

    private protected abstract void TakeLevelsCore(DeviceBuffer<uint> codes, DeviceBuffer<float> magnitudes, DeviceBuffer<float> destination);

    private static void CheckBook(long magnitudes, string name)
    {
        if (magnitudes is < 1 or > 1 << (MaximumLevelBits - 1) || (magnitudes & (magnitudes - 1)) != 0)
        {
            throw new ArgumentException($"'{name}' makes {magnitudes} magnitudes: it must be a power of two in [1, 128].", name);
        }
    }
}
