// SPDX-License-Identifier: Apache-2.0
using FedKernel.Cli;
using FedKernel.Gpu.Drivers;
using FedKernel.Kernels;
using Xunit;

namespace FedKernel.Tests.Gpu.Text;

/// <summary>That nothing is left out of the texts.</summary>
public sealed class DriverProgramTests
{
    [Fact]
    public void Programs_EveryKernelOfTheRegistry_IsInOne() =>
        Assert.Empty(KernelCases.All.Where(k => !DriverProgram.All.Values.Any(p => p.Has(k.Kernel))).Select(k => k.Name));

    [Fact]
    public void Programs_EveryDriver_IsInOne() => Assert.Empty(
        DriverProgram.Drivers.Select(DriverProgram.DriverName)
            .Except(DriverProgram.All.Values.Select(p => DriverProgram.DriverName(p.Method))));

    [Fact]
    public void Drivers_EveryClassNamedSo_HasOne() => Assert.Empty(
        typeof(MapDriver).Assembly.GetTypes()
            .Where(t => t.Namespace == typeof(MapDriver).Namespace && t.Name.EndsWith("Driver", StringComparison.Ordinal))
            .Except(DriverProgram.Drivers.Select(d => d.DeclaringType!)));

    [Fact]
    public void Programs_KernelsOfOneAndOfNoVector_RunInTheirWrappers()
    {
        Assert.Contains("MapDriver.Quads<FirstOnlyMap<Copy>>", DriverProgram.All.Keys);
        Assert.Contains("MapDriver.Quads<GeneratedMap<Fill>>", DriverProgram.All.Keys);
        Assert.Contains("ReduceDriver.Singles<FirstOnlyReduce<Sum>>", DriverProgram.All.Keys);
    }

    [Fact]
    public void Programs_Rows_GoByEachPackAndByEachElement()
    {
        string[] packs = ["ByFour", "WideByFour", "ByEight<HalfElement>", "ByEight<BFloat16Element>"];
        string[] ones = ["Single, SingleElement", "Double, DoubleElement", "UInt16, HalfElement", "UInt16, BFloat16Element"];
        Assert.Equal(
            [.. packs.Concat(ones.Select(o => $"ByOne<{o}>")).Order()],
            DriverProgram.All.Values.Where(p => p.Name.StartsWith("ListCombineDriver", StringComparison.Ordinal) && p.Has(typeof(WeightedSum)))
                .Select(p => p.Name["ListCombineDriver.Rows<".Length..^", WeightedSum>".Length]).Order());
    }

    [Fact]
    public void Allowances_EachProgram_HasOneThatSaysWhy()
    {
        Allowance[] used = [.. DriverProgram.All.Keys.Select(Allowance.Of).Distinct()];
        Assert.Empty(Allowance.All.Except(used).Select(a => a.Programs));
        Assert.All(used, a => Assert.Equal(a.Use == Float64Use.None, a.WhyFloat64 is null));
        Assert.All(used, a => Assert.Equal(a.ByPacks && a.Smaller == (0, 0), a.WhySmaller is null));
    }

    [Fact]
    public void Allowances_DriverThatIsNotThere_IsRefusedByName() => Assert.Contains(
        "'NewDriver.Quads<Copy>'", Assert.Throws<InvalidOperationException>(() => Allowance.Of("NewDriver.Quads<Copy>")).Message,
        StringComparison.Ordinal);
}
