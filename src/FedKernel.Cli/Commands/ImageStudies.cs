// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Verbs;
using FedKernel.Training.Data;
using FedKernel.Training.Studies;

namespace FedKernel.Cli.Commands;

/// <summary>The studies of <c>train --compress</c>: their names, their folders, and where their owners publish the files.</summary>
internal static class ImageStudies
{
    /// <summary>All of them, one after the other.</summary>
    public const string All = "images";

    private static readonly (string Name, string Folder, string Source, Func<string, ImageStudy> Load)[] _studies =
    [
        ("mnist", "mnist_t10k", MnistData.Source, folder => ImageStudy.Mnist(MnistData.Load(folder))),
        ("pneumonia", "pneumoniamnist", PneumoniaMnistData.Source, folder => ImageStudy.Pneumonia(PneumoniaMnistData.Load(folder))),
    ];

    public static IReadOnlyList<string> Names => [.. _studies.Select(s => s.Name), All];

    public static bool Has(string? study) => Names.Contains(study);

    /// <summary>Reads one study, or all.</summary>
    /// <param name="study">One of <see cref="Names"/>.</param>
    /// <param name="root">The folder of the studies' folders, or that of the one study.</param>
    /// <exception cref="CommandException">No folder is named.</exception>
    /// <exception cref="DataFormatException">A file is missing or is another.</exception>
    public static IReadOnlyList<ImageStudy> Load(string study, string? root) => [.. _studies
        .Where(s => study == All || s.Name == study)
        .Select(s => s.Load(Find(study, root, s.Folder, s.Source)))];

    private static string Find(string study, string? root, string folder, string source)
    {
        if (string.IsNullOrWhiteSpace(root))
        {
            throw new CommandException(
                ExitCode.WrongArguments, $"--study {study} needs --data DIR with the IDX files, in {folder} where there are several studies; get them from {source}.");
        }

        string own = Path.Combine(root, folder);
        return study == All || Directory.Exists(own) ? own : root;
    }
}
