// SPDX-License-Identifier: Apache-2.0
using FedKernel.Cli;
using FedKernel.Gpu.Drivers;
using Xunit;

namespace FedKernel.Tests.Gpu.Text;

/// <summary>That nothing is left out of the texts.</summary>
public sealed class DriverProgramTests
{
    [Fact]
    public void Programs_EveryKernelOfTheRegistry_IsInOne() => Assert.Empty(
        KernelCases.All.Where(k => k.Shape != "special" && !DriverProgram.All.Values.Any(p => p.Has(k.Kernel))).Select(k => k.Name));

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
        string[] expected =
        [
            "<ByFour,", "<WideByFour,", "<ByEight<HalfElement>,", "<ByEight<BFloat16Element>,",
            "<ByOne<Single, SingleElement", "<ByOne<Double, DoubleElement", "<ByOne<UInt16, HalfElement", "<ByOne<UInt16, BFloat16Element",
        ];
        foreach (string driver in (string[])["ListCombineDriver.Rows", "ListAccumulateDriver.Rows"])
        {
            string[] names = [.. DriverProgram.All.Keys.Where(n => n.StartsWith(driver, StringComparison.Ordinal))];
            Assert.All(expected, e => Assert.Single(names, n => n.StartsWith(driver + e, StringComparison.Ordinal)));
            Assert.Equal(expected.Length, names.Length);
        }
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
