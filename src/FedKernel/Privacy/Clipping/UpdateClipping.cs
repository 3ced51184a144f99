// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Updates;

namespace FedKernel.Privacy.Clipping;

/// <summary>What became of one group.</summary>
/// <param name="Name">Name of the group.</param>
/// <param name="Norm">‖x_l‖₂ before clipping.</param>
/// <param name="Factor">What its values are multiplied by.</param>
public sealed record GroupClip(string Name, double Norm, double Factor);

/// <summary>The contract of clipping: brings an update, group by group, to an L2 norm of at most Cₗ.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> The exact L2 norm of each group of the resulting float32 values is at most its bound.</para>
/// <para><b>Edge cases.</b> An update that holds NaN or infinity is refused whole, values untouched, and its bad values are
/// counted; turning them to 0 would hide a broken client. Squares do not overflow: they are summed in float64.</para>
/// <para><b>Cost.</b> One pass that reads for the norms, and one in place over the groups that are too long.</para>
/// </remarks>
public abstract class UpdateClipping
{
    private protected UpdateClipping()
    {
    }

    /// <summary>C: the bound of the whole update.</summary>
    public abstract double ClippingBound { get; }

    /// <summary>The bound of each group of an update with this layout.</summary>
    /// <exception cref="ArgumentException">The bounds were made for another layout.</exception>
    public abstract GroupBounds BoundsFor(ParameterLayout layout);

    /// <summary>Clips an update in place.</summary>
    public ClippingResult Clip(ModelUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        GroupBounds bounds = BoundsFor(update.Layout);
        if (SquaredNorms(update.Values, bounds.Groups) is not { } squaredNorms)
        {
            return Refuse(update);
        }

        Device device = update.Values.Device;
        ClipAndScale[] kernels = Kernels(squaredNorms, bounds);
        for (int g = 0; g < kernels.Length; g++)
        {
            if (kernels[g].Factor == 1)
            {
                continue;
            }

            foreach (ParameterWindow window in bounds.Groups.Items[g].Windows)
            {
                DeviceBuffer<float> values = update.Values.Slice(window.Start, window.Length);
                device.Map(values, values, kernels[g]);
            }
        }

        return Report(update, bounds, squaredNorms, kernels);
    }

    /// <summary>‖x_l‖₂² of each group; null if a value is NaN or infinite.</summary>
    internal static double[]? SquaredNorms(DeviceBuffer<float> values, ParameterGroups groups)
    {
        var squaredNorms = new double[groups.Items.Count];
        for (int g = 0; g < squaredNorms.Length; g++)
        {
            var sum = default(CompensatedSum);
            foreach (ParameterWindow window in groups.Items[g].Windows)
            {
                sum.Add(values.Device.Reduce(values.Slice(window.Start, window.Length), default(SquaredL2Norm)));
            }

            squaredNorms[g] = sum.Value;
            if (!double.IsFinite(squaredNorms[g]))
            {
                return null;
            }
        }

        return squaredNorms;
    }

    internal static ClippingResult Refuse(ModelUpdate update) =>
        new(null, double.NaN, 0, (long)update.Values.Device.Reduce(update.Values, default(NonFiniteCount)));

    internal static ClippingResult Report(
        ModelUpdate update, GroupBounds bounds, double[] squaredNorms, ClipAndScale[] kernels) =>
        new(new BoundedUpdate(update, bounds), Math.Sqrt(squaredNorms.Sum()), kernels.Min(k => k.Factor), 0)
        {
            Groups = [.. kernels.Select((k, g) => new GroupClip(bounds.Groups.Items[g].Name, Math.Sqrt(squaredNorms[g]), k.Factor))],
        };

    internal ClipAndScale[] Kernels(double[] squaredNorms, GroupBounds bounds) =>
        [.. squaredNorms.Select((s, g) => Kernel(s, bounds.Bounds[g]))];

    /// <summary>The kernel that brings a group of this norm to its bound, float32 products included.</summary>
    internal abstract ClipAndScale Kernel(double squaredNorm, double bound);

    /// <summary>The factor of the paper, in real numbers: whoever uses it leaves room for rounding.</summary>
    internal abstract double Factor(double norm, double bound);
}
