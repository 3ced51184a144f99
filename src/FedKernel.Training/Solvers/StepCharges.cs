// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Ledger;

namespace FedKernel.Training.Solvers;

/// <summary>The steps of one round, paid for all at once before the first: a round that the budget does not cover is not begun.</summary>
internal sealed class StepCharges
{
    private readonly Queue<PrivacyCharge> _charges = new();

    /// <summary>Charges the releases, equal neighbours in one entry.</summary>
    /// <param name="ledger">The hospital's; null charges nothing.</param>
    /// <param name="steps">One event for each step of the round.</param>
    /// <param name="first">Number of the first step, counted from 1.</param>
    /// <exception cref="PrivacyBudgetException">The budget does not cover them.</exception>
    public StepCharges(PrivacyLedger? ledger, IReadOnlyList<PrivacyEvent> steps, long first)
    {
        for (int start = 0, end; ledger is not null && start < steps.Count; start = end)
        {
            end = start + 1;
            while (end < steps.Count && steps[end].Equals(steps[start]))
            {
                end++;
            }

            _charges.Enqueue(ledger.Charge(steps[start], ReleaseKind.Model, $"steps {first + start} to {first + end - 1}", end - start));
        }
    }

    /// <summary>Uses one, right before the noise is drawn.</summary>
    public void Take(PrivacyEvent step)
    {
        while (_charges.Count > 1 && _charges.Peek().Left == 0)
        {
            _charges.Dequeue();
        }

        if (_charges.TryPeek(out PrivacyCharge? charge))
        {
            charge.Take(step);
        }
    }

    /// <summary>A ledger must keep account of what the trainer hides.</summary>
    public static void Check(PrivacyLedger? ledger, PrivacyUnit unit, NeighbouringRelation relation)
    {
        if (ledger is not null && (ledger.Budget.Unit != unit || ledger.Budget.Relation != relation))
        {
            throw new ArgumentException(
                $"The ledger of '{ledger.Subject}' is for the unit {ledger.Budget.Unit} and neighbours {ledger.Budget.Relation}; the steps hide a {unit}, neighbours {relation}.",
                nameof(ledger));
        }
    }
}
