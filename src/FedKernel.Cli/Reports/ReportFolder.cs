// SPDX-License-Identifier: Apache-2.0
using System.Text;
using FedKernel.Training.Federation;
using FedKernel.Updates;

namespace FedKernel.Cli.Reports;

/// <summary>The files that a study leaves.</summary>
internal sealed class ReportFolder
{
    /// <summary>Makes the folder, before the work whose results would have nowhere to go.</summary>
    /// <param name="path">Where.</param>
    public ReportFolder(string path)
    {
        FullPath = path;
        Directory.CreateDirectory(path);
    }

    public string FullPath { get; }

    public string At(string name) => Path.Combine(FullPath, name);

    public void WriteText(string name, string text) => File.WriteAllText(At(name), text);

    public void WriteModel(string name, ParameterLayout layout, float[] values, string study) => SafetensorsFile.Write(
        At(name), layout, values, new Dictionary<string, string> { ["study"] = study, ["producer"] = "FedKernel" });

    /// <summary>One receipt a line: an auditor can replay each round.</summary>
    public void WriteReceipts(string name, IReadOnlyList<RoundRecord> history)
    {
        var text = new StringBuilder();
        foreach (RoundRecord record in history)
        {
            text.Append(record.Receipt.ToJson().ReplaceLineEndings(" ")).Append('\n');
        }

        WriteText(name, text.ToString());
    }
}
