// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Accounting.LossDistributions;
using Xunit;

namespace FedKernel.Tests.Privacy.Accounting.LossDistributions;

/// <summary>Against dp_accounting, whose upper bound at interval 1e-4 ours must not exceed by more than 0.1 %, and Opacus's PRV accountant.</summary>
public sealed class LossDistributionKnownAnswerTests
{
    private const NeighbouringRelation Relation = NeighbouringRelation.AddOrRemoveOne;

    [Fact]
    public void Epsilon_EveryRowOfTheGrid_IsBracketedNarrowly()
    {
        List<string> failures = [];
        foreach (JsonElement row in Read("dp_accounting_pld_grid.json").GetProperty("rows").EnumerateArray())
        {
            PrivacyEvent history = Steps(row[0].GetDouble(), row[1].GetDouble(), row[2].GetInt64());
            PrivacyBracket bracket = LossDistributionAccountant.Epsilon(history, row[3].GetDouble());
            bool narrow = bracket.Upper - bracket.Lower <= 2e-3 * bracket.Upper;
            bool peer = row[4].ValueKind == JsonValueKind.Null
                || (bracket.Upper <= 1.001 * row[4].GetDouble() && bracket.Lower <= row[4].GetDouble());
            bool exact = row[5].ValueKind == JsonValueKind.Null
                || (bracket.Upper >= row[5].GetDouble() * (1 - 1e-10) && bracket.Lower <= row[5].GetDouble() * (1 + 1e-10));
            bool prv = row[6].ValueKind == JsonValueKind.Null || bracket.Upper <= 1.0002 * row[6].GetDouble();
            if (!(narrow && peer && exact && prv))
            {
                failures.Add($"{row}: {bracket}");
            }
        }

        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures));
    }

    [Fact]
    public void Epsilon_LaplaceAndDiscreteGaussian_IsBracketed()
    {
        JsonElement extras = Read("dp_accounting_pld_extras.json");
        foreach (JsonElement row in extras.GetProperty("laplace").EnumerateArray())
        {
            Bracketed(new RepeatedEvent(new LaplaceEvent(row[0].GetDouble(), Relation), row[1].GetInt64()), row[2], row[3]);
        }

        foreach (JsonElement row in extras.GetProperty("discrete_gaussian").EnumerateArray())
        {
            Bracketed(new RepeatedEvent(new DiscreteGaussianEvent(row[0].GetDouble(), 1, 0, Relation), row[1].GetInt64()), row[2], row[3]);
        }
    }

    [Fact]
    public void Epsilon_Heterogeneous_IsBracketedInAnyOrder()
    {
        foreach (JsonElement row in Read("dp_accounting_pld_extras.json").GetProperty("heterogeneous").EnumerateArray())
        {
            PrivacyEvent[] parts =
                [.. row.GetProperty("parts").EnumerateArray().Select(p => Steps(p[0].GetDouble(), p[1].GetDouble(), p[2].GetInt64()))];
            PrivacyBracket bracket = Bracketed(new ComposedEvent(parts), row.GetProperty("delta"), row.GetProperty("pld"));
            Array.Reverse(parts);
            Assert.Equal(bracket, LossDistributionAccountant.Epsilon(new ComposedEvent(parts), row.GetProperty("delta").GetDouble()));
        }
    }

    [Fact]
    public void Delta_RowsOfDpAccounting_AreBracketed()
    {
        foreach (JsonElement row in Read("dp_accounting_pld_extras.json").GetProperty("delta").EnumerateArray())
        {
            PrivacyBracket bracket = LossDistributionAccountant.Delta(
                Steps(row[0].GetDouble(), row[1].GetDouble(), row[2].GetInt64()), row[3].GetDouble());
            Assert.True(bracket.Lower <= row[4].GetDouble() && bracket.Upper <= 1.001 * row[4].GetDouble(), $"{row}: {bracket}");
            Assert.True(bracket.Upper - bracket.Lower <= 2e-3 * bracket.Upper, $"{row}: {bracket}");
        }
    }

    /// <summary>dp_accounting, pld_privacy_accountant_test.py:284 and privacy_loss_mechanism_test.py:878-920.</summary>
    [Theory]
    [InlineData(1.7320508075688772, 1, 3, 1, 0.126936737506)]
    [InlineData(0.5, 0.2, 3, 1, 0.15594)]
    [InlineData(1, 1, 1, 1, 0.12693674)]
    [InlineData(0.3333333333333333, 1, 1, 1, 0.78760074)]
    [InlineData(1, 1, 1, 2, 0.02092364)]
    [InlineData(1, 0.8, 1, 1, 0.0816951786585355)]
    [InlineData(1, 0.3, 1, 2, 0.0003341102928869332)]
    public void Delta_PeersTestValues_AreBracketed(double noiseMultiplier, double q, long steps, double epsilon, double delta)
    {
        PrivacyBracket bracket = LossDistributionAccountant.Delta(Steps(noiseMultiplier, q, steps), epsilon);
        Assert.InRange(delta, bracket.Lower * (1 - 1e-5), bracket.Upper * (1 + 1e-5));
        Assert.InRange(bracket.Upper, delta, 1.001 * delta);
    }

    /// <summary>dp_accounting, pld/accountant_test.py:137,146: the smallest noise for ε = 1, δ = 1e-5.</summary>
    [Theory]
    [InlineData(0.67379294682, 0.01, 1)]
    [InlineData(0.534927504330, 0.001, 25)]
    public void Epsilon_SmallestNoiseOfThePeer_IsOne(double noiseMultiplier, double q, long steps)
    {
        PrivacyBracket bracket = LossDistributionAccountant.Epsilon(Steps(noiseMultiplier, q, steps), 1e-5);
        Assert.InRange(bracket.Upper, 0.9995, 1.001);
        Assert.InRange(bracket.Lower, 0.998, 1.0005);
    }

    private static PrivacyBracket Bracketed(PrivacyEvent history, JsonElement delta, JsonElement peer)
    {
        PrivacyBracket bracket = LossDistributionAccountant.Epsilon(history, delta.GetDouble());
        Assert.True(bracket.Upper <= 1.001 * peer.GetDouble() && bracket.Lower <= peer.GetDouble(), $"{history}: {bracket}, {peer}");
        Assert.True(bracket.Upper - bracket.Lower <= 2e-3 * bracket.Upper, $"{history}: {bracket}");
        return bracket;
    }

    private static RepeatedEvent Steps(double noiseMultiplier, double q, long steps)
    {
        PrivacyEvent release = new GaussianEvent(noiseMultiplier, Relation);
        return new(q < 1 ? new PoissonSampledEvent(q, release) : release, steps);
    }

    private static JsonElement Read(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "KnownAnswers", name))).RootElement;
}
