// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Gpu;
using FedKernel.Kernels;
using FedKernel.Numerics;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Gpu;

[Collection(nameof(GpuCollection))]
public sealed class IlgpuDeviceTests(GpuDevices devices)
{
    public static TheoryData<string> Ids => GpuDevices.Ids;

    // RFC 8439, appendix A.1, test vectors 1 to 3 and 5: last word of the key, last word of the nonce, block, key stream.
    public static TheoryData<string, uint, uint, int, string> Rfc8439 =>
        new(
            from id in GpuDevices.Names
            from v in (IEnumerable<(uint Key, uint Nonce, int Block, string Words)>)
            [
                (0, 0, 0, "ade0b876 903df1a0 e56a5d40 28bd8653 b819d2bd 1aed8da0 ccef36a8 c70d778b "
                    + "7c5941da 8d485751 3fe02477 374ad8b8 f4b8436a 1ca11815 69b687c3 8665eeb2"),
                (0, 0, 1, "bee7079f 7a385155 7c97ba98 0d082d73 a0290fcb 6965e348 3e53c612 ed7aee32 "
                    + "7621b729 434ee69c b03371d5 d539d874 281fed31 45fb0a51 1f0ae1ac 6f4d794b"),
                (0x01000000, 0, 1, "2452eb3a 9249f8ec 8d829d9b ddd4ceb1 e8252083 60818b01 f38422b8 5aaa49c9 "
                    + "bb00ca8e da3ba7b4 c4b592d1 fdf2732f 4436274e 2561b3c8 ebdd4aa6 a0136c00"),
                (0, 0x02000000, 0, "374dc6c2 3736d58c b904e24a cd3f93ef 88228b1a 96a4dfb3 5b76ab72 c727ee54 "
                    + "0e0e978a f3145c95 1b748ea8 f786c297 99c28f5f 628314e8 398a19fa 6ded1b53"),
            ]
            select (id, v.Key, v.Nonce, v.Block, v.Words));

    [Theory]
    [MemberData(nameof(Rfc8439))]
    public void Sample_StreamWords_GivesTheKeyStreamOfRfc8439(string id, uint keyEnd, uint nonceEnd, int block, string words)
    {
        Device device = devices.Open(id);
        var stream = new ChaCha20Stream([0, 0, 0, 0, 0, 0, 0, keyEnd], new StreamId(0, StreamPurpose.Simulation, nonceEnd));
        using DeviceBuffer<float> d = device.Allocate<float>(256);
        device.Sample(d, d, new StreamWords<ChaCha20Stream>(stream));
        float[] bits = d.ToArray();
        IEnumerable<string> actual = Enumerable.Range(0, 16)
            .Select(k => BitConverter.SingleToUInt32Bits(bits[(16 * k) + block]).ToString("x8"));
        Assert.Equal(words, string.Join(' ', actual));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void EveryShape_AnyGridAndPass_ChangesNothing(string id)
    {
        var device = (IlgpuDevice)devices.Open(id);
        using var reference = new CpuDevice(SimdWidth.Scalar, 1);
        int n = id == "ilgpu-cpu" ? 9_001 : 50_001;
        ulong[] expected = EveryShape(reference, n);
        (int, long, long) usual = (device.MostGroups, device.BlocksPerPass, device.ElementsPerPass);
        foreach ((int, long, long) unusual in (IEnumerable<(int, long, long)>)[(1, 2, 512), (3, 5, 4096), (300, 1, 8192)])
        {
            (device.MostGroups, device.BlocksPerPass, device.ElementsPerPass) = unusual;
            Assert.Equal(expected, EveryShape(device, n));
        }

        (device.MostGroups, device.BlocksPerPass, device.ElementsPerPass) = usual;
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Allocate_MoreThanAnyMemory_SaysHowMuchWasAsked(string id)
    {
        Device device = devices.Open(id);
        var e = Assert.Throws<DeviceException>(() => device.Allocate<double>(long.MaxValue / 8));
        Assert.Contains("9223372036854775800 bytes", e.Message, StringComparison.Ordinal);
        Assert.Throws<DeviceException>(() => device.Allocate<float>(1L << 50));
        using DeviceBuffer<float> small = device.Upload<float>([1, 2, 3]);
        Assert.Equal([1, 2, 3], small.ToArray());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Buffer_AfterDisposal_IsRefused(string id)
    {
        using Device device = devices.OpenAnew(id);
        DeviceBuffer<float> x = device.Upload<float>([1, 2, 3, 4, 5]);
        DeviceBuffer<float> window = x.Slice(1, 3);
        DeviceBuffer<float> other = device.Allocate<float>(3);
        Assert.Equal([2, 3, 4], window.ToArray());
        x.Dispose();
        x.Dispose();
        Assert.Throws<ObjectDisposedException>(() => window.ToArray());
        Assert.Throws<ObjectDisposedException>(() => device.Map(window, other, new Copy()));
        Assert.Throws<ObjectDisposedException>(() => x.Slice(0, 1));
        device.Dispose();
        Assert.Throws<ObjectDisposedException>(() => other.ToArray());
        Assert.Throws<ObjectDisposedException>(() => device.Allocate<float>(1));
        other.Dispose();
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Map_FromTwoThreads_IsSerialized(string id)
    {
        Device device = devices.Open(id);
        float[] results = await Task.WhenAll(Enumerable.Range(1, 2).Select(t => Task.Run(() =>
        {
            using DeviceBuffer<float> x = device.Upload<float>([t, t, t, t, t]);
            for (int i = 0; i < 20; i++)
            {
                device.Map(x, x, new Scale(2));
            }

            return x.ToArray()[4];
        })));
        Assert.Equal([1 << 20, 2 << 20], results);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task EveryShape_TwoThreadsOnOneDevice_DoNotDisturbEachOther(string id)
    {
        Device device = devices.Open(id);
        await AssertSame(id, _ => device);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task EveryShape_TwoDevicesAtOnce_DoNotDisturbEachOther(string id)
    {
        using Device other = devices.OpenAnew(id);
        Device[] two = [devices.Open(id), other];
        await AssertSame(id, t => two[t]);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Map_KernelThatDoesNotCompile_NamesItAndClosesTheDevice(string id)
    {
        using Device device = devices.OpenAnew(id);
        using DeviceBuffer<float> x = device.Upload<float>([1, 2, 3, 4]);
        device.Map(x, x, new Scale(2));
        var first = Assert.Throws<DeviceException>(() => device.Map(x, x, new FromTable()));
        Assert.Contains(nameof(FromTable), first.Message, StringComparison.Ordinal);
        var second = Assert.Throws<DeviceException>(() => device.Map(x, x, new Scale(2)));
        Assert.Contains("open it anew", second.Message, StringComparison.Ordinal);
        Assert.Equal([2, 4, 6, 8], x.ToArray());
    }

    [Fact]
    public void Map_OpenClCompilerRefuses_ItsMessageArrives()
    {
        using Device device = devices.OpenAnew("opencl:0");
        using DeviceBuffer<float> x = device.Upload<float>([1, 2, 3, 4]);
        var e = Assert.Throws<DeviceException>(() => device.Map(x, x, new FusedByHand(3)));
        Assert.Contains("FusedMultiplyAdd", e.Message, StringComparison.Ordinal);
        Assert.Contains("error", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Two threads at work on vectors of different lengths get what the scalar loop gets alone.</summary>
    private static async Task AssertSame(string id, Func<int, Device> device)
    {
        using var reference = new CpuDevice(SimdWidth.Scalar, 1);
        int[] lengths = id == "ilgpu-cpu" ? [900, 5_003] : [20_003, 33_001];
        using var start = new Barrier(lengths.Length);
        ulong[][] actual = await Task.WhenAll(lengths.Select((n, t) => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                ulong[] first = EveryShape(device(t), n);
                Assert.Equal(first, EveryShape(device(t), n));
                return first;
            },
            TaskCreationOptions.LongRunning)));
        Assert.Equal(lengths.Select(n => EveryShape(reference, n)), actual);
    }

    private static ulong[] EveryShape(Device device, int n)
    {
        float[] values = [.. Enumerable.Range(0, n).Select(i => (i * 0.37f) - (i % 91))];
        var stream = new PhiloxStream(new SimulationSeed(1), default);
        using DeviceBuffer<float> x = device.Upload<float>(values), y = device.Upload<float>(values), z = device.Allocate<float>(n);
        using DeviceBuffer<long> integers = device.Allocate<long>(n);
        using DeviceBuffer<sbyte> codes = device.Allocate<sbyte>(n);
        using DeviceBuffer<float> scales = device.Allocate<float>((n + 255) / 256), rowSums = device.Allocate<float>(n / 9);
        var results = new List<ulong>();
        void Keep<T>(DeviceBuffer<T> buffer, Func<T, ulong> bits)
            where T : unmanaged => results.AddRange(buffer.ToArray().Select(bits));

        device.Generate(z, new Fill(3));
        device.Map(x, z, x, new Axpy(0.5f));
        device.Sample(x, x, new GaussianNoise<PhiloxStream>(stream, 1));
        results.Add(BitConverter.DoubleToUInt64Bits(device.Reduce(x, new SquaredL2Norm())));
        device.RowCombine([x, y], [1, 2], z, new WeightedSum());
        Keep(z, v => BitConverter.SingleToUInt32Bits(v));
        var matrix = new DeviceMatrix(x.Slice(0, n / 9 * 9), n / 9, 9);
        device.ReduceRows(matrix, y.Slice(0, 9), rowSums, new Dot());
        Keep(rowSums, v => BitConverter.SingleToUInt32Bits(v));
        device.RowCombine(new DeviceMatrix(x.Slice(0, n / 9 * 9), 9, n / 9), y.Slice(0, 9), rowSums, new WeightedSum());
        Keep(rowSums, v => BitConverter.SingleToUInt32Bits(v));
        device.Accumulate(x, integers, new FixedPointAccumulate(1e6));
        var largest = new double[2];
        FixedPointAccumulate[] ops = [new FixedPointAccumulate(1e5), new FixedPointAccumulate(-3e4)];
        device.AccumulateRows<float, FixedPointAccumulate>([x, y], ops, integers, largest);
        results.AddRange(largest.Select(BitConverter.DoubleToUInt64Bits));
        Keep(integers, v => (ulong)v);
        device.Resolve(integers, z, new FixedPointResolve(1e-6));
        Keep(z, v => BitConverter.SingleToUInt32Bits(v));
        device.Quantize(x, codes, scales, new StochasticRounding<PhiloxStream>(stream), 2);
        Keep(codes, v => (ulong)v);
        device.Quantize(x, codes, scales, new GaussianNoise<PhiloxStream>(stream, 1), new StochasticRounding<PhiloxStream>(stream), 4);
        Keep(codes, v => (ulong)v);
        Keep(scales, v => BitConverter.SingleToUInt32Bits(v));
        return [.. results];
    }

    /// <summary>ILGPU refuses arrays that may change.</summary>
    public readonly struct FromTable : IMap1
    {
        private static readonly float[] _table = [1, 2];

        public static int MaxUlp => 0;

        public TLane Invoke<TLane, TWord>(TLane x)
            where TLane : struct, ILane<TLane, TWord>
            where TWord : struct, IWordLane<TWord> => x * TLane.Splat(_table[1]);
    }

    /// <summary>ILGPU writes a call of a function that OpenCL does not have.</summary>
    public readonly struct FusedByHand(float factor) : IMap1
    {
        private readonly float _factor = factor;

        public static int MaxUlp => 0;

        public TLane Invoke<TLane, TWord>(TLane x)
            where TLane : struct, ILane<TLane, TWord>
            where TWord : struct, IWordLane<TWord> => x * TLane.Splat(MathF.FusedMultiplyAdd(_factor, _factor, _factor));
    }
}
