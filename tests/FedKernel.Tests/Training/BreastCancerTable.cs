// SPDX-License-Identifier: Apache-2.0
using FedKernel.Cli;
using FedKernel.Training.Data;

namespace FedKernel.Tests.Training;

/// <summary>The table that travels inside the command.</summary>
internal static class BreastCancerTable
{
    public static TabularDataset Read()
    {
        using Stream stream = typeof(KernelCases).Assembly.GetManifestResourceStream("breast_cancer.csv")
            ?? throw new InvalidOperationException("The command lacks its table.");
        return BreastCancerData.Read(stream);
    }
}
