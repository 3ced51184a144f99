// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace FedKernel.Devices.Validation;

/// <summary>A window at any offset between two rows of canaries: whoever writes past an end is found.</summary>
/// <typeparam name="T">Element type of the window.</typeparam>
public sealed class GuardedBuffer<T> : IDisposable
    where T : unmanaged
{
    // More than the widest register, so that a store of a whole register past the end hits canaries only.
    private const int Guard = 64;

    private readonly DeviceBuffer<T> _whole;
    private readonly int _start;

    internal GuardedBuffer(Device device, ReadOnlySpan<T> content, int offset)
    {
        _start = Guard + offset;
        var image = new T[_start + content.Length + Guard];
        Array.Fill(image, Canary);
        content.CopyTo(image.AsSpan(_start));
        _whole = device.Upload<T>(image);
        Window = _whole.Slice(_start, content.Length);
    }

    /// <summary>What the kernel gets.</summary>
    public DeviceBuffer<T> Window { get; }

    // A pattern that no kernel under test writes: a NaN of an unusual payload as float32.
    private static T Canary
    {
        get
        {
            ulong bits = 0xFFC5A5A5_FFC5A5A5;
            return Unsafe.As<ulong, T>(ref bits);
        }
    }

    /// <summary>The window as it is now, and whether every canary lives.</summary>
    internal T[] Read(out bool intact)
    {
        T[] image = _whole.ToArray();
        int end = _start + (int)Window.Length;
        intact = Alive(image.AsSpan(0, _start)) && Alive(image.AsSpan(end));
        return image[_start..end];
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Window.Dispose();
        _whole.Dispose();
    }

    private static bool Alive(ReadOnlySpan<T> canaries)
    {
        T canary = Canary;
        ReadOnlySpan<byte> expected = System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in canary));
        ReadOnlySpan<byte> bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(canaries);
        for (int i = 0; i < bytes.Length; i += expected.Length)
        {
            if (!bytes.Slice(i, expected.Length).SequenceEqual(expected))
            {
                return false;
            }
        }

        return true;
    }
}
