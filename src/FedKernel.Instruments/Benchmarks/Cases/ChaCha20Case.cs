// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Devices.Validation;
using FedKernel.Instruments.Benchmarks.Limits;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>The key stream of ChaCha20 into memory, on one core. Arithmetic limits it, not memory.</summary>
internal static unsafe class ChaCha20Case
{
    public const string Name = "chacha20_key_stream";

    private static readonly StreamId _id = new(1, StreamPurpose.Mask);

    public static BenchCase Create(BenchData data)
    {
        DeviceRows<float> target = data.CreateTarget<float>(device: data.CoreOrDevice);
        uint[] key = [1, 2, 3, 4, 5, 6, 7, 8];
        var op = new StreamWords<ChaCha20Stream>(new ChaCha20Stream(key, _id));

        // A counter stream has no period: the first tile is compared with the reference, the rest with what was there before.
        uint[] expected = SampleLayout.Words(
            data.Period, 0, (b, w) => ReferenceStreams.ChaCha20(key, b, [_id.Round, (uint)_id.Purpose, _id.Tensor], w));
        var check = new VectorCheck<float>(
            target.Buffer, data.Period, 0f, (v, i, at) => at >= data.Period || BitConverter.SingleToUInt32Bits(v) == expected[i]);
        var work = new DelegateCase(
            Name, () => data.CoreOrDevice.Sample(target.Buffer, target.Buffer, op), check.Spoil, check.Check)
        { OnFinish = data.CoreOrDevice.Synchronize };
        var peers = new List<(string, TimedCase)>();
        if (data.HasPeers)
        {
            peers.Add(("c", data.Own(new LimitCase(
                $"{Name}~c", data.Library!, LimitLoop.ChaCha20Words, all: false, 4, data.Length, target.Memory!.Row(0), []))));
        }

        double? bar = data.Width switch
        {
            SimdWidth.Bits512 => 5,
            SimdWidth.Bits256 => 2,
            _ => null,
        };
        return new BenchCase(
            new CaseDescription(Name, "ChaCha20 key stream" + (data.Width is null ? "" : ", one core"))
            {
                Elements = data.Length,
                BytesPerElement = 4,
                PerCore = data.Width is not null,
                Peers = [.. peers.Select(p => p.Item1)],
                Bars = bar is { } reach ? [new Bar("gbps", reach)] : [],
                Note = "limited by arithmetic",
            },
            work,
            peers);
    }
}
