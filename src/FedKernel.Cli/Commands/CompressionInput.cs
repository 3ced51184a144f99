// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using FedKernel.Cli.Codecs;
using FedKernel.Compression.Pipelines;
using FedKernel.Instruments.Verbs;

namespace FedKernel.Cli.Commands;

/// <summary>What the verbs of compression take: a file or a synthetic vector, and how often to time.</summary>
internal sealed class CompressionInput
{
    private const long DefaultElements = 1_000_000;

    private readonly Argument<FileInfo?> _file = new("FILE")
    {
        Description = "An update or a model: float32 as .npy or .safetensors.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _synthetic = new("--synthetic")
    {
        Description = $"A drawn vector instead of a file: {string.Join(", ", SyntheticUpdate.Kinds)}.",
        HelpName = "KIND",
    };

    private readonly Option<long?> _elements = new("--elements")
    {
        Description = $"Values of the drawn vector. Default: {DefaultElements}.",
        HelpName = "N",
    };

    private readonly Option<int> _repeat = new("--repeat")
    {
        Description = "How often encoding and decoding are timed; the median counts.",
        HelpName = "N",
        DefaultValueFactory = _ => 5,
    };

    public CompressionInput(Command command)
    {
        _elements.Bound(1, 1L << 28);
        _repeat.Bound(1, 1000);
        _synthetic.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: { } kind }] && !SyntheticUpdate.Kinds.Contains(kind))
            {
                result.AddError($"--synthetic takes one of {string.Join(", ", SyntheticUpdate.Kinds)}; got '{kind}'.");
            }
        });
        command.Arguments.Add(_file);
        command.Options.Add(_synthetic);
        command.Options.Add(_elements);
        command.Options.Add(_repeat);
    }

    public int Repeat(VerbContext context) => context.Parsed.GetValue(_repeat);

    /// <summary>Reads the file or draws the vector.</summary>
    /// <exception cref="CommandException">There is neither, or both.</exception>
    public CompressionSubject Load(VerbContext context)
    {
        FileInfo? file = context.Parsed.GetValue(_file);
        string? kind = context.Parsed.GetValue(_synthetic);
        if (file is null == kind is null)
        {
            throw new CommandException(
                ExitCode.WrongArguments, $"Name a FILE or --synthetic, one of them. See 'fedkernel {Verb.PathOf(context.Parsed.CommandResult.Command)} --help'.");
        }

        if (kind is null && context.Parsed.GetValue(_elements) is not null)
        {
            throw new CommandException(ExitCode.WrongArguments, "--elements goes with --synthetic; a file has its own length.");
        }

        return file is not null
            ? CompressionSubject.Load(file.FullName)
            : SyntheticUpdate.Draw(kind!, context.Parsed.GetValue(_elements) ?? DefaultElements, context.Seed);
    }

    /// <summary>The pipeline of a text that was typed.</summary>
    /// <exception cref="CommandException">It is none.</exception>
    public static CompressionPipeline Parse(string text)
    {
        try
        {
            return CompressionPipeline.Parse(text);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.WrongArguments, $"{e.Message} See 'fedkernel compress --list'.");
        }
    }
}
