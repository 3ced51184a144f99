// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Statistics;
using FedKernel.Instruments.Verbs;

namespace FedKernel.Cli.Commands;

/// <summary><c>fedkernel privacy</c>: what there is to ask about differential privacy.</summary>
internal sealed class PrivacyCommand : Verb
{
    public PrivacyCommand()
        : base(
            "privacy",
            "Differential privacy as a calculator: the bracket of ε, the noise or the rounds that meet it, and what that assumes.",
            "fedkernel privacy epsilon --noise-multiplier 1 --sampling-probability 0.01 --steps 1000 --delta 1e-5",
            "fedkernel privacy sigma --epsilon 2 --sampling-probability 0.01 --steps 1000 --delta 1e-5",
            "fedkernel privacy rounds --epsilon 2 --noise-multiplier 1 --sampling-probability 0.01 --delta 1e-5")
    {
        Subcommands.Add(new PrivacyEpsilonCommand());
        Subcommands.Add(new PrivacySigmaCommand());
        Subcommands.Add(new PrivacyRoundsCommand());
        Subcommands.Add(new PrivacyAuditCommand());
        Subcommands.Add(new PrivacyLedgerCommand());
        Subcommands.Add(new SoakCommand());
    }

    protected override int Execute(VerbContext context) => throw new CommandException(
        ExitCode.WrongArguments,
        $"Say what: fedkernel privacy {string.Join('|', Subcommands.Select(c => c.Name))}. See 'fedkernel privacy --help'.");
}
