// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Random;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>What all cases of a run work on: the device, one core of it, and rows that are made when they are first asked for.</summary>
/// <remarks>
/// Element i of a row is element i mod <see cref="Period"/> of a tile of random values, so that a result can be checked whole
/// against a tile, and rows of gigabytes are filled at the speed of memory.
/// </remarks>
internal sealed unsafe class BenchData : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly List<float[]> _tiles = [];
    private DeviceRows<float>? _rows;
    private CpuDevice? _core;

    /// <summary>Data of a run.</summary>
    /// <param name="device">Stays the caller's.</param>
    /// <param name="length">Elements of a row, a multiple of 256.</param>
    /// <param name="library">C loops, null where the device has memory of its own.</param>
    public BenchData(Device device, long length, LimitLibrary? library)
    {
        (Device, Length, Library) = (device, length, library);
        Period = (int)Math.Min(length, 1 << 16);
        var random = new SimulationRandom(new SimulationSeed(20));
        for (int r = 0; r < BenchCases.Rows; r++)
        {
            var tile = new float[Period];
            for (int i = 0; i < tile.Length; i++)
            {
                // A multiple of 2⁻²³ in [−1, 1): squares and their sums are integers, so that there is an exact answer.
                tile[i] = ((int)random.NextWord() >> 8) * (1f / (1 << 23));
            }

            _tiles.Add(tile);
        }
    }

    public Device Device { get; }

    public long Length { get; }

    public int Period { get; }

    public LimitLibrary? Library { get; }

    /// <summary>True if C loops can work on the same memory.</summary>
    public bool HasPeers => Library is { IsCompiled: true };

    /// <summary>Bits of the registers of a processor; null on other devices.</summary>
    public SimdWidth? Width => (Device as CpuDevice)?.Width;

    /// <summary>Sixteen rows of float32 that every case may read and none may write.</summary>
    public DeviceRows<float> Rows => _rows ??= CreateRows(BenchCases.Rows, t => t);

    /// <summary>The values of a row of <see cref="Rows"/>.</summary>
    public ReadOnlySpan<float> Tile(int row) => _tiles[row];

    /// <summary>Weights of the sixteen rows: example counts over their sum.</summary>
    public float[] Weights { get; } = [.. Enumerable.Range(1, BenchCases.Rows).Select(r => r * (1f / 136))];

    /// <summary>One core of the processor.</summary>
    /// <exception cref="CaseSkippedException">The device is no processor.</exception>
    public CpuDevice Core => Width is { } width
        ? _core ??= Own(new CpuDevice(width, threadCount: 1))
        : throw new CaseSkippedException("is for one core of the processor");

    /// <summary>The device of a case that is measured on one core, where the device is a processor.</summary>
    public Device CoreOrDevice => Width is null ? Device : Core;

    /// <summary>Σ weights · rows of the tiles, in float64.</summary>
    public double[] ExpectedSum(Func<int, float> weight)
    {
        var expected = new double[Period];
        for (int r = 0; r < BenchCases.Rows; r++)
        {
            for (int i = 0; i < Period; i++)
            {
                expected[i] += (double)weight(r) * _tiles[r][i];
            }
        }

        return expected;
    }

    /// <summary>Rows of another type, each a row of <see cref="Rows"/> converted.</summary>
    public DeviceRows<T> CreateRows<T>(int count, Func<float, T> convert)
        where T : unmanaged
    {
        var rows = Own(new DeviceRows<T>(Device, count, Length));
        for (int r = 0; r < count; r++)
        {
            rows.Fill(r, Array.ConvertAll(_tiles[r], v => convert(v)));
        }

        return rows;
    }

    /// <summary>A row of zeros to write to.</summary>
    /// <param name="length">Elements; those of a row if null.</param>
    /// <param name="device">Where; the device of the run if null.</param>
    public DeviceRows<T> CreateTarget<T>(long? length = null, Device? device = null)
        where T : unmanaged => Own(new DeviceRows<T>(device ?? Device, 1, length ?? Length));

    public T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    public void Dispose()
    {
        // Last in, first out: buffers before the devices that they live on.
        for (int i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }
    }
}

/// <summary>Rows on a device: native memory lent to it where it takes that, memory of its own otherwise.</summary>
internal sealed unsafe class DeviceRows<T> : IDisposable
    where T : unmanaged
{
    public DeviceRows(Device device, int count, long length)
    {
        if (device.SharesHostMemory)
        {
            Memory = new HostMemory(count, length * Unsafe.SizeOf<T>());
            Buffers = [.. Enumerable.Range(0, count).Select(r => device.Borrow((T*)Memory.Row(r), length))];
        }
        else
        {
            Buffers = [.. Enumerable.Range(0, count).Select(_ => device.Allocate<T>(length))];
        }
    }

    public DeviceBuffer<T>[] Buffers { get; }

    /// <summary>The memory, where it is the host's.</summary>
    public HostMemory? Memory { get; }

    /// <summary>The first row, which is the only one of a target.</summary>
    public DeviceBuffer<T> Buffer => Buffers[0];

    /// <summary>A row as a span, for peers.</summary>
    public Span<T> Span(int row) => new(Memory!.Row(row), checked((int)Buffers[row].Length));

    /// <summary>row[i] = tile[i mod its length]</summary>
    public void Fill(int row, ReadOnlySpan<T> tile)
    {
        DeviceBuffer<T> buffer = Buffers[row];
        for (long start = 0; start < buffer.Length; start += tile.Length)
        {
            buffer.CopyFrom(tile[..(int)Math.Min(tile.Length, buffer.Length - start)], start);
        }
    }

    public void Dispose()
    {
        foreach (DeviceBuffer<T> buffer in Buffers)
        {
            buffer.Dispose();
        }

        Memory?.Dispose();
    }
}
