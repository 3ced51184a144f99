// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.InteropServices;
using FedKernel.Devices;
using FedKernel.Instruments.Verbs;
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Instruments.Validation;

/// <summary><c>fedkernel rng</c>: the raw words of a stream on standard output, for PractRand, TestU01 and dieharder.</summary>
internal sealed class RngCommand : Verb
{
    private const int WordsAtOnce = 1 << 20;

    // One (key, nonce) has 2³² blocks of 64 bytes.
    private const long MostBytes = 1L << 38;

    private readonly Option<string> _stream = new("--stream")
    {
        Description = "philox or chacha20.",
        DefaultValueFactory = _ => "philox",
    };

    private readonly Option<long> _bytes = new("--bytes")
    {
        Description = "How many bytes; until the reader has had enough, or the stream ends, by default.",
        HelpName = "N",
        DefaultValueFactory = _ => MostBytes,
        CustomParser = ParseBytes,
    };

    public RngCommand()
        : base(
            "rng",
            "Writes the raw words of a random stream, little-endian, to standard output. The key is the seed: for tests, never for secrets.",
            "fedkernel rng --stream philox --seed 1 | RNG_test stdin32",
            "fedkernel rng --stream chacha20 --bytes 1000000 --device cpu")
    {
        _stream.AcceptOnlyFromAmong("philox", "chacha20");
        Options.Add(_stream);
        Options.Add(_bytes);
    }

    /// <summary>Where the bytes go; standard output unless a test wants them.</summary>
    internal Func<Stream> Open { get; init; } = Console.OpenStandardOutput;

    protected override int Execute(VerbContext context)
    {
        using Device device = context.ChooseDevice().Candidate.Open();
        using Stream output = Open();
        bool philox = context.Parsed.GetValue(_stream) == "philox";
        long left = context.Parsed.GetValue(_bytes);
        using DeviceBuffer<float> buffer = device.Allocate<float>(WordsAtOnce);
        var words = new float[WordsAtOnce];
        byte[] key = [.. MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)[context.Seed, ~context.Seed, 1, 2])];
        using var secret = SecretKey256.Import(key);
        try
        {
            for (long tile = 0; left > 0; tile += WordsAtOnce / 256)
            {
                if (philox)
                {
                    device.Sample(buffer, buffer, new StreamWords<PhiloxStream>(new PhiloxStream(new SimulationSeed(context.Seed), default)), tile);
                }
                else
                {
                    device.Sample(buffer, buffer, new StreamWords<ChaCha20Stream>(secret.CreateStream(default)), tile);
                }

                buffer.CopyTo(words);
                ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes<float>(words);
                output.Write(bytes[..(int)Math.Min(left, bytes.Length)]);
                left -= bytes.Length;
            }

            output.Flush();
        }
        catch (IOException)
        {
            // The reader has had enough: that is how these tests end.
        }

        return ExitCode.Done;
    }

    private static long ParseBytes(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) || bytes is < 1 or > MostBytes)
        {
            result.AddError($"--bytes takes a whole number from 1 to {MostBytes}; got '{text}'.");
        }

        return bytes;
    }
}
