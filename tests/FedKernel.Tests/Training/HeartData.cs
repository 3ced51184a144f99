// SPDX-License-Identifier: Apache-2.0
using FedKernel.Training.Data;
using Xunit;

namespace FedKernel.Tests.Training;

/// <summary>The heart-disease files, which may not be committed.</summary>
internal static class HeartData
{
    /// <summary>The folder; the test is skipped where it is not there.</summary>
    public static string Directory
    {
        get
        {
            string? shared = Repository.SharedData;
            string folder = Path.Combine(shared ?? "", "fed_heart_disease");
            if (shared is null || !System.IO.Directory.Exists(folder))
            {
                Assert.Skip("fed_heart_disease is not here: set FEDKERNEL_DATA or put it into ../shared/data.");
            }

            return folder;
        }
    }

    /// <summary>The four hospitals, each scaled by its own training patients, as FLamby does.</summary>
    public static Hospital[] FlambyScaled() =>
        [.. HeartDiseaseData.Load(Directory).Select(h => h.Scaled(FeatureScaling.OfTrainingData(h.Train)))];
}
