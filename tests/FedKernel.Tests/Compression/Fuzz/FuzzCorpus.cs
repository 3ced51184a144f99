// SPDX-License-Identifier: Apache-2.0
// A file for each pipeline: for each mutant its bytes as int32, little-endian, and the bytes.
using System.Buffers.Binary;

namespace FedKernel.Tests.Compression.Fuzz;

/// <summary>The mutants that are kept: one for each way through the parser that a long run found.</summary>
internal static class FuzzCorpus
{
    /// <summary>What the files may have together.</summary>
    public const int MostBytes = 300 << 10;

    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "FedKernel.Tests", "Compression", "Corpus");

    public static IEnumerable<byte[]> Of(string pipeline)
    {
        string path = PathOf(pipeline);
        if (!File.Exists(path))
        {
            yield break;
        }

        byte[] all = File.ReadAllBytes(path);
        for (int at = 0; at < all.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(all.AsSpan(at));
            yield return all[(at + sizeof(int))..(at + sizeof(int) + length)];
            at += sizeof(int) + length;
        }
    }

    /// <summary>Replaces the corpus; each pipeline has its share of the room, the shortest mutants first.</summary>
    /// <returns>Its bytes.</returns>
    public static long Write(IEnumerable<(string Pipeline, string Shape, byte[] Frame)> found)
    {
        Directory.CreateDirectory(Folder);
        foreach (string old in Directory.GetFiles(Folder, "*.fkz"))
        {
            File.Delete(old);
        }

        long bytes = 0;
        byte[] length = new byte[sizeof(int)];
        foreach (IGrouping<string, (string Pipeline, string Shape, byte[] Frame)> pipeline in found.GroupBy(f => f.Pipeline))
        {
            int room = MostBytes / FrameFuzzer.Pipelines.Length;
            using FileStream file = File.Create(PathOf(pipeline.Key));
            foreach (byte[] frame in pipeline.OrderBy(f => f.Frame.Length).DistinctBy(f => f.Shape).Select(f => f.Frame))
            {
                room -= length.Length + frame.Length;
                if (room < 0)
                {
                    break;
                }

                BinaryPrimitives.WriteInt32LittleEndian(length, frame.Length);
                file.Write(length);
                file.Write(frame);
            }

            bytes += file.Length;
        }

        return bytes;
    }

    private static string PathOf(string pipeline) =>
        Path.Combine(Folder, string.Concat(pipeline.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_')) + ".fkz");
}
