// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Instruments.Verbs;
using Spectre.Console;

namespace FedKernel.Instruments.Validation;

/// <summary>Reports of several machines, compared by their hashes alone: which kernel, and whose bits are the odd ones.</summary>
internal static class FleetComparison
{
    // A report has some hundred kilobytes: what is far larger is none.
    private const long MostBytes = 64 << 20;

    /// <summary>Compares.</summary>
    /// <returns>0 if all agree, 1 if a machine differs, 6 if there was nothing to compare.</returns>
    /// <exception cref="CommandException">A file is missing, or is no report.</exception>
    public static int Run(IAnsiConsole console, IReadOnlyList<FileInfo> files)
    {
        if (files.Count < 2)
        {
            throw new CommandException(ExitCode.WrongArguments, $"--compare takes two reports or more; got {files.Count}.");
        }

        // (kernel) → (machine and device) → hash
        var hashes = new SortedDictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (FileInfo file in files)
        {
            foreach ((string device, string kernel, string hash) in Read(file))
            {
                if (!hashes.TryGetValue(kernel, out Dictionary<string, string>? byMachine))
                {
                    hashes[kernel] = byMachine = [];
                }

                byMachine[$"{file.Name}:{device}"] = hash;
            }
        }

        int differing = 0, compared = 0;
        foreach ((string kernel, Dictionary<string, string> byMachine) in hashes)
        {
            List<IGrouping<string, KeyValuePair<string, string>>> groups =
                [.. byMachine.GroupBy(p => p.Value).OrderByDescending(g => g.Count())];
            compared += byMachine.Count > 1 ? 1 : 0;
            if (groups.Count > 1)
            {
                differing++;
                bool tie = groups[1].Count() == groups[0].Count();
                string others = string.Join(", ", groups.Skip(1).SelectMany(g => g).Select(p => p.Key));
                console.WriteLine(tie
                    ? $"{kernel}: {groups.Count} results and no majority: {string.Join(" | ", groups.Select(g => string.Join(", ", g.Select(p => p.Key))))}"
                    : $"{kernel}: other bits on {others} than on {groups[0].Count()} others");
            }
        }

        console.WriteLine(compared == 0
            ? "INCONCLUSIVE: no kernel has a hash in two reports."
            : differing == 0 ? $"PASS: {compared} kernels, the same bits in all {files.Count} reports." : $"FAIL: {differing} of {compared} kernels differ.");
        return compared == 0 ? ExitCode.Inconclusive : differing == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static IEnumerable<(string Device, string Kernel, string Hash)> Read(FileInfo file)
    {
        try
        {
            if (!file.Exists || file.Length > MostBytes)
            {
                throw new CommandException(
                    ExitCode.WrongArguments,
                    file.Exists ? $"'{file.Name}' has {file.Length} bytes; a report has at most {MostBytes}." : $"There is no file '{file.FullName}'.");
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file.FullName));
            const string Area = "known_answers.";
            return
            [
                .. document.RootElement.GetProperty("checks").EnumerateArray()
                    .Where(c => c.GetProperty("id").GetString()!.StartsWith(Area, StringComparison.Ordinal)
                        && c.TryGetProperty("sha256", out _) && c.GetProperty("allowed_ulp").GetDouble() == 0)
                    .Select(c => (
                        c.GetProperty("device").GetString()!, c.GetProperty("id").GetString()![Area.Length..],
                        c.GetProperty("sha256").GetString()!)),
            ];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or NullReferenceException)
        {
            throw new CommandException(ExitCode.Failed, $"'{file.Name}' is no report of 'fedkernel validate': {e.Message}");
        }
    }
}
