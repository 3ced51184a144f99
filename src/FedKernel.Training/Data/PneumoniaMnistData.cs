// SPDX-License-Identifier: Apache-2.0
// PneumoniaMNIST · J. Yang et al., "MedMNIST v2: a large-scale lightweight benchmark for 2D and 3D biomedical image classification",
// Scientific Data 10, 2023, CC BY 4.0; chest X-rays of D. Kermany et al., Cell 172, 2018. Label 1 = pneumonia. 4,708 images to
// learn from and 624 to judge by; the 524 for validation are read by who chooses constants and by no training here.
namespace FedKernel.Training.Data;

/// <summary>Reads the chest X-rays of PneumoniaMNIST, each of its arrays as an IDX file.</summary>
public static class PneumoniaMnistData
{
    /// <summary>What to cite.</summary>
    public const string Citation = "Yang et al.: MedMNIST v2, Scientific Data 10, 2023 (PneumoniaMNIST), CC BY 4.0; Kermany et al., Cell 172, 2018";

    /// <summary>Where the owner publishes the images.</summary>
    public const string Source = "https://medmnist.com";

    private const string Remedy =
        $"MedMNIST publishes PneumoniaMNIST (CC BY 4.0) as an .npz: {Source}; save its arrays as IDX files named train-, val- and test-images-idx3-ubyte and -labels-idx1-ubyte.";

    /// <summary>The training and the test part.</summary>
    /// <param name="directory">Where the six files lie, plain or with .gz.</param>
    /// <exception cref="DataFormatException">A file is missing, with the place where the owner publishes it, or is no such file.</exception>
    public static Hospital Load(string directory) => new("PneumoniaMNIST", LoadPart(directory, "train"), LoadPart(directory, "test"));

    /// <summary>The images on which constants may be chosen.</summary>
    /// <param name="directory">As for <see cref="Load"/>.</param>
    public static TabularDataset LoadValidation(string directory) => LoadPart(directory, "val");

    private static TabularDataset LoadPart(string directory, string part) => ImageFiles.Load(directory, part, classCount: 2, Remedy);
}
