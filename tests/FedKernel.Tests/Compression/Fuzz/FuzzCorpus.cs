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

    /// <summary>Replaces the corpus: the shortest mutant of each way through each pipeline's parser, shortest first while there is room.</summary>
    /// <returns>How many were kept, and the bytes of the files.</returns>
    public static (int Count, long Bytes) Write(IEnumerable<(string Pipeline, string Shape, byte[] Frame)> found)
    {
        Directory.CreateDirectory(Folder);
        foreach (string old in Directory.GetFiles(Folder, "*.fkz"))
        {
            File.Delete(old);
        }

        int count = 0;
        long bytes = 0;
        byte[] length = new byte[sizeof(int)];
        foreach ((string pipeline, _, byte[] frame) in found.OrderBy(f => f.Frame.Length).DistinctBy(f => (f.Pipeline, f.Shape)))
        {
            if (bytes + length.Length + frame.Length > MostBytes)
            {
                break;
            }

            using FileStream file = new(PathOf(pipeline), FileMode.Append);
            BinaryPrimitives.WriteInt32LittleEndian(length, frame.Length);
            file.Write(length);
            file.Write(frame);
            bytes += length.Length + frame.Length;
            count++;
        }

        return (count, bytes);
    }

    private static string PathOf(string pipeline) =>
        Path.Combine(Folder, string.Concat(pipeline.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_')) + ".fkz");
}
