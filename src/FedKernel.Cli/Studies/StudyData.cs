// SPDX-License-Identifier: Apache-2.0
using FedKernel.Training.Data;

namespace FedKernel.Cli.Studies;

/// <summary>Data that travels inside the command.</summary>
internal static class StudyData
{
    /// <summary>The Wisconsin breast-cancer table; see the NOTICE beside it.</summary>
    public static TabularDataset BreastCancer()
    {
        using Stream stream = typeof(StudyData).Assembly.GetManifestResourceStream("breast_cancer.csv")
            ?? throw new DataFormatException("This build of fedkernel lacks the embedded breast_cancer.csv.");
        return BreastCancerData.Read(stream);
    }
}
