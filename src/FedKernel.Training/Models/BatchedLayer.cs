// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Models;

/// <summary>
/// One dense layer on a batch, in float32. Its weights are kept transposed, [in, out] with out padded by zeros: each product then has its
/// registers along the outputs.
/// </summary>
internal sealed class BatchedLayer
{
    private readonly int _in, _out, _padded;
    private readonly float[] _weights, _biases, _weightGradient, _biasGradient, _zeros, _straight, _nothing;

    public BatchedLayer(int inputs, int outputs, int batchSize)
    {
        (_in, _out, _padded) = (inputs, outputs, HostProduct.Padded(outputs));
        (_weights, _biases) = (new float[_in * _padded], new float[_padded]);
        (_weightGradient, _biasGradient, _zeros) = (new float[_in * _padded], new float[_padded], new float[_padded]);
        int paddedInputs = HostProduct.Padded(_in);
        (_straight, _nothing) = (new float[_out * paddedInputs], new float[paddedInputs]);
        Outputs = new float[batchSize * _padded];
        Deltas = new float[batchSize * _padded];
    }

    /// <summary>Elements from a row of <see cref="Outputs"/> to the next.</summary>
    public int OutputStep => _padded;

    public int ParameterCount => (_in + 1) * _out;

    /// <summary>h = W·a + b of each example, then φ(h), row by row.</summary>
    public float[] Outputs { get; }

    /// <summary>∂loss/∂h of each example, row by row.</summary>
    public float[] Deltas { get; }

    /// <summary>Takes weights over, [out, in] and then biases.</summary>
    public void Load(ReadOnlySpan<float> parameters)
    {
        for (int o = 0; o < _out; o++)
        {
            for (int i = 0; i < _in; i++)
            {
                _weights[(i * _padded) + o] = parameters[(o * _in) + i];
            }
        }

        parameters.Slice(_in * _out, _out).CopyTo(_biases);
    }

    /// <summary>Gives weights as <see cref="Load"/> takes them.</summary>
    public void Save(Span<float> parameters) => Save(_weights, _biases, parameters);

    /// <summary>Gives the gradient, laid out as the weights.</summary>
    public void SaveGradient(Span<float> parameters) => Save(_weightGradient, _biasGradient, parameters);

    public void Forward(ReadOnlySpan<float> inputs, int inputStep, int rows) =>
        HostProduct.Multiply(new SteppedMatrix(inputs, inputStep, 1), rows, _in, _weights, _biases, Outputs.AsSpan(0, rows * _padded));

    /// <summary>∂loss/∂W = aᵀ·δ and ∂loss/∂b = Σ δ, in the order of the rows.</summary>
    public void Gradient(ReadOnlySpan<float> inputs, int inputStep, int rows)
    {
        ReadOnlySpan<float> deltas = Deltas.AsSpan(0, rows * _padded);
        HostProduct.Multiply(new SteppedMatrix(inputs, 1, inputStep), _in, rows, deltas, _zeros, _weightGradient);
        HostProduct.Multiply(new SteppedMatrix([1f], 0, 0), 1, rows, deltas, _zeros, _biasGradient);
    }

    /// <summary>below = δ·W: ∂loss/∂a of each example. Rows of <paramref name="below"/> are the padded inputs.</summary>
    public void Backward(Span<float> below, int rows)
    {
        int step = _nothing.Length;
        for (int i = 0; i < _in; i++)
        {
            for (int o = 0; o < _out; o++)
            {
                _straight[(o * step) + i] = _weights[(i * _padded) + o];
            }
        }

        HostProduct.Multiply(new SteppedMatrix(Deltas, _padded, 1), rows, _out, _straight, _nothing, below[..(rows * step)]);
    }

    /// <summary>weights −= rate · gradient</summary>
    public void Step(float rate)
    {
        Descend(_weights, _weightGradient, rate);
        Descend(_biases, _biasGradient, rate);
    }

    private static void Descend(Span<float> weights, ReadOnlySpan<float> gradient, float rate)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] -= rate * gradient[i];
        }
    }

    private void Save(ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, Span<float> parameters)
    {
        for (int o = 0; o < _out; o++)
        {
            for (int i = 0; i < _in; i++)
            {
                parameters[(o * _in) + i] = weights[(i * _padded) + o];
            }
        }

        biases[.._out].CopyTo(parameters[(_in * _out)..]);
    }
}
