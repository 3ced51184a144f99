// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace FedKernel.Instruments.Verbs;

/// <summary>A command made of verbs, and what all of them do with wrong arguments and with errors.</summary>
/// <param name="description">What the command is, for its help.</param>
/// <param name="verbs">Its verbs, in the order of the help.</param>
internal sealed class VerbApp(string description, params Verb[] verbs)
{
    /// <summary>Runs a command line. Everything that a person reads goes to the two writers.</summary>
    /// <returns>A code of <see cref="ExitCode"/>.</returns>
    public int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        var root = new RootCommand(description);
        foreach (Verb verb in verbs)
        {
            root.Subcommands.Add(verb);
        }

        AddExamples(root);
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not ExampleHelp)
        {
            return Refuse(parsed, error);
        }

        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
        };
        try
        {
            return parsed.Invoke(configuration);
        }
        catch (CommandException e)
        {
            return Report(e, e.ExitCode, error);
        }
        catch (ArgumentException e)
        {
            // A range that only the study knows, such as δ below one in its patients.
            return Report(e, ExitCode.WrongArguments, error);
        }
        catch (OutOfMemoryException)
        {
            error.WriteLine("fedkernel: The memory of this machine does not suffice.");
            return ExitCode.Failed;
        }
        catch (Exception e) when (e is DeviceException or DataFormatException or ProtocolException or PrivacyBudgetException
                                      or IOException or UnauthorizedAccessException)
        {
            return Report(e, ExitCode.Failed, error);
        }
    }

    private static int Refuse(ParseResult parsed, TextWriter error)
    {
        // An unknown word also makes the right one missing: the word is what the person wants to hear of.
        string? unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        string message = unknown is null ? parsed.Errors[0].Message : $"There is no verb or option '{unknown}' here.";
        Command command = parsed.CommandResult.Command;
        string help = command is RootCommand ? "fedkernel --help" : $"fedkernel {Verb.PathOf(command)} --help";
        error.WriteLine($"fedkernel: {OneLine(message)} See '{help}'.");
        return ExitCode.WrongArguments;
    }

    private static int Report(Exception exception, int exitCode, TextWriter error)
    {
        error.WriteLine($"fedkernel: {OneLine(exception.Message)}");
        return exitCode;
    }

    private static string OneLine(string message) =>
        string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static void AddExamples(RootCommand root)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExampleHelp((HelpAction)help.Action!);
    }

    /// <summary>The help of the library, and below it examples that can be copied.</summary>
    private sealed class ExampleHelp(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            Command command = parseResult.CommandResult.Command;
            int exitCode = inner.Invoke(parseResult);
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            IEnumerable<string> examples = command is Verb verb
                ? verb.Examples
                : command.Subcommands.OfType<Verb>().Select(v => v.Examples[0]);
            foreach (string example in examples)
            {
                output.WriteLine($"  {example}");
            }

            return exitCode;
        }
    }
}
