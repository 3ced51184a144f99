// SPDX-License-Identifier: Apache-2.0
using FedKernel.Cli;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Devices.Validation;
using FedKernel.Kernels;
using FedKernel.Numerics;
using FedKernel.Training.Validation;
using Xunit;

namespace FedKernel.Tests.Contracts;

/// <summary>Every kernel × every device × every length at which a loop could break.</summary>
public sealed class KernelContractTests(TestDevices devices) : IClassFixture<TestDevices>
{
    private static readonly int[] _edges =
        [.. Enumerable.Range(0, 261), ReductionTree.Block - 1, ReductionTree.Block, ReductionTree.Block + 1];

    private static readonly int[] _fewEdges = [0, 1, 3, 4, 5, 63, 65, 255, 256, 257, ReductionTree.Block + 1, 9_999];

    public static TheoryData<string, string> KernelsAndDevices()
    {
        var data = new TheoryData<string, string>();
        foreach (DeviceCandidate device in TestDevices.Usable)
        {
            foreach (KernelCase kernel in KernelCases.All)
            {
                data.Add(kernel.Name, TestDevices.Name(device));
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(KernelsAndDevices))]
    public void Kernel_OnDevice_MatchesPlainReference(string kernel, string deviceName)
    {
        Device device = devices.Open(deviceName);
        int[] lengths = TestDevices.IsSlow(device) ? _fewEdges : [.. _edges, 65_537];
        KernelReport report = Validate(device, kernel, lengths);
        Assert.True(report.Pass, report.FirstFailure);
        Assert.True(report.Cases >= lengths.Length, $"Only {report.Cases} cases ran.");
    }

    [Theory]
    [MemberData(nameof(KernelsAndDevices))]
    public void Kernel_LargeOddLength_MatchesPlainReference(string kernel, string deviceName)
    {
        Device device = devices.Open(deviceName);
        int length = TestDevices.IsSlow(device) ? 20_001 : TestDevices.IsSecond(device) ? 262_147 : 1_000_003;
        KernelReport report = Validate(device, kernel, [length]);
        Assert.True(report.Pass, report.FirstFailure);
    }

    [Fact]
    public void Kernels_WidthsThreadsAndDevices_GiveTheSameBits()
    {
        int[] lengths = [1, 17, 255, 4097, 65_537, 262_147];
        var options = new KernelValidationOptions { Lengths = lengths, Cases = KernelCases.All };
        Device[] fast = [.. TestDevices.Usable.Select(c => devices.Open(TestDevices.Name(c))).Where(d => !TestDevices.IsSlow(d))];
        Assert.True(fast.Length >= 2);

        // A kernel that declares an error may use it on a GPU; on the processor no kernel does.
        IEnumerable<KernelReport> comparable = fast.SelectMany(d => KernelValidator.Run(d, options)
            .Where(r => r.DeclaredUlp == 0 || d.Info.Kind == DeviceKind.Cpu));
        Assert.All(comparable.GroupBy(r => r.Kernel), g => Assert.Single(g.Select(r => r.Sha256).Distinct()));
    }

    [Fact]
    public void Registry_EveryPublicKernel_IsThere()
    {
        static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        IEnumerable<string> defined = new[] { typeof(IKernel).Assembly, typeof(TrainingKernels).Assembly }.SelectMany(a => a.GetTypes())
            .Where(t => t.IsPublic && t.IsValueType && typeof(IKernel).IsAssignableFrom(t)).Select(t => t.Name);
        IEnumerable<string> registered = KernelCases.All.Select(k => Definition(k.Kernel).Name);
        Assert.Empty(defined.Except(registered));
        Assert.Equal(KernelCases.All.Count, KernelCases.All.Select(k => k.Name).Distinct().Count());
    }

    [Fact]
    public unsafe void AccumulateAndResolve_OverlapOfLentMemory_IsRefused()
    {
        // Only lent memory can be floats and integers at once.
        using var device = new CpuDevice(threadCount: 1);
        long* memory = stackalloc long[4];
        using DeviceBuffer<long> integers = device.Borrow(memory, 3);
        using DeviceBuffer<float> x = device.Borrow((float*)memory + 5, 3);
        using DeviceBuffer<float> apart = device.Borrow((float*)memory + 6, 2);
        Assert.Throws<ArgumentException>(() => device.Accumulate(x, integers, new FixedPointAccumulate(1)));
        Assert.Throws<ArgumentException>(() => device.Resolve(integers, x, new FixedPointResolve(1)));
        device.Accumulate(apart, integers.Slice(0, 2), new FixedPointAccumulate(1));
    }

    private static KernelReport Validate(Device device, string kernel, int[] lengths)
    {
        var options = new KernelValidationOptions
        {
            Lengths = lengths,
            Cases = [.. KernelCases.All.Where(k => k.Name == kernel)],
        };
        return Assert.Single(KernelValidator.Run(device, options));
    }
}
