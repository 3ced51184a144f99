// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices;

public abstract partial class Device
{
    /// <summary>Most bits of a code of <see cref="FindLevels"/>: 128 levels of either sign.</summary>
    internal const int MaximumLevelBits = 8;

    /// <summary>Code i, the low bits of word i, becomes bits i·bits to (i + 1)·bits − 1, lowest first; those behind the last code are 0.</summary>
    /// <param name="words">n of them; their other bits are ignored.</param>
    /// <param name="codes">⌈n·bits / 8⌉ bytes; every one is written.</param>
    /// <param name="bits">1 to 32.</param>
    internal void Pack(DeviceBuffer<uint> words, DeviceBuffer<byte> codes, int bits)
    {
        CheckPacked(words, codes, bits);
        PackCore(words, codes, bits);
    }

    /// <summary>What <see cref="Pack"/> has packed, with zeros above.</summary>
    /// <inheritdoc cref="Pack"/>
    internal void Unpack(DeviceBuffer<byte> codes, DeviceBuffer<uint> words, int bits)
    {
        CheckPacked(words, codes, bits);
        UnpackCore(codes, words, bits);
    }

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

    private protected abstract void PackCore(DeviceBuffer<uint> words, DeviceBuffer<byte> codes, int bits);

    private protected abstract void UnpackCore(DeviceBuffer<byte> codes, DeviceBuffer<uint> words, int bits);

    private protected abstract void FindLevelsCore(DeviceBuffer<float> values, DeviceBuffer<float> boundaries, DeviceBuffer<uint> codes);

    private protected abstract void TakeLevelsCore(DeviceBuffer<uint> codes, DeviceBuffer<float> magnitudes, DeviceBuffer<float> destination);

    private static void CheckBook(long magnitudes, string name)
    {
        if (magnitudes is < 1 or > 1 << (MaximumLevelBits - 1) || (magnitudes & (magnitudes - 1)) != 0)
        {
            throw new ArgumentException($"'{name}' makes {magnitudes} magnitudes: it must be a power of two in [1, 128].", name);
        }
    }

    private void CheckPacked(DeviceBuffer<uint> words, DeviceBuffer<byte> codes, int bits)
    {
        Check(words);
        Check(codes);
        Throw.IfNotInRange(bits, 1, 32);
        Throw.IfLengthsDiffer(PackedBytes(words.Length, bits), codes.Length, "bytes of all codes", nameof(codes));
        RefuseAnyOverlap(words, codes, nameof(words));
    }
}
