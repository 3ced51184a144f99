// SPDX-License-Identifier: Apache-2.0
using FedKernel.Cli.Commands;
using FedKernel.Instruments.Benchmarks;
using FedKernel.Instruments.Validation;
using FedKernel.Instruments.Verbs;

namespace FedKernel.Cli;

/// <summary>The command <c>fedkernel</c>: which verbs it has.</summary>
internal static class App
{
    /// <summary>Runs a command line. Everything that a person reads goes to the two writers.</summary>
    /// <returns>A code of <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error) =>
        new VerbApp(
            "The FedKernel engine: devices, validation and studies of federated learning.",
            new TrainCommand(),
            new AggregateCommand(),
            new CompressCommand(),
            new DecompressCommand(),
            new PrivacyCommand(),
            new DevicesCommand(),
            new ValidateCommand(KernelCases.All),
            new RngCommand(),
            new BenchCommand()).Run(arguments, output, error);
}
