// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Kernels;
using FedKernel.Numerics;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Gpu;

/// <summary>Each ILGPU driver against the scalar loop of the processor, bit for bit.</summary>
[Collection(nameof(GpuCollection))]
public sealed class DriverTests(GpuDevices devices)
{
    private static readonly int[] _lengths = [0, 1, 3, 4, 5, 255, 256, 257, 4095, 4096, 4097, 100_003];
    private static readonly int[] _shortLengths = [0, 1, 3, 4, 5, 255, 257, 4097];
    private static readonly StreamId _id = new(7, StreamPurpose.PrivacyNoise, 3);

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string device in GpuDevices.Names)
            {
                foreach (string kernel in Kernels.Keys)
                {
                    cases.Add(device, kernel);
                }
            }

            return cases;
        }
    }

    /// <summary>What each kernel leaves behind, given inputs that start off a pack of 16 bytes.</summary>
    private static Dictionary<string, Func<Device, int, int, ulong[]>> Kernels { get; } = new()
    {
        ["Copy"] = (d, n, o) => Map(d, n, o, new Copy()),
        ["Scale"] = (d, n, o) => Map(d, n, o, new Scale(-1.7f)),
        ["ClipAndScale"] = (d, n, o) => Map(d, n, o, new ClipAndScale(50, 3, 0.25)),
        ["Axpy"] = Axpy,
        ["Fill"] = Fill,
        ["Sum"] = (d, n, o) => Reduce(d, n, o, new Sum()),
        ["SquaredL2Norm"] = (d, n, o) => Reduce(d, n, o, new SquaredL2Norm()),
        ["MaxAbs"] = (d, n, o) => Reduce(d, n, o, new MaxAbs()),
        ["NonFiniteCount"] = (d, n, o) => Reduce(d, n, o, new NonFiniteCount()),
        ["Dot"] = Dot,
        ["ReduceRows"] = ReduceRows,
        ["RowCombine list"] = CombineList,
        ["RowCombine double"] = (d, n, o) => CombineTyped(d, n, o, v => v * (1 + (1.0 / (1 << 27)))),
        ["RowCombine half"] = (d, n, o) => CombineTyped(d, n, o, v => (Half)v),
        ["RowCombine bfloat16"] = (d, n, o) => CombineTyped(d, n, o, v => (BFloat16)v),
        ["RowCombine matrix"] = CombineMatrix,
        ["AccumulateRows float"] = (d, n, o) => AccumulateRows(d, n, o, v => v),
        ["AccumulateRows double"] = (d, n, o) => AccumulateRows(d, n, o, v => v * (1 + (1.0 / (1 << 27)))),
        ["AccumulateRows half"] = (d, n, o) => AccumulateRows(d, n, o, v => (Half)v),
        ["AccumulateRows bfloat16"] = (d, n, o) => AccumulateRows(d, n, o, v => (BFloat16)v),
        ["Quantize Philox"] = (d, n, o) => Quantize(d, n, o, new StochasticRounding<PhiloxStream>(Philox())),
        ["Quantize ChaCha20"] = (d, n, o) => Quantize(d, n, o, new StochasticRounding<ChaCha20Stream>(ChaCha())),
        ["Accumulate"] = Accumulate,
        ["Resolve"] = Resolve,
        ["StreamWords ChaCha20"] = (d, n, o) => Sample(d, n, o, new StreamWords<ChaCha20Stream>(ChaCha())),
        ["StreamWords Philox"] = (d, n, o) => Sample(d, n, o, new StreamWords<PhiloxStream>(Philox())),
        ["GaussianNoise ChaCha20"] = (d, n, o) => Sample(d, n, o, new GaussianNoise<ChaCha20Stream>(ChaCha(), 1.5f)),
        ["GaussianNoise Philox"] = (d, n, o) => Sample(d, n, o, new GaussianNoise<PhiloxStream>(Philox(), 0.01f)),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Driver_AnyLengthAndOffset_GivesTheBitsOfTheScalarLoop(string id, string kernel)
    {
        Device device = devices.Open(id);
        using var reference = new CpuDevice(SimdWidth.Scalar, 1);
        foreach (int length in id == "ilgpu-cpu" ? _shortLengths : _lengths)
        {
            foreach (int offset in (int[])[0, 1, 2, 3])
            {
                ulong[] expected = Kernels[kernel](reference, length, offset);
                ulong[] actual = Kernels[kernel](device, length, offset);
                int differing = expected.Zip(actual).Count(p => p.First != p.Second);
                Assert.True(
                    differing == 0 && expected.Length == actual.Length,
                    string.Create(CultureInfo.InvariantCulture, $"{differing} differ at length {length}, offset {offset}"));
            }
        }
    }

    private static ulong[] Map<TOp>(Device device, int n, int offset, TOp op)
        where TOp : unmanaged, IMap1
    {
        using Window x = new(device, n, offset, 1), d = new(device, n, offset + 1, 9);
        device.Map(x.Buffer, d.Buffer, op);
        device.Map(x.Buffer, x.Buffer, op);
        return [.. d.Bits(), .. x.Bits()];
    }

    private static ulong[] Axpy(Device device, int n, int offset)
    {
        using Window x = new(device, n, offset, 1), y = new(device, n, offset, 2), d = new(device, n, offset, 9);
        device.Map(x.Buffer, y.Buffer, d.Buffer, new Axpy(0.3f));
        return d.Bits();
    }

    private static ulong[] Fill(Device device, int n, int offset)
    {
        using var d = new Window(device, n, offset, 9);
        device.Generate(d.Buffer, new Fill(-2.5f));
        return d.Bits();
    }

    private static ulong[] Reduce<TOp>(Device device, int n, int offset, TOp op)
        where TOp : unmanaged, IReduce1
    {
        using Window tame = new(device, n, offset, 1, special: false), wild = new(device, n, offset, 1);
        return [Bits(device.Reduce(tame.Buffer, op)), Bits(device.Reduce(wild.Buffer, op))];
    }

    private static ulong[] Dot(Device device, int n, int offset)
    {
        using Window x = new(device, n, offset, 1, special: false), y = new(device, n, 2 * offset, 2, special: false);
        return [Bits(device.Reduce(x.Buffer, y.Buffer, new Dot()))];
    }

    private static ulong[] ReduceRows(Device device, int n, int offset)
    {
        (int rows, int columns) = (n / 37, 37);
        using Window x = new(device, rows * columns, offset, 1), y = new(device, columns, 0, 2, special: false);
        using var d = new Window(device, rows, offset, 9);
        device.ReduceRows(new DeviceMatrix(x.Buffer, rows, columns), y.Buffer, d.Buffer, new Dot());
        return d.Bits();
    }

    private static ulong[] CombineList(Device device, int n, int offset)
    {
        // 19 rows: a full launch and a short one.
        Window[] rows = [.. Enumerable.Range(0, 19).Select(r => new Window(device, n, r == 3 ? offset : 0, r, r == 5))];
        using var d = new Window(device, n, 0, 9);
        float[] weights = [.. rows.Select((_, r) => 1f / (r + 3))];
        device.RowCombine([.. rows.Select(r => r.Buffer)], weights, d.Buffer, new WeightedSum());
        Array.ForEach(rows, r => r.Dispose());
        return d.Bits();
    }

    private static ulong[] CombineTyped<T>(Device device, int n, int offset, Func<float, T> store)
        where T : unmanaged
    {
        // Odd offsets move one row or the destination off its pack; the others keep all windows on packs.
        TypedWindow<T>[] rows =
            [.. Enumerable.Range(0, 19).Select(r => new TypedWindow<T>(device, n, offset == 1 && r == 4 ? 1 : 8 * offset, r, r == 5, store))];
        using var d = new Window(device, n, offset == 3 ? 3 : 4 * offset, 9);
        float[] weights = [.. rows.Select((_, r) => 1f / (r + 3))];
        device.RowCombine([.. rows.Select(r => r.Buffer)], weights, d.Buffer, new WeightedSum());
        device.RowCombine([.. rows.Take(3).Select(r => r.Buffer)], weights.AsSpan(0, 3), d.Buffer.Slice(0, n), new WeightedSum());
        ulong[] few = d.Bits();
        device.RowCombine([.. rows.Select(r => r.Buffer)], weights, d.Buffer, new WeightedSum());
        Array.ForEach(rows, r => r.Dispose());
        return [.. few, .. d.Bits()];
    }

    private static ulong[] AccumulateRows<T>(Device device, int n, int offset, Func<float, T> store)
        where T : unmanaged
    {
        // Odd offsets move one row or the integers off their pack; the others keep all windows on packs.
        TypedWindow<T>[] rows =
            [.. Enumerable.Range(0, 19).Select(r => new TypedWindow<T>(device, n, offset == 1 && r == 17 ? 1 : 8 * offset, r, r == 5, store))];
        int start = offset == 3 ? 3 : 8 * offset;
        using DeviceBuffer<long> integers = device.Allocate<long>(n + start + 3);
        FixedPointAccumulate[] ops = [.. rows.Select((_, r) => new FixedPointAccumulate(1e9 / (r + 1)))];
        var largest = new double[rows.Length];
        device.AccumulateRows<T, FixedPointAccumulate>([.. rows.Select(r => r.Buffer)], ops, integers.Slice(start, n), largest);
        Array.ForEach(rows, r => r.Dispose());
        return [.. integers.ToArray().Select(v => (ulong)v), .. largest.Select(Bits)];
    }

    private static ulong[] Quantize<TOp>(Device device, int n, int offset, TOp op)
        where TOp : unmanaged, IQuantize
    {
        using Window x = new(device, n, offset, 1), tame = new(device, n, 4 * offset, 2, special: false);
        using Window scales = new(device, (n + 255) / 256, offset, 9);
        using DeviceBuffer<sbyte> codes = device.Allocate<sbyte>(n + offset + 5);
        DeviceBuffer<sbyte> window = codes.Slice(offset, n);
        var results = new List<ulong>();
        void Keep() => results.AddRange([.. scales.Bits(), .. codes.ToArray().Select(c => (ulong)c)]);
        device.Quantize(x.Buffer, window, scales.Buffer, op, firstTile: 1L << 20);
        Keep();
        device.Quantize(tame.Buffer, window, scales.Buffer, op, firstTile: 6);
        Keep();
        var noise = new GaussianNoise<PhiloxStream>(new PhiloxStream(new SimulationSeed(5), default), 0.25f);
        device.Quantize(tame.Buffer, window, scales.Buffer, noise, op, firstTile: 2);
        Keep();
        return [.. results];
    }

    private static ulong[] CombineMatrix(Device device, int n, int offset)
    {
        (int rows, int columns) = (11, Math.Max(1, n / 11));
        using Window x = new(device, rows * columns, offset, 1), w = new(device, rows, 0, 2, special: false);
        using var d = new Window(device, columns, offset, 9);
        device.RowCombine(new DeviceMatrix(x.Buffer, rows, columns), w.Buffer, d.Buffer, new WeightedSum());
        return d.Bits();
    }

    private static ulong[] Accumulate(Device device, int n, int offset)
    {
        using Window a = new(device, n, offset, 1, special: false), b = new(device, n, 0, 2, special: false);
        using DeviceBuffer<long> integers = device.Allocate<long>(n + offset);
        using DeviceBuffer<long> window = integers.Slice(offset, n);
        device.Accumulate(a.Buffer, window, new FixedPointAccumulate(1e9));
        device.Accumulate(b.Buffer, window, new FixedPointAccumulate(3.7e8));
        return Array.ConvertAll(integers.ToArray(), v => (ulong)v);
    }

    private static ulong[] Resolve(Device device, int n, int offset)
    {
        long[] values = [.. Enumerable.Range(0, n + offset).Select(i => (long)Mix(i, 5) >> (i % 40))];
        using DeviceBuffer<long> integers = device.Upload<long>(values);
        using DeviceBuffer<long> window = integers.Slice(offset, n);
        using var d = new Window(device, n, offset == 2 ? 0 : offset, 9);
        device.Resolve(window, d.Buffer, new FixedPointResolve(1.0 / 3e9));
        return d.Bits();
    }

    private static ulong[] Sample<TOp>(Device device, int n, int offset, TOp op)
        where TOp : unmanaged, ISample
    {
        using Window x = new(device, n, offset, 1), d = new(device, n, 0, 9);
        device.Sample(x.Buffer, d.Buffer, op, firstTile: 1L << 20);
        return d.Bits();
    }

    private static ChaCha20Stream ChaCha()
    {
        using var key = SecretKey256.Import([.. Enumerable.Range(0, 32).Select(i => (byte)(i + 1))]);
        return key.CreateStream(_id);
    }

    private static PhiloxStream Philox() => new(new SimulationSeed(0x0123_4567_89AB_CDEF), _id);

    private static ulong Bits(double value) => double.IsNaN(value) ? ulong.MaxValue : BitConverter.DoubleToUInt64Bits(value);

    private static ulong Mix(int index, int seed)
    {
        ulong z = ((ulong)(uint)index + 1) * 0x9E37_79B9_7F4A_7C15 + ((ulong)(uint)seed * 0xD1B5_4A32_D192_ED03);
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    /// <summary>The values of a <see cref="Window"/> in another type.</summary>
    private sealed class TypedWindow<T> : IDisposable
        where T : unmanaged
    {
        private readonly DeviceBuffer<T> _whole;

        public TypedWindow(Device device, int length, int offset, int seed, bool special, Func<float, T> store)
        {
            _whole = device.Upload<T>(Array.ConvertAll(Window.Values(length + offset + 5, seed, special), v => store(v)));
            Buffer = _whole.Slice(offset, length);
        }

        public DeviceBuffer<T> Buffer { get; }

        public void Dispose() => _whole.Dispose();
    }

    /// <summary>A window some elements into a buffer, which is read back whole, to see what was written around it.</summary>
    private sealed class Window : IDisposable
    {
        private static readonly float[] _special =
        [
            float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, 0f, float.Epsilon, -float.Epsilon,
            1.1754942e-38f, float.MaxValue, float.MinValue,
        ];

        private readonly DeviceBuffer<float> _whole;

        public Window(Device device, int length, int offset, int seed, bool special = true)
        {
            _whole = device.Upload<float>(Values(length + offset + 5, seed, special));
            Buffer = _whole.Slice(offset, length);
        }

        public DeviceBuffer<float> Buffer { get; }

        public static float[] Values(int length, int seed, bool special)
        {
            // Magnitudes from 2⁻⁶⁴ to 1: with fewer bits between them float64 sums would be exact, and in any order the same.
            var values = new float[length];
            for (int i = 0; i < values.Length; i++)
            {
                ulong bits = Mix(i, seed);
                values[i] = special && bits % 13 == 0
                    ? _special[(int)((bits >> 8) % (ulong)_special.Length)]
                    : MathF.ScaleB(((int)(bits >> 40) - 8_388_608) / 8_388_608f, -(int)(bits % 41));
            }

            return values;
        }

        public ulong[] Bits() => Array.ConvertAll(
            _whole.ToArray(), v => float.IsNaN(v) ? ulong.MaxValue : BitConverter.SingleToUInt32Bits(v));

        public void Dispose() => _whole.Dispose();
    }
}
