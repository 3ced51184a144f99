// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.InteropServices;
using FedKernel.Devices;
using FedKernel.Instruments.Verbs;
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Instruments.Validation;

/// <summary><c>fedkernel rng</c>: the words of a stream as a device makes them, for batteries such as PractRand and TestU01.</summary>
internal sealed class RngCommand : Verb
{
    // Words of one draw: 4 MiB, and a whole number of tiles.
    private const int DrawWords = 1 << 20;
    private const long ShownBytes = 256;

    // The last 24 bytes of the key of a test stream: it is known to everybody and protects nothing.
    private static readonly byte[] _keyTail = "not a secret: test words"u8.ToArray();

    private readonly Option<bool> _raw = new("--raw")
    {
        Description = "Write the words as they are to standard output, four bytes each, least first; without it, in hex.",
    };

    private readonly Option<string> _stream = new("--stream")
    {
        Description = "philox or chacha20.",
        DefaultValueFactory = _ => "philox",
    };

    private readonly Option<long?> _bytes = new("--bytes")
    {
        Description = $"How many, 4 to 2^38, in fours; without it all 2^38 of the stream if --raw, else {ShownBytes}.",
        HelpName = "N",
        CustomParser = ParseBytes,
    };

    public RngCommand()
        : base(
            "rng",
            "Writes the words of a random stream, as the device makes them, for a battery of statistical tests.",
            "fedkernel rng --stream chacha20",
            "fedkernel rng --raw --stream philox --seed 7 | RNG_test stdin32",
            "fedkernel rng --raw --stream chacha20 --bytes 1048576 > words.bin")
    {
        _stream.AcceptOnlyFromAmong("philox", "chacha20");
        Options.Add(_raw);
        Options.Add(_stream);
        Options.Add(_bytes);
    }

    /// <summary>Writes the words that elements 0, 1, … of a vector meet.</summary>
    /// <param name="device">Where they are drawn.</param>
    /// <param name="stream">philox or chacha20.</param>
    /// <param name="seed">Which stream of this kind.</param>
    /// <param name="bytes">How many; a multiple of 4, up to 2³⁸.</param>
    /// <param name="output">Where they go.</param>
    internal static void Write(Device device, string stream, ulong seed, long bytes, Stream output)
    {
        using DeviceBuffer<float> buffer = device.Allocate<float>(Math.Min(DrawWords, bytes / sizeof(uint)));
        var words = new float[buffer.Length];
        using SecretKey256 key = Key(seed);
        var philox = new StreamWords<PhiloxStream>(new PhiloxStream(new SimulationSeed(seed), default));
        var chacha20 = new StreamWords<ChaCha20Stream>(key.CreateStream(default));
        for (long done = 0; done < bytes;)
        {
            long tile = done / sizeof(uint) / 256;
            if (stream == "philox")
            {
                device.Sample(buffer, buffer, philox, tile);
            }
            else
            {
                device.Sample(buffer, buffer, chacha20, tile);
            }

            buffer.CopyTo(words);
            int count = (int)Math.Min(sizeof(uint) * (long)words.Length, bytes - done);
            Span<byte> image = MemoryMarshal.AsBytes(words.AsSpan());
            if (!BitConverter.IsLittleEndian)
            {
                Span<uint> order = MemoryMarshal.Cast<byte, uint>(image);
                BinaryPrimitives.ReverseEndianness(order, order);
            }

            output.Write(image[..count]);
            done += count;
        }

        output.Flush();
    }

    protected override int Execute(VerbContext context)
    {
        bool raw = context.Parsed.GetValue(_raw);
        string stream = context.Parsed.GetValue(_stream)!;
        long bytes = context.Parsed.GetValue(_bytes) ?? (raw ? 1L << 38 : ShownBytes);
        using Device device = context.ChooseDevice().Candidate.Open();
        context.Json.AddDevice(device.Info);
        if (raw)
        {
            using Stream output = Console.OpenStandardOutput();
            try
            {
                Write(device, stream, context.Seed, bytes, output);
            }
            catch (IOException)
            {
                // The battery has seen enough and closed its end: that is how it says so.
            }

            return ExitCode.Done;
        }

        using var image = new MemoryStream();
        Write(device, stream, context.Seed, bytes, image);
        Show(image.ToArray(), context.Parsed.InvocationConfiguration.Output);
        return ExitCode.Done;
    }

    private static void Show(ReadOnlySpan<byte> bytes, TextWriter output)
    {
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(bytes);
        for (int i = 0; i < words.Length; i += 8)
        {
            uint[] line = words.Slice(i, Math.Min(8, words.Length - i)).ToArray();
            output.WriteLine(string.Join(' ', line.Select(w => w.ToString("x8", CultureInfo.InvariantCulture))));
        }
    }

    private static SecretKey256 Key(ulong seed)
    {
        Span<byte> bytes = stackalloc byte[SecretKey256.LengthInBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, seed);
        _keyTail.CopyTo(bytes[8..]);
        return SecretKey256.Import(bytes);
    }

    private static long? ParseBytes(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            || bytes % sizeof(uint) != 0 || bytes is < sizeof(uint) or > 1L << 38)
        {
            result.AddError($"--bytes takes a multiple of 4 from 4 to {1L << 38}; got '{text}'.");
        }

        return bytes;
    }
}
