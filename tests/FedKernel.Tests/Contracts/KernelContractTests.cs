// SPDX-License-Identifier: Apache-2.0
using FedKernel.Cli;
using FedKernel.Devices;
using FedKernel.Devices.Validation;
using FedKernel.Kernels;
using FedKernel.Numerics;
using FedKernel.Training.Validation;
using Xunit;

namespace FedKernel.Tests.Contracts;

/// <summary>Every kernel × every device × every length at which a loop could break.</summary>
public sealed class KernelContractTests
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
        using Device device = TestDevices.Open(deviceName);
        int[] lengths = TestDevices.IsSlow(device) ? _fewEdges : [.. _edges, 65_537];
        KernelReport report = Validate(device, kernel, lengths);
        Assert.True(report.Pass, report.FirstFailure);
        Assert.True(report.Cases >= lengths.Length, $"Only {report.Cases} cases ran.");
    }

    [Theory]
    [MemberData(nameof(KernelsAndDevices))]
    public void Kernel_LargeOddLength_MatchesPlainReference(string kernel, string deviceName)
    {
        using Device device = TestDevices.Open(deviceName);
        KernelReport report = Validate(device, kernel, [TestDevices.IsSlow(device) ? 20_001 : 1_000_003]);
        Assert.True(report.Pass, report.FirstFailure);
    }

    [Fact]
    public void Kernels_WidthsAndThreads_GiveTheSameBits()
    {
        int[] lengths = [1, 17, 255, 4097, 65_537, 262_147];
        string[] hashes =
        [
            .. TestDevices.Usable.Where(c => c.Info.Kind == DeviceKind.Cpu).Select(c =>
            {
                using Device device = c.Open();
                var options = new KernelValidationOptions { Lengths = lengths, Cases = KernelCases.All };
                return string.Join('\n', KernelValidator.Run(device, options).Select(r => $"{r.Kernel} {r.Sha256}"));
            }),
        ];
        Assert.True(hashes.Length >= 2);
        Assert.Single(hashes.Distinct());
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
