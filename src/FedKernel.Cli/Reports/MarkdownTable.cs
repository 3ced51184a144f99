// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace FedKernel.Cli.Reports;

/// <summary>A table in Markdown.</summary>
internal static class MarkdownTable
{
    public static void Append(StringBuilder text, string[][] rows)
    {
        for (int r = 0; r < rows.Length; r++)
        {
            text.Append("| ").AppendJoin(" | ", rows[r]).Append(" |\n");
            if (r == 0)
            {
                text.Append("|---|").Insert(text.Length, "---:|", rows[0].Length - 1).Append('\n');
            }
        }
    }
}
