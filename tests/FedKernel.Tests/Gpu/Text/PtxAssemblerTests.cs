// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace FedKernel.Tests.Gpu.Text;

/// <summary>What the assembler of CUDA makes of every program for sm_90, where it is installed: no GPU is needed.</summary>
[Collection(KernelTextTestGroup.Name)]
public sealed partial class PtxAssemblerTests(KernelTexts texts, ITestOutputHelper output)
{
    private static readonly string? _assembler =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/lib/nvidia-cuda-toolkit/bin")
            .Select(folder => Path.Combine(folder, "ptxas")).FirstOrDefault(File.Exists);

    [Fact]
    public void Ptxas_EveryProgram_KeepsInRegistersWhatTheTableAllows()
    {
        Assert.SkipWhen(_assembler is null, "ptxas: Debian package nvidia-cuda-toolkit, non-free");
        List<string> faults = [];
        foreach (DriverProgram program in DriverProgram.All.Values)
        {
            (int code, string said) = Assemble(texts.Ptx(program.Name));
            Match registers = Registers().Match(said);
            int used = registers.Success ? int.Parse(registers.Groups[1].Value, CultureInfo.InvariantCulture) : int.MaxValue;
            bool inRegisters = code == 0 && said.Contains(
                "0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads", StringComparison.Ordinal);
            int allowed = Allowance.Of(program.Name).Registers;
            output.WriteLine($"{used,4} of {allowed,3} {program.Name}");
            if (!inRegisters || used > allowed)
            {
                faults.Add($"{program.Name}, {allowed} registers allowed: {said}");
            }
        }

        Assert.Empty(faults);
    }

    [Fact]
    public void Ptxas_TextThatIsWrong_IsRefused()
    {
        Assert.SkipWhen(_assembler is null, "ptxas: Debian package nvidia-cuda-toolkit, non-free");
        Assert.NotEqual(0, Assemble(texts.Ptx("MapDriver.Quads<Axpy>").Replace("mul.rn.f32", "mul.rq.f32", StringComparison.Ordinal)).Code);
    }

    private static (int Code, string Said) Assemble(string ptx)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, ptx);
            var start = new ProcessStartInfo(_assembler!, ["-v", "-arch=sm_90", file, "-o", "/dev/null"]) { RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            string said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, said);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex(@"Used (\d+) registers")]
    private static partial Regex Registers();
}
