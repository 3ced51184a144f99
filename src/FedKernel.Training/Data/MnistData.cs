// SPDX-License-Identifier: Apache-2.0
// MNIST · Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", 1998, CC BY-SA 3.0. Its test part of 10,000
// images only, split label by label into 8,000 to learn from and 2,000 to judge by. The split is fixed: seed 0.
using FedKernel.Random;
using FedKernel.Training.Partitioning;

namespace FedKernel.Training.Data;

/// <summary>Reads the 10,000 handwritten digits of the t10k files.</summary>
public static class MnistData
{
    /// <summary>What to cite.</summary>
    public const string Citation = "LeCun, Cortes, Burges: The MNIST database of handwritten digits, 1998, CC BY-SA 3.0; the 10,000 images of t10k";

    /// <summary>Where the owner publishes the files.</summary>
    public const string Source = "http://yann.lecun.com/exdb/mnist/";

    /// <summary>Digits 0 to 9.</summary>
    public const int ClassCount = 10;

    private const double TestShare = 0.2;

    /// <summary>8,000 images to learn from and 2,000 to judge by, each digit in the same proportion.</summary>
    /// <param name="directory">Where t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte lie, plain or with .gz.</param>
    /// <exception cref="DataFormatException">A file is missing, with the place where the owner publishes it, or is no such file.</exception>
    public static Hospital Load(string directory) => StratifiedSplit.Split(
        "MNIST t10k",
        ImageFiles.Load(directory, "t10k", ClassCount, $"Its owner publishes it (CC BY-SA 3.0): {Source}"),
        TestShare, new SimulationSeed(0), client: 0);
}
