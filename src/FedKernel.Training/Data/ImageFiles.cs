// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace FedKernel.Training.Data;

/// <summary>Small grey images with labels, as tables: a pixel is a feature, scaled to 0…1 by 1/255, which looks at no patient.</summary>
internal static class ImageFiles
{
    private const int MaximumCount = 100_000, Side = 28;

    private static readonly string[] _pixelNames = [.. Enumerable.Range(0, Side * Side).Select(
        p => string.Create(CultureInfo.InvariantCulture, $"pixel_{p / Side}_{p % Side}"))];

    /// <summary>A pair of files, "…-images-idx3-ubyte" and "…-labels-idx1-ubyte", each plain or with .gz behind its name.</summary>
    /// <param name="directory">Where they lie.</param>
    /// <param name="part">What their names start with.</param>
    /// <param name="classCount">Labels must be below it.</param>
    /// <param name="remedy">Where the owner publishes them, for errors.</param>
    public static TabularDataset Load(string directory, string part, int classCount, string remedy)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        string imagePath = Find(directory, $"{part}-images-idx3-ubyte", remedy), labelPath = Find(directory, $"{part}-labels-idx1-ubyte", remedy);
        IdxFile images = IdxFile.Read(imagePath, MaximumCount * Side * Side);
        IdxFile labels = IdxFile.Read(labelPath, MaximumCount);
        if (images.Shape is not [_, Side, Side])
        {
            throw new DataFormatException($"'{imagePath}' has the shape {string.Join('×', images.Shape)}; wanted are images of {Side}×{Side}.");
        }

        // Some writers give a column of labels a second dimension of 1.
        if (labels.Values.Length != images.Shape[0])
        {
            throw new DataFormatException($"'{labelPath}' has {labels.Values.Length} labels for {images.Shape[0]} images.");
        }

        int greatest = labels.Values.IndexOfAnyInRange((byte)classCount, byte.MaxValue);
        if (greatest >= 0)
        {
            throw new DataFormatException($"'{labelPath}': label {labels.Values[greatest]} of image {greatest} is not one of 0 to {classCount - 1}.");
        }

        return ToTable(images.Values, labels.Values);
    }

    private static TabularDataset ToTable(ReadOnlySpan<byte> pixels, ReadOnlySpan<byte> labels)
    {
        var features = new float[pixels.Length];
        for (int i = 0; i < features.Length; i++)
        {
            features[i] = pixels[i] / 255f;
        }

        var classes = new float[labels.Length];
        for (int i = 0; i < classes.Length; i++)
        {
            classes[i] = labels[i];
        }

        return new TabularDataset(_pixelNames, features, classes, [.. Enumerable.Range(0, classes.Length)]);
    }

    private static string Find(string directory, string name, string remedy)
    {
        string plain = Path.Combine(directory, name), zipped = plain + ".gz";
        return File.Exists(zipped) ? zipped : File.Exists(plain) ? plain
            : throw new DataFormatException($"'{zipped}' is missing. {remedy}");
    }
}
