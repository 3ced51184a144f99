// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.InteropServices;
using FedKernel.Cli;
using FedKernel.Devices.Cpu;
using FedKernel.Instruments.Validation;
using FedKernel.Instruments.Validation.Checks;
using Xunit;

namespace FedKernel.Tests.Instruments;

public sealed class RngCommandTests
{
    [Fact]
    public void Write_Philox_IsTheWordsOfTheBlockFunction()
    {
        // Past one draw, so that the second begins where the first ended.
        const int Bytes = (4 << 20) + 20;
        uint[] words = Draw("philox", 7, Bytes);
        Assert.Equal(Bytes / 4, words.Length);
        foreach (int i in (int[])[0, 1, 15, 16, 255, 256, 4095, (1 << 20) - 1, 1 << 20, words.Length - 1])
        {
            Assert.Equal(LargeBufferCheck.Word(7, i), words[i]);
        }
    }

    [Fact]
    public void Write_ChaCha20_DependsOnTheSeedAndIsAPrefixOfItself()
    {
        uint[] words = Draw("chacha20", 7, 4096);
        Assert.Equal(words[..100], Draw("chacha20", 7, 400));
        Assert.NotEqual(words, Draw("chacha20", 8, 4096));
        Assert.NotEqual(words, Draw("philox", 7, 4096));
        Assert.Equal(words.Length, words.Distinct().Count());
    }

    [Fact]
    public void Run_WithoutRaw_ShowsTheSameWordsInHex()
    {
        (int code, string output) = Run("--stream philox --seed 7 --bytes 40 --device cpu:scalar");
        Assert.Equal(0, code);
        string[] shown = output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Draw("philox", 7, 40).Select(w => w.ToString("x8", CultureInfo.InvariantCulture)), shown);
    }

    [Theory]
    [InlineData("--stream xorshift", "xorshift")]
    [InlineData("--bytes 3", "'3'")]
    [InlineData("--bytes 0", "'0'")]
    [InlineData("--bytes -4", "'-4'")]
    [InlineData("--bytes 274877906948", "'274877906948'")]
    public void Run_WrongArguments_OneLineAndCodeTwo(string line, string named)
    {
        (int code, string output) = Run(line);
        Assert.Equal(2, code);
        Assert.Contains(named, output, StringComparison.Ordinal);
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static uint[] Draw(string stream, ulong seed, long bytes)
    {
        using var device = new CpuDevice(threadCount: 1);
        using var output = new MemoryStream();
        RngCommand.Write(device, stream, seed, bytes, output);
        return MemoryMarshal.Cast<byte, uint>(output.ToArray()).ToArray();
    }

    private static (int Code, string Output) Run(string line)
    {
        using var output = new StringWriter();
        int code = App.Run(["rng", .. line.Split(' ')], output, output);
        return (code, output.ToString());
    }
}
