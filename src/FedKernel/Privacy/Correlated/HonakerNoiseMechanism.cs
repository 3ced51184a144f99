// SPDX-License-Identifier: Apache-2.0
// Correlated Gaussian noise of the efficient tree: see HonakerStrategy.
using System.Numerics;
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;

namespace FedKernel.Privacy.Correlated;

/// <summary>Adds to each of n rounds what the noise of the prefix sum, estimated from the whole tree, grows by.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> All n rounds together are one Gaussian release of noise multiplier z: <see cref="Event"/>.</para>
/// <para><b>Assumptions.</b> As for <see cref="RegeneratedNoiseMechanism"/>. Whoever reads the kept noises breaks the promise.</para>
/// <para><b>Edge cases.</b> Round n + 1 is refused. Not thread safe. Memory: log₂ n + 3 vectors beside the update.</para>
/// </remarks>
public sealed class HonakerNoiseMechanism : IDisposable
{
    private readonly HonakerStrategy _strategy;
    private readonly CorrelatedScale _scale;
    private readonly SecretKey256 _key;
    private readonly uint _tensor;

    /// <summary>Per level, the estimate of the complete subtree that waits for its sibling.</summary>
    private readonly DeviceBuffer<float>[] _waiting;
    private readonly DeviceBuffer<float> _node, _prefix;

    /// <summary>The noise of one run.</summary>
    /// <param name="device">Where the updates are.</param>
    /// <param name="length">d, the length of every update.</param>
    /// <param name="strategy">The tree.</param>
    /// <param name="noiseMultiplier">z of the whole run, 10⁻⁶ to 10⁶.</param>
    /// <param name="clippingBound">C of every round, positive and finite.</param>
    /// <param name="relation">Which data sets are neighbours.</param>
    /// <param name="key">Secret key of the run; the caller disposes of it.</param>
    /// <param name="tensor">Which vector of the round.</param>
    public HonakerNoiseMechanism(
        Device device, long length, HonakerStrategy strategy, double noiseMultiplier, double clippingBound, NeighbouringRelation relation,
        SecretKey256 key, uint tensor = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(key);
        _scale = new CorrelatedScale(strategy, noiseMultiplier, clippingBound, relation);
        (_strategy, _key, _tensor) = (strategy, key, tensor);
        _waiting = [.. Enumerable.Range(0, strategy.Levels).Select(_ => device.Allocate<float>(length))];
        _node = device.Allocate<float>(length);
        _prefix = device.Allocate<float>(length);
        device.Generate(_prefix, new Fill(0));
    }

    /// <summary>What all n rounds amount to: charge it before the first.</summary>
    public GaussianEvent Event => _scale.Event;

    /// <summary>Rounds that have their noise.</summary>
    public int Released { get; private set; }

    /// <summary>Adds the noise of the next round in place.</summary>
    /// <param name="bounded">Clipped to at most the C of the run.</param>
    /// <exception cref="PrivacyBudgetException">All n rounds are released.</exception>
    public void AddNoise(BoundedUpdate bounded)
    {
        DeviceBuffer<float> values = _scale.Check(bounded, Released);
        Throw.IfLengthsDiffer(_prefix.Length, values.Length, nameof(_prefix), nameof(bounded));
        int size = ++Released;
        Device device = values.Device;
        device.Map(_prefix, values, values, new Axpy(-1));
        int level = BitOperations.TrailingZeroCount(size);
        Complete(size, level);
        device.Generate(_prefix, new Fill(0));
        // Largest subtree first: an order that every device and every run shares.
        for (int l = _waiting.Length - 1; l >= 0; l--)
        {
            if ((size >> l & 1) == 1)
            {
                device.Map(_waiting[l], _prefix, _prefix, new Axpy(1));
            }
        }

        device.Map(_prefix, values, values, new Axpy(1));
    }

    /// <summary>Frees the kept noises.</summary>
    public void Dispose()
    {
        Array.ForEach(_waiting, w => w.Dispose());
        _node.Dispose();
        _prefix.Dispose();
    }

    /// <summary>The leaf of this round and every node that it completes, from below.</summary>
    private void Complete(int size, int top)
    {
        Device device = _node.Device;
        device.Generate(_node, new Fill(0));
        AddRaw(_node, 0, size, 1);
        for (int level = 1; level <= top; level++)
        {
            (double own, double children) = HonakerStrategy.Weights(level);
            device.Map(_waiting[level - 1], _node, _node, new Axpy(1));
            device.Map(_node, _node, new Scale((float)children));
            AddRaw(_node, level, size, own);
        }

        device.Map(_node, _waiting[top], default(Copy));
    }

    private void AddRaw(DeviceBuffer<float> buffer, int level, int size, double weight)
    {
        ChaCha20Stream stream = _key.CreateStream(new StreamId(TreeNode.Number(level, size), StreamPurpose.CorrelatedNoise, _tensor));
        buffer.Device.Sample(buffer, buffer, new GaussianNoise<ChaCha20Stream>(stream, (float)(_scale.Deviation * weight)));
    }
}
