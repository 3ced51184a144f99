// SPDX-License-Identifier: Apache-2.0
// Two rounds of the server's noisy sum of clipped updates, by the very objects that a round uses: L2Clipping and GaussianMechanism.
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;
using FedKernel.Updates;

namespace FedKernel.Training.Auditing;

/// <summary>The Gaussian mechanism on sums of clipped canaries, right or with a planted fault.</summary>
/// <remarks>The noise goes onto an empty update that was clipped like the others, and the clipped canaries are added to it.</remarks>
public sealed class GaussianSumRelease : IAuditedRelease
{
    // A canary is one coordinate; clipping it in a window of the vector is clipping the whole vector, which is 0 elsewhere.
    private const int Window = 256;

    private readonly Device _device;
    private readonly CanaryPlan _plan;
    private readonly SecretKey256 _key;
    private readonly PlantedFault _fault;
    private readonly L2Clipping _canaryClipping, _noiseClipping;
    private readonly GaussianMechanism _mechanism;
    private uint _round;

    /// <summary>A mechanism.</summary>
    /// <param name="device">Where it computes.</param>
    /// <param name="plan">The canaries.</param>
    /// <param name="noiseMultiplier">z that is claimed, 10⁻³ to 10⁶.</param>
    /// <param name="key">Of this mechanism alone; the caller disposes of it.</param>
    /// <param name="fault">What is wrong with it.</param>
    public GaussianSumRelease(
        Device device, CanaryPlan plan, double noiseMultiplier, SecretKey256 key, PlantedFault fault = PlantedFault.None)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(key);
        Throw.IfNotInRange(noiseMultiplier, 1e-3, 1e6);
        Throw.IfNotInRange((int)fault, (int)PlantedFault.None, (int)PlantedFault.PartialNoise, nameof(fault));
        (_device, _plan, _key, _fault) = (device, plan, key, fault);
        _noiseClipping = new L2Clipping(plan.ClippingBound);
        _canaryClipping = fault == PlantedFault.WrongClip ? new L2Clipping(4 * plan.ClippingBound) : _noiseClipping;
        double added = fault == PlantedFault.HalfNoise ? noiseMultiplier / 2 : noiseMultiplier;
        _mechanism = new GaussianMechanism(added, NeighbouringRelation.AddOrRemoveOne);
        Claim = new EpochEvent(new GaussianEvent(noiseMultiplier, NeighbouringRelation.AddOrRemoveOne));
    }

    /// <inheritdoc/>
    public int CanaryCount => _plan.Count;

    /// <inheritdoc/>
    /// <remarks>One Gaussian release: each canary takes part in one of the two rounds.</remarks>
    public PrivacyEvent Claim { get; }

    /// <inheritdoc/>
    public bool CanariesApart => true;

    /// <inheritdoc/>
    public byte[] Release(ReadOnlySpan<bool> included)
    {
        Throw.IfLengthsDiffer(_plan.Count, included.Length, nameof(CanaryCount), nameof(included));
        var rounds = new float[CanaryPlan.RoundCount][];
        uint first = _round;
        for (int r = 0; r < rounds.Length; r++)
        {
            uint stream = _fault == PlantedFault.ReusedNoise ? first : _round;
            _round++;
            using ModelUpdate sum = Noise(stream);
            AddCanaries(sum.Values, included, r);
            rounds[r] = sum.Values.ToArray();
        }

        return ReleasedVectors.Write(rounds);
    }

    private ModelUpdate Noise(uint stream)
    {
        var update = new ModelUpdate(ParameterLayout.Flat(_plan.Count), _device.Allocate<float>(_plan.Count));
        if (_fault == PlantedFault.PartialNoise)
        {
            int covered = _plan.Count / 2;
            using var part = new ModelUpdate(ParameterLayout.Flat(covered), update.Values.Slice(0, covered));
            _mechanism.AddNoise(_noiseClipping.Clip(part).Bounded!, _key, stream);
        }
        else
        {
            _mechanism.AddNoise(_noiseClipping.Clip(update).Bounded!, _key, stream);
        }

        return update;
    }

    private void AddCanaries(DeviceBuffer<float> sum, ReadOnlySpan<bool> included, int round)
    {
        int window = Math.Min(Window, _plan.Count);
        var values = new float[window];
        using var canary = new ModelUpdate(ParameterLayout.Flat(window), _device.Allocate<float>(window));
        for (int i = round; i < included.Length; i += CanaryPlan.RoundCount)
        {
            if (included[i])
            {
                int start = Math.Min(i / window * window, _plan.Count - window);
                values[i - start] = _plan.RawNorm;
                canary.Values.CopyFrom(values);
                values[i - start] = 0;
                DeviceBuffer<float> target = sum.Slice(start, window);
                _device.Map(_canaryClipping.Clip(canary).Bounded!.Update.Values, target, target, new Axpy(1));
            }
        }
    }
}
