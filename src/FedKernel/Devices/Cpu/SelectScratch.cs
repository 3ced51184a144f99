// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using FedKernel.Devices.Cpu.Loops;

namespace FedKernel.Devices.Cpu;

/// <summary>Native memory of a selection, kept from one to the next.</summary>
internal sealed unsafe class SelectScratch : IDisposable
{
    private const int Blocks = 7;

    private readonly nint[] _memory = new nint[Blocks];
    private readonly nuint[] _bytes = new nuint[Blocks];

    ~SelectScratch() => Free();

    /// <summary>Bytes that it holds.</summary>
    public long Bytes
    {
        get
        {
            nuint sum = 0;
            foreach (nuint bytes in _bytes)
            {
                sum += bytes;
            }

            return (long)sum;
        }
    }

    /// <summary>What its values reach at least.</summary>
    public uint Lowest { get; set; }

    public uint* Rows(long count) => (uint*)Take(0, count * sizeof(uint));

    public uint* Sample(long count) => (uint*)Take(1, count * sizeof(uint));

    public uint* Values(long count) => (uint*)Take(2, count * sizeof(uint));

    public uint* Indices(long count) => (uint*)Take(3, count * sizeof(uint));

    public Segment* Segments(long count) => (Segment*)Take(4, count * sizeof(Segment));

    public Tally* Tallies(long count) => (Tally*)Take(5, count * sizeof(Tally));

    /// <summary>One number on a line of the cache to itself.</summary>
    public long* Counter() => (long*)Take(6, 128) + 8;

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private nint Take(int block, long bytes)
    {
        nuint need = (nuint)Math.Max(64, bytes);
        if (_bytes[block] < need)
        {
            NativeMemory.AlignedFree((void*)_memory[block]);
            (_memory[block], _bytes[block]) = (0, 0);
            _memory[block] = (nint)NativeMemory.AlignedAlloc(need, 64);
            _bytes[block] = need;
        }

        return _memory[block];
    }

    private void Free()
    {
        for (int b = 0; b < Blocks; b++)
        {
            NativeMemory.AlignedFree((void*)_memory[b]);
            (_memory[b], _bytes[b]) = (0, 0);
        }
    }
}
