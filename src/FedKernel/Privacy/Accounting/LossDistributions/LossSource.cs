// SPDX-License-Identifier: Apache-2.0
// The privacy loss ln(P/Q) under P of one release, (P, Q) the pair that dominates it ·
// Y. Zhu, J. Dong, Y.-X. Wang, "Optimal accounting of differential privacy via characteristic function", AISTATS 2022, section 3.
namespace FedKernel.Privacy.Accounting.LossDistributions;

/// <summary>One release as accountants of the loss see it. Equal sources are composed as one.</summary>
internal abstract record LossSource
{
    /// <summary>Mass under P that <see cref="Visit"/> leaves out for a given tail: counted at infinity from above, dropped from below.</summary>
    public virtual double Outside(double tail) => tail;

    /// <summary>All losses are integer multiples of this; 0 where they are not on a lattice.</summary>
    public virtual double Lattice => 0;

    /// <summary>The least and the greatest loss that <see cref="Visit"/> gives.</summary>
    public abstract (double Least, double Greatest) Range(double tail);

    /// <summary>Gives the loss as points.</summary>
    /// <param name="lines">No point stands for losses on both sides of one of these lines.</param>
    /// <param name="tail">Mass under P that may be left out.</param>
    /// <param name="sink">Takes the points.</param>
    /// <typeparam name="TSink">A struct, so that the call is inlined.</typeparam>
    public abstract void Visit<TSink>(GridLines lines, double tail, ref TSink sink)
        where TSink : struct, ILossSink;
}
