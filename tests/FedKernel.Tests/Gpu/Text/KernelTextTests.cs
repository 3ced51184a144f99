// SPDX-License-Identifier: Apache-2.0
using Xunit;

namespace FedKernel.Tests.Gpu.Text;

/// <summary>What drivers of CUDA and OpenCL get of every kernel of the registry with every driver of its shape, read without a device.</summary>
[Collection(KernelTextTestGroup.Name)]
public sealed class KernelTextTests(KernelTexts texts)
{
    public static TheoryData<string> Programs => [.. DriverProgram.All.Keys];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Ptx_EveryDriverAndKernel_KeepsEveryRule(string program) =>
        NoFault(TextRule.Faults(PtxRules.All, texts.Ptx(program), Allowance.Of(program)));

    [Theory]
    [MemberData(nameof(Programs))]
    public void OpenCl_EveryDriverAndKernel_KeepsEveryRule(string program) =>
        NoFault(TextRule.Faults(OpenClRules.All, texts.OpenCl(program), Allowance.Of(program)));

    private static void NoFault(string faults) => Assert.True(faults.Length == 0, faults);
}
