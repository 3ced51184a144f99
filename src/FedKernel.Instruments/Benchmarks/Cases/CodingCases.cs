// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Coding;
using FedKernel.Compression.Voting;
using FedKernel.Instruments.Benchmarks.Results;
using FedKernel.Instruments.Benchmarks.Timing;
using FedKernel.Random;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>Codes of indices and symbols, on one core of the host; and the majority of signs, on the device.</summary>
internal static class CodingCases
{
    private const double Density = 0.01;

    // Of a vote: 31 clients are two batches of fifteen and one that waits.
    private const int Votes = 31;

    public static IReadOnlyList<(string Name, Func<BenchData, BenchCase> Create)> All { get; } =
    [
        ("rice_encode_1_percent", d => CreateRice(d, "rice_encode_1_percent", decodes: false)),
        ("rice_decode_1_percent", d => CreateRice(d, "rice_decode_1_percent", decodes: true)),
        ("rans_encode_int8", d => CreateRans(d, "rans_encode_int8", 8, decodes: false)),
        ("rans_decode_int8", d => CreateRans(d, "rans_decode_int8", 8, decodes: true)),
        ("rans_encode_4_bit", d => CreateRans(d, "rans_encode_4_bit", 4, decodes: false)),
        ("rans_decode_4_bit", d => CreateRans(d, "rans_decode_4_bit", 4, decodes: true)),
        ("majority_vote_31", CreateVote),
    ];

    private static BenchCase CreateRice(BenchData data, string name, bool decodes)
    {
        RefuseDevices(data);
        uint[] indices = Indices(data.Length), decoded = new uint[indices.Length];
        byte[] expected = new byte[RiceCoder.MaximumBytes(indices.Length, data.Length)], written = new byte[expected.Length];
        int bytes = (int)RiceCoder.Encode(indices, data.Length, expected);
        return new BenchCase(
            new CaseDescription(name, $"Rice {(decodes ? "decoding" : "coding")} of indices at 1 %, one core")
            {
                Elements = indices.Length,
                PerCore = true,
                Bars = decodes ? [] : [new Bar("melements_per_s", 200)],
                Note = "an element is an index",
            },
            decodes
                ? new DelegateCase(
                    name, () => RiceCoder.Decode(expected.AsSpan(0, bytes), data.Length, decoded), () => Array.Clear(decoded),
                    () => indices.AsSpan().SequenceEqual(decoded) ? null : "wrong result: other indices come out")
                : new DelegateCase(
                    name, () => RiceCoder.Encode(indices, data.Length, written), () => Array.Clear(written),
                    () => expected.AsSpan(0, bytes).SequenceEqual(written.AsSpan(0, bytes)) ? null : "wrong result: other bytes"),
            [])
        {
            // The table is for sets without end; a vector of less than a million elements has too few for it.
            Findings = decodes || data.Length < 1_000_000
                ? null
                : () => [new Finding("bits_per_index", 8.0 * bytes / indices.Length, "bits", AtMost: 8.2) { Table = 8.107910 }],
        };
    }

    private static BenchCase CreateRans(BenchData data, string name, int bits, bool decodes)
    {
        RefuseDevices(data);
        long count = Math.Min(data.Length, 1 << 24);
        byte[] packed = Codes(count, bits), decoded = new byte[packed.Length];
        SymbolCounts counts = SymbolCounts.Of(packed, count, bits);
        byte[] expected = new byte[RansCoder.MaximumBytes(counts)], written = new byte[expected.Length];
        int bytes = RansCoder.Encode(packed, counts, expected);
        return new BenchCase(
            new CaseDescription(name, $"rANS {(decodes ? "decoding" : "coding")} of {bits}-bit codes, one core")
            {
                Elements = count,
                PerCore = true,
                Note = decodes ? "with all checks" : "counting included",
            },
            decodes
                ? new DelegateCase(
                    name, () => RansCoder.Decode(expected.AsSpan(0, bytes), count, bits, decoded), () => Array.Clear(decoded),
                    () => packed.AsSpan().SequenceEqual(decoded) ? null : "wrong result: other codes come out")
                : new DelegateCase(
                    name, () => RansCoder.Encode(packed, SymbolCounts.Of(packed, count, bits), written), () => Array.Clear(written),
                    () => expected.AsSpan(0, bytes).SequenceEqual(written.AsSpan(0, bytes)) ? null : "wrong result: other bytes"),
            [])
        {
            Findings = decodes || count < 1_000_000
                ? null
                : () => [new Finding("bits_per_code", 8.0 * bytes / count, "bits", AtMost: Entropy(counts) * 1.002)],
        };
    }

    private static BenchCase CreateVote(BenchData data)
    {
        const string Name = "majority_vote_31";
        var vote = data.Own(new MajorityVote(data.Device, data.Length, Votes));
        byte[] result = new byte[(data.Length + 7) / 8];
        var random = new SimulationRandom(new SimulationSeed(31));
        byte[][] signs = [.. Enumerable.Range(0, Votes).Select(_ => Words(result.Length, random))];
        return new BenchCase(
            new CaseDescription(Name, "majority of the signs of 31 clients")
            {
                Elements = data.Length,
                BytesPerElement = (Votes + 1) / 8.0,
                Note = "from bytes of the host to bytes of the host",
            },
            new DelegateCase(
                Name,
                () =>
                {
                    vote.Reset();
                    foreach (byte[] s in signs)
                    {
                        vote.Add(s);
                    }

                    vote.CopyTo(result);
                },
                () => Array.Clear(result),
                () => CheckVote(signs, result))
            { OnFinish = data.Device.Synchronize },
            []);
    }

    private static string? CheckVote(byte[][] signs, byte[] result)
    {
        for (int i = 0; i < result.Length; i += 1009)
        {
            for (int b = 0; b < 8; b++)
            {
                if ((2 * signs.Sum(s => (s[i] >> b) & 1) > signs.Length) != (((result[i] >> b) & 1) == 1))
                {
                    return $"wrong result: bit {b} of byte {i}";
                }
            }
        }

        return null;
    }

    private static uint[] Indices(long length)
    {
        var random = new SimulationRandom(new SimulationSeed(5));
        var indices = new List<uint>();
        for (double i = -1; ;)
        {
            i += 1 + Math.Floor(Math.Log(random.NextUniform()) / Math.Log(1 - Density));
            if (i >= length)
            {
                return [.. indices];
            }

            indices.Add((uint)i);
        }
    }

    /// <summary>A tile of normal numbers over their largest magnitude, again and again.</summary>
    private static byte[] Codes(long count, int bits)
    {
        var random = new SimulationRandom(new SimulationSeed(6));
        byte[] codes = new byte[count];
        double scale = bits == 8 ? 40 : 2.5;
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = i < 1 << 16
                ? (byte)((int)Math.Clamp(Math.Round(scale * random.NextNormal()), 1 - (1 << (bits - 1)), (1 << (bits - 1)) - 1) & ((1 << bits) - 1))
                : codes[i - (1 << 16)];
        }

        byte[] packed = new byte[CodePacking.Bytes(count, bits)];
        CodePacking.Pack(codes, bits, packed);
        return packed;
    }

    private static byte[] Words(int bytes, SimulationRandom random)
    {
        // The first bits behind the last element stay 0: lengths of a run are multiples of 256.
        byte[] tile = new byte[Math.Min(bytes, 1 << 14)], all = new byte[bytes];
        for (int i = 0; i < tile.Length; i++)
        {
            tile[i] = (byte)random.NextWord();
        }

        for (int start = 0; start < bytes; start += tile.Length)
        {
            tile.AsSpan(0, Math.Min(tile.Length, bytes - start)).CopyTo(all.AsSpan(start));
        }

        return all;
    }

    private static double Entropy(SymbolCounts counts)
    {
        double bits = 0;
        for (int s = 0; s < 1 << counts.Bits; s++)
        {
            double share = (double)counts[s] / counts.Total;
            bits -= share > 0 ? share * Math.Log2(share) : 0;
        }

        return bits;
    }

    private static void RefuseDevices(BenchData data)
    {
        if (data.Width is null)
        {
            throw new CaseSkippedException("is for the processor");
        }
    }
}
