// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Xml.Linq;
using FedKernel.Cli;
using Xunit;

namespace FedKernel.Tests.Instruments;

/// <summary>The command as a person and a build server see it: verdicts, exit codes, files.</summary>
public sealed class ValidateCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fedkernel-validate-").FullName;

    [Theory]
    [InlineData("bit-flip", "kernels.axpy", "FAIL", 1)]
    [InlineData("nan", "kernels.axpy", "FAIL", 1)]
    [InlineData("inf", "kernels.axpy", "FAIL", 1)]
    [InlineData("negative-zero", "kernels.axpy", "FAIL", 1)]
    [InlineData("off-by-one", "kernels.axpy", "FAIL", 1)]
    [InlineData("stale", "kernels.axpy", "FAIL", 1)]
    [InlineData("dropped-block", "kernels.axpy", "FAIL", 1)]
    [InlineData("nan", "bounds.sums", "FAIL", 1)]
    [InlineData("infinity", "bounds.clipping", "none", 2)]
    [InlineData("inf", "bounds.clipping", "FAIL", 1)]
    [InlineData("bit-flip", "known_answers.sum", "FAIL", 1)]
    [InlineData("slow", "speed.memory", "PERF", 3)]
    [InlineData("hang", "kernels.axpy", "TIMEOUT", 4)]
    public void Inject_EachFault_HasItsOwnVerdictAndCode(string fault, string check, string verdict, int code)
    {
        string level = check.StartsWith("speed", StringComparison.Ordinal) ? "medium" : "quick";
        (int actual, string output) = Run($"--device cpu --level {level} --inject {fault} --only {check} --patience 1 --json {At("j.json")}");
        Assert.SkipWhen(fault == "slow" && output.Contains("no C compiler", StringComparison.Ordinal), "A C compiler (cc) is missing.");
        Assert.True(code == actual, output);
        if (code == 2)
        {
            return;
        }

        using JsonDocument json = ReadJson("j.json");
        JsonElement found = json.RootElement.GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("id").GetString() == check);
        Assert.Equal(verdict, found.GetProperty("verdict").GetString());
        Assert.Equal(verdict, json.RootElement.GetProperty("verdict").GetString());
        Assert.Equal(fault, json.RootElement.GetProperty("injected_fault").GetString());
        Assert.False(string.IsNullOrEmpty(found.GetProperty("reason").GetString()));
    }

    [Fact]
    public void Inject_FaultThatNoCheckMeets_IsNoPass()
    {
        (int code, string output) = Run("--device cpu --inject slow --only kernels.axpy");
        Assert.True(code == 6, output);
        Assert.Contains("--level medium", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_OfOneBit_IsNamedByBitsAndFoundAgainByItsReplay()
    {
        Run($"--device cpu --inject bit-flip --only kernels.scale --json {At("j.json")}");
        using JsonDocument json = ReadJson("j.json");
        JsonElement found = json.RootElement.GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("id").GetString() == "kernels.scale");
        Assert.Equal("00100000", found.GetProperty("xor").GetString());
        Assert.NotEqual(found.GetProperty("want").GetString(), found.GetProperty("got").GetString());
        string replay = found.GetProperty("replay").GetString()!;
        Assert.Contains("--lengths 1 --offsets 1", replay, StringComparison.Ordinal);
        Assert.Equal(1, Run(replay["fedkernel validate ".Length..]).Code);
        Assert.Equal(0, Run(replay["fedkernel validate ".Length..].Replace(" --inject bit-flip", "", StringComparison.Ordinal)).Code);
    }

    [Fact]
    public void Report_OfAPass_KeepsItsSchemaAndNamesItsWork()
    {
        (int code, string output) = Run($"--device cpu:scalar --json {At("j.json")} --html {At("h.html")} --junit {At("u.xml")}");
        Assert.True(code == 0, output);
        Assert.EndsWith("PASS", output.TrimEnd(), StringComparison.Ordinal);
        using JsonDocument json = ReadJson("j.json");
        using JsonDocument schema = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repository.Root, "src/FedKernel.Instruments/Validation/validate.schema.json")));
        Assert.Empty(JsonSchema.Errors(schema.RootElement, json.RootElement));
        foreach (JsonElement check in json.RootElement.GetProperty("checks").EnumerateArray().Where(c => c.GetProperty("verdict").GetString() == "PASS"))
        {
            Assert.True(check.GetProperty("work_done").GetInt64() >= check.GetProperty("min_work").GetInt64(), check.ToString());
            Assert.Contains("95%", check.GetProperty("strength").GetString(), StringComparison.Ordinal);
        }

        XDocument junit = XDocument.Load(At("u.xml"));
        XElement suite = junit.Root!.Elements("testsuite").Single(s => s.Attribute("name")!.Value == "cpu:scalar");
        Assert.Equal("0", suite.Attribute("failures")!.Value);
        Assert.Equal(suite.Attribute("tests")!.Value, $"{suite.Elements("testcase").Count()}");
        string html = File.ReadAllText(At("h.html"));
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        Assert.Contains("PASS", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_OfABrokenReport_IsBroken()
    {
        using JsonDocument schema = JsonDocument.Parse("""{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}},"additionalProperties":false}""");
        foreach (string broken in (string[])["{}", """{"a":"1"}""", """{"a":1,"b":2}""", "[]"])
        {
            using JsonDocument value = JsonDocument.Parse(broken);
            Assert.NotEmpty(JsonSchema.Errors(schema.RootElement, value.RootElement));
        }
    }

    [Fact]
    public void Compare_ReportsOfMachines_NamesTheOddOne()
    {
        Run($"--device cpu --only known_answers --json {At("a.json")}");
        File.Copy(At("a.json"), At("b.json"));
        File.Copy(At("a.json"), At("c.json"));
        Assert.Equal((0, true), Compare("a.json b.json c.json", "PASS"));

        string text = File.ReadAllText(At("c.json"));
        using (JsonDocument json = ReadJson("c.json"))
        {
            string hash = json.RootElement.GetProperty("checks").EnumerateArray()
                .Single(c => c.GetProperty("id").GetString() == "known_answers.axpy").GetProperty("sha256").GetString()!;
            File.WriteAllText(At("c.json"), text.Replace(hash, new string('0', 64), StringComparison.Ordinal));
        }

        Assert.Equal((1, true), Compare("a.json b.json c.json", "axpy: other bits on c.json:cpu than on 2 others"));
        Assert.Equal((1, true), Compare("a.json c.json", "no majority"));
    }

    [Theory]
    [InlineData("a.json", 2)]
    [InlineData("a.json missing.json", 2)]
    [InlineData("a.json empty.json", 1)]
    [InlineData("a.json text.json", 1)]
    [InlineData("a.json other.json", 1)]
    public void Compare_WhatIsNoReport_IsOneLine(string files, int code)
    {
        File.WriteAllText(At("a.json"), """{"checks":[]}""");
        File.WriteAllText(At("empty.json"), "");
        File.WriteAllText(At("text.json"), "hello");
        File.WriteAllText(At("other.json"), """{"checks":[{"id":null}]}""");
        (int actual, string output) = Run("--compare " + string.Join(' ', files.Split(' ').Select(At)));
        Assert.True(code == actual, output);
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("--level huge", "huge")]
    [InlineData("--for 3x --level soak", "3x")]
    [InlineData("--for 900h --level soak", "900h")]
    [InlineData("--only nothing.like.it", "nothing.like.it")]
    [InlineData("--lengths 1,x", "1,x")]
    [InlineData("--offsets 16", "16")]
    [InlineData("--patience 0", "'0'")]
    [InlineData("--inject everything", "everything")]
    [InlineData("--html /no/such/folder/r.html", "/no/such/folder/r.html")]
    public void Run_WrongArguments_OneLineAndCodeTwo(string line, string named)
    {
        (int code, string output) = Run(line);
        Assert.Equal(2, code);
        Assert.Contains(named, output, StringComparison.Ordinal);
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (int Code, bool Says) Compare(string files, string text)
    {
        (int code, string output) = Run("--compare " + string.Join(' ', files.Split(' ').Select(At)));
        return (code, output.Contains(text, StringComparison.Ordinal));
    }

    private static (int Code, string Output) Run(string line)
    {
        using var output = new StringWriter();
        int code = App.Run(["validate", .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)], output, output);
        return (code, output.ToString());
    }

    private string At(string file) => Path.Combine(_folder, file);

    private JsonDocument ReadJson(string file) => JsonDocument.Parse(File.ReadAllBytes(At(file)));
}
