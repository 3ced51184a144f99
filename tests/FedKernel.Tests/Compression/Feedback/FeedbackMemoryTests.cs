// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Feedback;
using FedKernel.Compression.Sparsifiers;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Privacy;
using FedKernel.Random;
using FedKernel.Tests.Contracts;
using FedKernel.Updates;
using Xunit;

namespace FedKernel.Tests.Compression.Feedback;

public sealed class FeedbackMemoryTests(TestDevices devices) : IClassFixture<TestDevices>, IDisposable
{
    private const int Length = 1000;

    private readonly CpuDevice _device = new(threadCount: 1);

    public static TheoryData<string> Devices => [.. TestDevices.Usable.Select(TestDevices.Name)];

    [Fact]
    public void Keep_WholeNumbers_SentAndMemoryAreTheSumOfUpdatesExactly()
    {
        using var memory = new ErrorFeedbackMemory(_device, Length);
        var sent = new double[Length];
        var given = new double[Length];
        for (int round = 0; round < 40; round++)
        {
            float[] update = [.. Updates(round).Select(x => MathF.Round(x * 100))];
            Round(memory, update, 17, sent);
            AddTo(given, update);
        }

        AddTo(sent, memory.Vectors[0].ToArray());
        Assert.Equal(given, sent);
    }

    [Fact]
    public void Keep_AnyNumbers_SentAndMemoryAreTheSumOfUpdatesUpToOneRoundingARound()
    {
        using var memory = new ErrorFeedbackMemory(_device, Length);
        var sent = new double[Length];
        var given = new double[Length];
        var bound = new double[Length];
        for (int round = 0; round < 40; round++)
        {
            float[] update = Updates(round), before = memory.Vectors[0].ToArray();
            Round(memory, update, 17, sent);
            AddTo(given, update);
            for (int i = 0; i < Length; i++)
            {
                bound[i] += Math.ScaleB(Math.Abs((double)before[i] + update[i]), -24);
            }
        }

        AddTo(sent, memory.Vectors[0].ToArray());
        for (int i = 0; i < Length; i++)
        {
            Assert.InRange(Math.Abs(given[i] - sent[i]), 0, bound[i]);
        }
    }

    [Fact]
    public void Keep_DecodedAndClippedByReceiver_MemoryIsWhatTheReceiverDidNotTake()
    {
        using var memory = new ErrorFeedbackMemory(_device, 4);
        using DeviceBuffer<float> update = _device.Upload<float>([8, 1, -16, 2]), decoded = _device.Upload<float>([7, -15]);
        using SparseVector sent = LargestElements.Of(memory.Correct(update).Values, 2);
        memory.Keep(sent, decoded, 0.5f);
        Assert.Equal([4.5f, 1, -8.5f, 2], memory.Vectors[0].ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.MaxValue)]
    public void Correct_NothingCommitted_LeavesEveryVectorAsItWas(float bad)
    {
        foreach (FeedbackMemory memory in new FeedbackMemory[]
        {
            new ErrorFeedbackMemory(_device, Length), new MomentumCorrectedMemory(_device, Length, new MomentumCorrection(0.9, 3, 4)),
        })
        {
            using (memory)
            {
                Round(memory, Updates(1), 5, new double[Length]);
                float[][] before = [.. memory.Vectors.Select(v => v.ToArray())];
                float[] update = Updates(2);
                update[3] = bad;
                using DeviceBuffer<float> failing = _device.Upload<float>(update);
                _ = memory.Correct(failing);
                Assert.Equal(before, memory.Vectors.Select(v => v.ToArray()));

                // What follows is as if the failed round had not been.
                Round(memory, Updates(3), 5, new double[Length]);
                Assert.DoesNotContain(memory.Vectors.SelectMany(v => v.ToArray()), x => !float.IsFinite(x));
            }
        }
    }

    [Fact]
    public void Keep_WithoutCorrect_IsRefused()
    {
        using var memory = new ErrorFeedbackMemory(_device, 4);
        using DeviceBuffer<float> update = _device.Upload<float>([8, 1, -16, 2]);
        using SparseVector sent = LargestElements.Of(memory.Correct(update).Values, 2);
        memory.Keep(sent, sent.Values);
        Assert.Throws<InvalidOperationException>(() => memory.Keep(sent, sent.Values));
        Assert.Throws<InvalidOperationException>(memory.KeepAsItIs);
    }

    [Fact]
    public void Correct_OtherLength_IsRefusedWithBothLengths()
    {
        using var memory = new ErrorFeedbackMemory(_device, 4);
        using DeviceBuffer<float> update = _device.Allocate<float>(5);
        ArgumentException error = Assert.Throws<ArgumentException>(() => memory.Correct(update));
        Assert.Contains("has 5 elements, 'the memory' has 4", error.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Known answer, by hand: of the constant gradient gᵢ = i + 1 top 1 of 10 without memory sends the last coordinate for ever; with it
    /// T rounds send T·gᵢ of every coordinate but for what the memory holds.
    /// </summary>
    [Fact]
    public void Keep_TopOneOfTenOfAConstantGradient_MovesEveryCoordinateOnlyWithMemory()
    {
        const int Rounds = 1000;
        float[] gradient = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        var with = new double[10];
        using var memory = new ErrorFeedbackMemory(_device, 10);
        for (int round = 0; round < Rounds; round++)
        {
            Round(memory, gradient, 1, with);
        }

        var without = new double[10];
        for (int round = 0; round < Rounds; round++)
        {
            using var fresh = new ErrorFeedbackMemory(_device, 10);
            Round(fresh, gradient, 1, without);
        }

        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 10.0 * Rounds], without);
        for (int i = 0; i < 10; i++)
        {
            // A coordinate waits until it is the largest: never beyond what a round adds to all of them, 1 + … + 10.
            Assert.InRange((gradient[i] * (double)Rounds) - with[i], 0, 55);
        }
    }

    /// <summary>
    /// f(x) = ½‖x − b‖², b = (1, …, 10), with noise ±1 in turn on the first coordinate, so that it is the largest as soon as the others
    /// are within 1 of their optimum: without memory those stand still there, √9 away; with it they go on.
    /// </summary>
    [Fact]
    public void Keep_TopOneOfTenOnAQuadratic_ConvergesOnlyWithMemory()
    {
        Assert.InRange(Descend(hasMemory: true), 0, 0.1);
        Assert.InRange(Descend(hasMemory: false), 2.5, 3.5);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Round_OtherDevice_SameBits(string name)
    {
        Device other = devices.Open(name);
        foreach (bool isMomentum in new[] { false, true })
        {
            float[][] expected = Run(_device, isMomentum), actual = Run(other, isMomentum);
            Assert.Equal(expected, actual);
        }
    }

    /// <summary>What a memory gives cannot reach a mechanism or be clipped in place of what was sent: neither type converts.</summary>
    [Fact]
    public void CorrectedUpdate_IsNoUpdateThatMechanismsTake()
    {
        Type corrected = typeof(CorrectedUpdate);
        Assert.False(corrected.IsAssignableTo(typeof(BoundedUpdate)) || corrected.IsAssignableTo(typeof(ModelUpdate)));
        Assert.DoesNotContain(
            corrected.GetMethods().Concat(typeof(BoundedUpdate).GetMethods()), m => m.Name is "op_Implicit" or "op_Explicit");
        Assert.DoesNotContain(typeof(BoundedUpdate).GetConstructors(), c => c.IsPublic);
    }

    public void Dispose() => _device.Dispose();

    internal static float[] Updates(int round, int length = Length)
    {
        var random = new SimulationRandom(new SimulationSeed(7), (uint)round);
        return [.. Enumerable.Range(0, length).Select(_ => (float)random.NextNormal())];
    }

    internal static void Round(FeedbackMemory memory, float[] update, int count, double[] sum)
    {
        using DeviceBuffer<float> values = memory.Vectors[0].Device.Upload<float>(update);
        using SparseVector sent = LargestElements.Of(memory.Correct(values).Values, count);
        memory.Keep(sent, sent.Values);
        foreach ((uint index, float value) in sent.Indices.ToArray().Zip(sent.Values.ToArray()))
        {
            sum[index] += value;
        }
    }

    private static void AddTo(double[] sum, float[] values)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += values[i];
        }
    }

    private static float[][] Run(Device device, bool isMomentum)
    {
        using FeedbackMemory memory = isMomentum
            ? new MomentumCorrectedMemory(device, Length, new MomentumCorrection(0.9, 20, 3)) : new ErrorFeedbackMemory(device, Length);
        for (int round = 0; round < 4; round++)
        {
            Round(memory, Updates(round), 33, new double[Length]);
        }

        return [.. memory.Vectors.Select(v => v.ToArray())];
    }

    private double Descend(bool hasMemory)
    {
        const float Step = 0.01f;
        var x = new double[10];
        var memory = new ErrorFeedbackMemory(_device, 10);
        for (int round = 0; round < 6000; round++)
        {
            var gradient = new float[10];
            for (int i = 0; i < 10; i++)
            {
                gradient[i] = -Step * (float)(x[i] - (i + 1));
            }

            gradient[0] += Step * (round % 2 == 0 ? 1 : -1);
            if (!hasMemory)
            {
                memory.Dispose();
                memory = new ErrorFeedbackMemory(_device, 10);
            }

            Round(memory, gradient, 1, x);
        }

        memory.Dispose();
        return Math.Sqrt(Enumerable.Range(1, 9).Sum(i => (x[i] - (i + 1)) * (x[i] - (i + 1))));
    }
}
