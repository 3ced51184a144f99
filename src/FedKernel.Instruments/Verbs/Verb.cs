// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;

namespace FedKernel.Instruments.Verbs;

/// <summary>
/// A verb of <c>fedkernel</c>: adds its own options in its constructor, and does its work in <see cref="Execute"/>.
/// </summary>
internal abstract class Verb : Command
{
    private readonly CommonOptions _common = new();

    /// <summary>Describes the verb.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="description">One or two sentences for the help.</param>
    /// <param name="examples">Command lines that work as they stand; the first is the usual one.</param>
    protected Verb(string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
        Options.Add(_common.Device);
        Options.Add(_common.Json);
        Options.Add(_common.Seed);
        SetAction(Start);
    }

    public IReadOnlyList<string> Examples { get; }

    /// <summary>The words that name a command, without that of the program: "privacy epsilon".</summary>
    public static string PathOf(Command command) => string.Join(
        ' ', command.Parents.OfType<Command>().Where(p => p is not RootCommand).Select(PathOf).Append(command.Name));

    /// <summary>Does the work. Errors leave as exceptions: see <see cref="VerbApp"/>.</summary>
    /// <returns>A code of <see cref="ExitCode"/>.</returns>
    protected abstract int Execute(VerbContext context);

    private int Start(ParseResult parsed)
    {
        var context = new VerbContext(PathOf(this), parsed, _common);
        int exitCode = Execute(context);
        if (parsed.GetValue(_common.Json) is FileInfo file)
        {
            context.Json.Write(file.FullName);
        }

        return exitCode;
    }
}
