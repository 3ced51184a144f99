// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Devices.Validation;
using FedKernel.Kernels;
using Xunit;

namespace FedKernel.Tests.Devices.Validation;

/// <summary>A checker that cannot fail checks nothing: each kind of fault is put in and must be found.</summary>
public sealed class KernelValidatorTests : IDisposable
{
    private readonly CpuDevice _device = new(threadCount: 1);

    [Fact]
    public void Run_RightKernel_Passes()
    {
        KernelReport report = Run(new Map1Case<Scale>("scale", new Scale(2), x => 2 * x));
        Assert.True(report.Pass, report.FirstFailure);
        Assert.Equal(0, report.WorstUlp);
        Assert.True(report.Values > 0);
    }

    public static TheoryData<string, Func<float, float>> Faults() => new()
    {
        { "one bit", x => MathF.BitIncrement(2 * x) },
        { "a NaN", x => x == 1 ? float.NaN : 2 * x },
        { "an infinity", x => x == float.MaxValue ? float.MaxValue : 2 * x },
        { "the sign of a zero", x => Math.Abs(2 * x) },
        { "flushed denormals", x => float.IsSubnormal(2 * x) ? 0 : 2 * x },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Run_Fault_IsFound(string fault, Func<float, float> reference)
    {
        KernelReport report = Run(new Map1Case<Scale>(fault, new Scale(2), reference));
        Assert.False(report.Pass);
        Assert.True(report.WorstUlp > 0);
        Assert.Contains("length", report.FirstFailure, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_PayloadOfNaN_CountsOnlyAsBitPattern()
    {
        static float Reference(float x) => float.IsNaN(x) ? BitConverter.UInt32BitsToSingle(0x7FC12345) : x;
        Assert.True(Run(new Map1Case<Copy>("number", new Copy(), Reference)).Pass);
        Assert.False(Run(new Map1Case<Copy>("bits", new Copy(), Reference, bitPatterns: true)).Pass);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(5000)]
    public void Inputs_OfSums_TellOneOrderFromAnother(int length)
    {
        // Not every draw tells: two orders may round alike. Most must, and a validation makes dozens.
        int different = 0;
        for (ulong seed = 0; seed < 20; seed++)
        {
            double[] values = [.. Enumerable.Range(0, length).Select(i => (double)TestValues.Wide(seed, i))];
            double tree = ReferenceTree.Reduce(values, (a, b) => a + b);
            different += tree != values.Aggregate((a, b) => a + b) ? 1 : 0;
        }

        Assert.InRange(different, 11, 20);
    }

    [Fact]
    public void Run_WriteBesideTheWindow_IsFound()
    {
        KernelReport report = Run(new StrayCase());
        Assert.Contains("outside its destination", report.FirstFailure, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OverlapThatIsNotRefused_IsFound()
    {
        KernelReport report = Run(new LenientCase());
        Assert.Contains("not refused", report.FirstFailure, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ExceptionOfTheDevice_IsAFailureNotACrash()
    {
        KernelReport report = Run(new ThrowingCase());
        Assert.False(report.Pass);
        Assert.Contains("driver fell over", report.FirstFailure, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NothingCompared_IsNoPass() => Assert.False(Run(new IdleCase()).Pass);

    [Fact]
    public void Run_SeedsAndRepetition_ChangeAndKeepTheHash()
    {
        KernelCase[] cases = [new Map1Case<Scale>("scale", new Scale(2), x => 2 * x)];
        string Hash(ulong seed) =>
            KernelValidator.Run(_device, new() { Seed = seed, Cases = cases, Lengths = [50] })[0].Sha256;
        Assert.Equal(Hash(1), Hash(1));
        Assert.NotEqual(Hash(1), Hash(2));
    }

    public void Dispose() => _device.Dispose();

    private KernelReport Run(KernelCase kernel) =>
        Assert.Single(KernelValidator.Run(_device, new() { Cases = [kernel], Lengths = [0, 1, 600] }));

    private abstract class FaultyCase() : KernelCase("faulty", "map", 0, typeof(Copy));

    private sealed class StrayCase : FaultyCase
    {
        public override unsafe void Run(KernelTrial trial)
        {
            using GuardedBuffer<float> buffer = trial.Place<float>(new float[trial.Length], 0);
            ((CpuBuffer<float>)buffer.Window).Pointer[trial.Length] = 0;
            trial.Compare(new float[trial.Length], buffer, _ => "");
        }
    }

    private sealed class LenientCase : FaultyCase
    {
        public override void Run(KernelTrial trial) => trial.RequireRefusal(() => { });
    }

    private sealed class ThrowingCase : FaultyCase
    {
        public override void Run(KernelTrial trial) => throw new DeviceException("the driver fell over");
    }

    private sealed class IdleCase : FaultyCase
    {
        public override void Run(KernelTrial trial)
        {
        }
    }
}
