// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices;

public abstract partial class Device
{
    /// <summary>Bytes of n codes: ⌈n · bits / 8⌉.</summary>
    internal static long PackedBytes(long length, int bits) => checked(((length * bits) + 7) / 8);

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

    private protected abstract void PackCore(DeviceBuffer<uint> words, DeviceBuffer<byte> codes, int bits);

    private protected abstract void UnpackCore(DeviceBuffer<byte> codes, DeviceBuffer<uint> words, int bits);

    private void CheckPacked(DeviceBuffer<uint> words, DeviceBuffer<byte> codes, int bits)
    {
        Check(words);
        Check(codes);
        Throw.IfNotInRange(bits, 1, 32);
        Throw.IfLengthsDiffer(PackedBytes(words.Length, bits), codes.Length, "bytes of all codes", nameof(codes));
        RefuseAnyOverlap(words, codes, nameof(words));
    }
}
