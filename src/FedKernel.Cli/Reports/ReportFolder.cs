// SPDX-License-Identifier: Apache-2.0
using System.Text;
using FedKernel.Training.Federation;
using FedKernel.Updates;

namespace FedKernel.Cli.Reports;

/// <summary>The files that a study leaves.</summary>
/// <param name="path">Folder; made when the first file is written.</param>
internal sealed class ReportFolder(string path)
{
    public string FullPath { get; } = path;

    public string At(string name)
    {
        Directory.CreateDirectory(FullPath);
        return Path.Combine(FullPath, name);
    }

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
