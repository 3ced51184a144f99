// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Numerics;
using Xunit;

namespace FedKernel.Tests.Contracts;

/// <summary>Rows in their own types: every 16-bit pattern, thousands of rows, and types that are none.</summary>
public sealed class TypedRowsTests(TestDevices devices) : IClassFixture<TestDevices>
{
    private static readonly ushort[] _patterns = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i)];

    public static TheoryData<string> Devices => [.. TestDevices.Usable.Select(TestDevices.Name)];

    [Theory]
    [MemberData(nameof(Devices))]
    public void RowCombine_EveryHalf_IsReadExactly(string name) =>
        Check(name, BitConverter.UInt16BitsToHalf, v => (float)v);

    [Theory]
    [MemberData(nameof(Devices))]
    public void RowCombine_EveryBFloat16_IsReadExactly(string name) =>
        Check(name, b => new BFloat16(b), v => BitConverter.UInt32BitsToSingle((uint)v.Bits << 16));

    [Theory]
    [MemberData(nameof(Devices))]
    public void RowCombine_4096Rows_MatchesPlainLoop(string name)
    {
        Device device = devices.Open(name);
        int rows = TestDevices.IsSlow(device) ? 67 : 4096;
        const int Length = 133;
        float[][] values = [.. Enumerable.Range(0, rows).Select(r => Enumerable.Range(0, Length).Select(i => MathF.Sin((r * 7) + i)).ToArray())];
        float[] weights = [.. Enumerable.Range(0, rows).Select(r => 1f / (r + 1))];
        var expected = new float[Length];
        for (int i = 0; i < Length; i++)
        {
            for (int r = 0; r < rows; r++)
            {
                expected[i] += weights[r] * values[r][i];
            }
        }

        DeviceBuffer<float>[] buffers = [.. values.Select(v => device.Upload<float>(v))];
        using DeviceBuffer<float> destination = device.Allocate<float>(Length);
        device.RowCombine(buffers, weights, destination, new WeightedSum());
        Assert.Equal(expected, destination.ToArray());
        foreach (DeviceBuffer<float> buffer in buffers)
        {
            buffer.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void RowCombine_RowsOfIntegers_AreRefused(string name)
    {
        Device device = devices.Open(name);
        using DeviceBuffer<int> row = device.Allocate<int>(4);
        using DeviceBuffer<float> destination = device.Allocate<float>(4);
        using DeviceBuffer<long> sums = device.Allocate<long>(4);
        var e = Assert.Throws<NotSupportedException>(() => device.RowCombine([row], [1], destination, new WeightedSum()));
        Assert.Contains("Int32", e.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(
            () => device.AccumulateRows<int, FixedPointAccumulate>([row], [new FixedPointAccumulate(1)], sums, new double[1]));
    }

    private void Check<T>(string name, Func<ushort, T> make, Func<T, float> read)
        where T : unmanaged
    {
        Device device = devices.Open(name);
        T[] all = Array.ConvertAll(TestDevices.IsSlow(device) ? _patterns[..0x0800] : _patterns, p => make(p));
        using DeviceBuffer<T> row = device.Upload<T>(all);
        using DeviceBuffer<float> destination = device.Allocate<float>(all.Length);
        device.RowCombine([row], [1f], destination, new WeightedSum());
        float[] actual = destination.ToArray();
        for (int i = 0; i < all.Length; i++)
        {
            // 0 + 1 · x: only the sign of a zero is lost.
            float expected = 0f + read(all[i]);
            Assert.True(
                BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(actual[i]) || (float.IsNaN(expected) && float.IsNaN(actual[i])),
                $"pattern {i:x4}: {actual[i]:r}, expected {expected:r}");
        }
    }
}
