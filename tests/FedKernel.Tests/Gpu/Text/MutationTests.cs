// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Xunit;

namespace FedKernel.Tests.Gpu.Text;

/// <summary>Bad text, planted: each rule sees what it is for, and nothing in the text as it was.</summary>
[Collection(nameof(KernelTextCollection))]
public sealed class MutationTests(KernelTexts texts)
{
    private const string Map = "MapDriver.Quads<Axpy>";
    private const string Single = "MapDriver.Singles<Axpy>";
    private const string Root = "MapDriver.Singles<AdamDirection>";
    private const string Wide = "ListCombineDriver.Rows<WideByFour, WeightedSum>";
    private const string Sum = "ReduceDriver.Quads<Dot>";

    // Before the end of a kernel.
    private const string End = @"^\s*ret;", ClEnd = @"^\s*return ;";

    /// <summary>Rule, program, what is replaced first, and what comes instead; $0 is what was there.</summary>
    public static TheoryData<string, string, string, string> Ptx => new()
    {
        { "one kernel", Map, @"\.entry", ".func" },
        { "one kernel", Map, @"^\.target.*", "" },
        { "accesses of 16 bytes", Map, @"ld\.global\.v4\.f32", "ld.global.v2.f32" },
        { "accesses of 16 bytes", Map, @"st\.global\.v4\.f32", "st.global.f32" },
        { "accesses of 16 bytes", Map, @"ld\.global\.v4\.f32.*", "" },
        { "accesses of 16 bytes", Map, End, "st.global.f32 [%rd1], %f1;\n$0" },
        { "accesses of 16 bytes", Sum, @"st\.global\.f64.*", "" },
        { "accesses of 16 bytes", Sum, @"ld\.global\.v4\.f32", "ld.global.f32" },
        { "accesses of 16 bytes", Single, @"st\.global\.f32.*", "" },
        { "accesses of 16 bytes", Single, @"st\.global\.f32", "st.global.v4.f32" },
        { "named address space", Map, End, "ld.f32 %f1, [%rd1];\n$0" },
        { "named address space", Map, @"st\.global\.v4", "st.v4" },
        { "float64 where declared", Map, @"^\s*\.reg \.pred", "\t.reg .f64 %fd<2>;\n$0" },
        { "float64 where declared", Map, End, "cvt.f64.f32 %fd1, %f1;\n$0" },
        { "float64 where declared", Map, End, "add.rn.f64 %fd1, %fd1, %fd1;\n$0" },
        { "float64 where declared", Wide, End, "@%p1 add.rn.f64 %fd1, %fd1, %fd1;\n$0" },
        { "float64 where declared", Wide, End, "cvt.f64.f32 %fd1, %f1;\n$0" },
        { "float64 where declared", Wide, End, "st.global.f64 [%rd1], %fd1;\n$0" },
        { "one rounding an operation", Map, @"mul\.rn\.f32", "mul.f32" },
        { "one rounding an operation", Map, @"add\.rn\.f32", "add.f32" },
        { "one rounding an operation", Sum, @"add\.rn\.f64", "add.f64" },
        { "one rounding an operation", Sum, @"add\.rn\.f64", "sub.f64" },
        { "one rounding an operation", Sum, @"mul\.rn\.f64", "fma.rn.f64" },
        { "one rounding an operation", Map, @"mul\.rn\.f32", "mul.rz.f32" },
        { "one rounding an operation", Map, @"mul\.rn\.f32", "mul.rn.ftz.f32" },
        { "one rounding an operation", Map, @"mul\.rn\.f32", "mad.rn.f32" },
        { "one rounding an operation", Map, @"mul\.rn\.f32", "fma.rn.f32" },
        { "one rounding an operation", Map, @"mul\.rn\.f32", "@!%p2 fma.rn.f16x2" },
        { "one rounding an operation", Map, End, "ex2.approx.f32 %f1, %f1;\n$0" },
        { "one rounding an operation", Map, End, "rsqrt.rn.f32 %f1, %f1;\n$0" },
        { "one rounding an operation", Map, End, "cvt.rz.f32.f64 %f1, %fd1;\n$0" },
        { "one rounding an operation", Root, @"sqrt\.rn\.f32", "sqrt.approx.f32" },
        { "one rounding an operation", Root, @"div\.rn\.f32", "div.full.f32" },
        { "no local memory", Map, @"^\s*\.reg \.pred", ".local .align 4 .b8 __local0[16];\n$0" },
        { "no local memory", Map, End, "st.local.f32 [%rd1], %f1;\n$0" },
        { "no function elsewhere", Map, @"^\.visible", ".extern .func (.param .b32 r) FusedMultiplyAdd (.param .b32 a);\n$0" },
        { "no function elsewhere", Map, @"^\.visible", ".visible .func F (.param .b32 a) { ret; }\n$0" },
        { "no call", Map, End, "\tcall.uni (r), F, (a);\n$0" },
        { "no call", Map, End, "\t{ call F; }\n$0" },
        { "threads by themselves", Map, @"^\s*\.reg \.pred", ".shared .align 4 .b8 s[16];\n$0" },
        { "threads by themselves", Map, End, "bar.sync 0;\n$0" },
        { "threads by themselves", Map, End, "atom.global.add.u32 %r1, [%rd1], 1;\n$0" },
        { "threads by themselves", Map, End, "red.global.add.f32 [%rd1], %f1;\n$0" },
        { "threads by themselves", Map, End, "shfl.sync.bfly.b32 %r1, %r1, 1, 31, -1;\n$0" },
    };

    /// <inheritdoc cref="Ptx"/>
    public static TheoryData<string, string, string, string> OpenCl => new()
    {
        { "one kernel", Map, @"^kernel void", "void" },
        { "no fusion", Map, @"\A.*\n", "" },
        { "no fusion", Map, @"\A", "\n" },
        { "no fusion", Map, @"FP_CONTRACT OFF", "FP_CONTRACT ON" },
        { "no fusion", Map, @"^kernel void", "#pragma OPENCL FP_CONTRACT ON\n$0" },
        { "integers that wrap", Map, @"\(\(ulong\)", "((long)" },
        { "integers that wrap", Map, ClEnd, "var1 = (int)((int) var2 *  (int)3528531795);\n$0" },
        { "integers that wrap", Map, ClEnd, "var1 = (int)((int) var2 <<  (int)5);\n$0" },
        { "accesses of 16 bytes", Map, @"float field_3;", "" },
        { "accesses of 16 bytes", Map, @"=  \*  var\d+", "= 0" },
        { "accesses of 16 bytes", Map, @"^\s*\*  var\d+ = .*", "" },
        { "accesses of 16 bytes", Single, @"^\s*\*  var\d+ = .*", "" },
        { "accesses of 16 bytes", Sum, @"^\s*\*  var\d+ = .*", "$0$0" },
        { "whole elements", Map, ClEnd, "var1 = var2->field_0;\n$0" },
        { "whole elements", Map, ClEnd, "var1 = (*var2).field_0;\n$0" },
        { "whole elements", Map, ClEnd, "var1 = var2[3].field_0;\n$0" },
        { "whole elements", Map, ClEnd, "var2[3] = 0;\n$0" },
        { "named address space", Map, @"typedef global struct", "typedef struct" },
        { "named address space", Map, ClEnd, "var1 = (float*)var2;\n$0" },
        { "named address space", Map, ClEnd, "var1 = (generic float*)var2;\n$0" },
        { "named address space", Map, ClEnd, "var1 = to_global(var2);\n$0" },
        { "float64 where declared", Map, ClEnd, "double var1;\n$0" },
        { "float64 where declared", Map, ClEnd, "var1 = (float)((float)var2 * 0.5);\n$0" },
        { "float64 where declared", Map, ClEnd, "var1 = (float)((float)var2 * 1.5E+10);\n$0" },
        { "float64 where declared", Wide, ClEnd, "var1 = (double)((double)var2 + (double)var3);\n$0" },
        { "known functions", Map, ClEnd, "var1 = fma(var2, var3, var4);\n$0" },
        { "known functions", Map, ClEnd, "var1 = mad (var2, var3, var4);\n$0" },
        { "known functions", Map, ClEnd, "var1 = native_exp(var2);\n$0" },
        { "no local memory", Map, ClEnd, "local float var900;\n$0" },
        { "no local memory", Map, ClEnd, "__local float var900;\n$0" },
        { "no local memory", Map, ClEnd, "\tfloat var900[16];\n$0" },
        { "threads by themselves", Map, ClEnd, "atomic_add(var1, 1);\n$0" },
        { "threads by themselves", Map, ClEnd, "atom_inc(var1);\n$0" },
        { "threads by themselves", Map, ClEnd, "work_group_barrier(CLK_GLOBAL_MEM_FENCE);\n$0" },
        { "threads by themselves", Map, ClEnd, "barrier(CLK_LOCAL_MEM_FENCE);\n$0" },
        { "threads by themselves", Map, ClEnd, "var1 = work_group_reduce_add(var2);\n$0" },
        { "threads by themselves", Map, ClEnd, "mem_fence(CLK_GLOBAL_MEM_FENCE);\n$0" },
    };

    [Theory]
    [MemberData(nameof(Ptx))]
    public void PtxRule_BadText_IsSeen(string rule, string program, string there, string instead) =>
        SeesIt(PtxRules.All.Single(r => r.Name == rule), program, texts.Ptx(program), there, instead);

    [Theory]
    [MemberData(nameof(OpenCl))]
    public void OpenClRule_BadText_IsSeen(string rule, string program, string there, string instead) =>
        SeesIt(OpenClRules.All.Single(r => r.Name == rule), program, texts.OpenCl(program), there, instead);

    [Fact]
    public void Rules_Each_HasBadTextOfItsOwn()
    {
        Assert.Empty(PtxRules.All.Select(r => r.Name).Except(Ptx.Select(m => m.Data.Item1)));
        Assert.Empty(OpenClRules.All.Select(r => r.Name).Except(OpenCl.Select(m => m.Data.Item1)));
    }

    private static void SeesIt(TextRule rule, string program, string text, string there, string instead)
    {
        string bad = new Regex(there, RegexOptions.Multiline).Replace(text, instead, 1);
        Assert.NotEqual(text, bad);
        Assert.Null(rule.Fault(text, Allowance.Of(program)));
        Assert.NotNull(rule.Fault(bad, Allowance.Of(program)));
    }
}
