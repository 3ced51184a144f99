// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Units;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Privacy.Units;

public sealed class PatientGroupingTests
{
    [Fact]
    public void Grouping_ScatteredRows_AreFoundInOrder()
    {
        var grouping = new PatientGrouping(["b", "a", "b", "c", "b"]);
        Assert.Equal((3, 5, 3, true), (grouping.PatientCount, grouping.RowCount, grouping.MaximumRows, grouping.HasRepeatedRows));
        Assert.Equal([0, 2, 4], grouping.RowsOf(0).ToArray());
        Assert.Equal([1], grouping.RowsOf(1).ToArray());
        Assert.Equal(["b", "a", "c"], Enumerable.Range(0, 3).Select(grouping.NameOf));
        Assert.False(new PatientGrouping(["x", "y"]).HasRepeatedRows);
    }

    [Fact]
    public void AddClipped_PatientWithThreeRows_IsClippedOnce()
    {
        // Clipped row by row the patient would count three times: (3, 0). Together it is (1, 0).
        var sum = new double[2];
        PatientSum result = new PatientGrouping(["p", "p", "p", "q"]).AddClipped([2, 0, 2, 0, 2, 0, 0, 0.5f], 2, 1, sum);
        Assert.Equal(1, sum[0], 1e-12);
        Assert.Equal(0.5, sum[1]);
        Assert.Equal(new PatientSum(2, 0), result);
    }

    [Fact]
    public void AddClipped_RandomNeighbours_DifferByAtMostTheBound()
    {
        const int Dimension = 40;
        var random = new SimulationRandom(new SimulationSeed(16));
        for (int trial = 0; trial < 50; trial++)
        {
            string[] ids = [.. Enumerable.Range(0, 30).Select(_ => $"p{random.NextBelow(6)}")];
            double size = Math.Exp(3 * random.NextNormal());
            float[] gradients = [.. Enumerable.Range(0, ids.Length * Dimension).Select(_ => (float)(size * random.NextNormal()))];
            string gone = ids[random.NextBelow(ids.Length)];
            int[] kept = [.. Enumerable.Range(0, ids.Length).Where(r => ids[r] != gone)];
            var with = new double[Dimension];
            var without = new double[Dimension];
            new PatientGrouping(ids).AddClipped(gradients, Dimension, 0.7, with);
            new PatientGrouping([.. kept.Select(r => ids[r])]).AddClipped(
                [.. kept.SelectMany(r => gradients.Skip(r * Dimension).Take(Dimension))], Dimension, 0.7, without);
            double distance = Math.Sqrt(with.Zip(without, (a, b) => (a - b) * (a - b)).Sum());
            Assert.True(distance <= 0.7 * (1 + 1e-14), $"{distance:R}");
            // Another order of the rows of other patients changes nothing beyond rounding.
            Assert.True(size < 1 || distance > 0.69);
        }
    }

    [Fact]
    public void AddClipped_NonFinitePatient_IsDroppedAndCounted()
    {
        var sum = new double[1];
        PatientSum result = new PatientGrouping(["a", "b", "a", "c"]).AddClipped([1, 0.25f, float.NaN, float.PositiveInfinity], 1, 1, sum);
        Assert.Equal(new PatientSum(1, 2), result);
        Assert.Equal(0.25, sum[0]);
    }

    [Fact]
    public void Grouping_BadInput_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PatientGrouping([]));
        Assert.Contains("Row 1", Assert.Throws<ArgumentException>(() => new PatientGrouping(["a", " "])).Message, StringComparison.Ordinal);
        var grouping = new PatientGrouping(["a", "b"]);
        Assert.Throws<ArgumentOutOfRangeException>(() => grouping.RowsOf(2).Length);
        Assert.Throws<ArgumentException>(() => grouping.AddClipped(new float[3], 2, 1, new double[2]));
        Assert.Throws<ArgumentException>(() => grouping.AddClipped(new float[4], 2, 1, new double[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => grouping.AddClipped(new float[4], 2, double.NaN, new double[2]));
    }

    [Fact]
    public void Statement_RepeatedRowsClippedSingly_IsNotPatientLevel()
    {
        var repeated = new PatientGrouping(["a", "a", "b"]);
        Refused("has 2 of them", PrivacyUnit.Patient, PrivacyUnit.Example, repeated);
        Refused("nobody said whose", PrivacyUnit.Patient, PrivacyUnit.Example, null);
        Refused("two clients", PrivacyUnit.Patient, PrivacyUnit.Client, repeated);
        Refused("client holds many", PrivacyUnit.Client, PrivacyUnit.Patient, repeated);
        Refused("client holds many", PrivacyUnit.Client, PrivacyUnit.Example, null);
        // A row less makes another patient of the same name: only replace-one covers that.
        Refused("replace-one", PrivacyUnit.Example, PrivacyUnit.Patient, repeated);
    }

    [Fact]
    public void Statement_SupportedClaim_IsMade()
    {
        PrivacyStatement statement = PrivacyStatement.Create(
            PrivacyUnit.Patient, PrivacyUnit.Patient, null, new GaussianEvent(1, NeighbouringRelation.AddOrRemoveOne), 1e-5);
        Assert.Equal("(ε = 4.37718, δ = 1E-05), patient-level, add or remove one", statement.ToString());
        Assert.Equal(
            PrivacyUnit.Patient,
            PrivacyStatement.Create(
                PrivacyUnit.Patient, PrivacyUnit.Example, new PatientGrouping(["a", "b"]),
                new GaussianEvent(1, NeighbouringRelation.AddOrRemoveOne), 1e-5).Unit);
        Assert.Equal(
            NeighbouringRelation.ReplaceOne,
            PrivacyStatement.Create(
                PrivacyUnit.Example, PrivacyUnit.Client, null, new GaussianEvent(1, NeighbouringRelation.ReplaceOne), 1e-5).Relation);
    }

    private static void Refused(string part, PrivacyUnit claimed, PrivacyUnit clipped, PatientGrouping? rows)
    {
        string message = Assert.Throws<ArgumentException>(() => PrivacyStatement.Create(
            claimed, clipped, rows, new GaussianEvent(1, NeighbouringRelation.AddOrRemoveOne), 1e-5)).Message;
        Assert.Contains(part, message, StringComparison.Ordinal);
    }
}
