// SPDX-License-Identifier: Apache-2.0
// The products of a dense network for a batch at once, in float32: what training without privacy needs. DensePerceptron computes example
// by example in float64, for a bound on each gradient; here nobody bounds one.
// Same bits on every machine, register width and number of threads, but for exp, ln and tanh, which are the platform's.
using FedKernel.Training.Data;

namespace FedKernel.Training.Models;

/// <summary>A dense network with weights and room for a batch. Not thread-safe; nothing is allocated after its construction.</summary>
internal sealed class BatchedPerceptron
{
    private readonly DensePerceptron _model;
    private readonly BatchedLayer[] _layers;
    private readonly float[] _inputs;
    private readonly double[] _scores;
    private readonly int _batchSize;

    /// <summary>Room for batches of at most so many rows.</summary>
    public BatchedPerceptron(DensePerceptron model, int batchSize)
    {
        Throw.IfNotInRange(batchSize, 1, 1 << 16);
        (_model, _batchSize) = (model, batchSize);
        _layers = [.. Enumerable.Range(0, model.LayerCount).Select(l => new BatchedLayer(model.Widths[l], model.Widths[l + 1], batchSize))];
        _inputs = new float[batchSize * model.Widths[0]];
        _scores = new double[model.OutputCount];
    }

    /// <summary>Takes weights over.</summary>
    public void Load(ReadOnlySpan<float> weights)
    {
        int offset = 0;
        foreach (BatchedLayer layer in _layers)
        {
            layer.Load(weights.Slice(offset, layer.ParameterCount));
            offset += layer.ParameterCount;
        }
    }

    /// <summary>Gives the weights.</summary>
    public void Save(Span<float> weights)
    {
        int offset = 0;
        foreach (BatchedLayer layer in _layers)
        {
            layer.Save(weights.Slice(offset, layer.ParameterCount));
            offset += layer.ParameterCount;
        }
    }

    /// <summary>Gives the gradient of the last <see cref="Differentiate"/>.</summary>
    public void SaveGradient(Span<float> gradient)
    {
        int offset = 0;
        foreach (BatchedLayer layer in _layers)
        {
            layer.SaveGradient(gradient.Slice(offset, layer.ParameterCount));
            offset += layer.ParameterCount;
        }
    }

    /// <summary>Runs rows forwards. Their outputs are then read by <see cref="Scores"/>.</summary>
    public void Forward(TabularDataset table, ReadOnlySpan<int> rows)
    {
        Throw.IfNotInRange(rows.Length, 1, _batchSize, "rows of a batch");
        int width = _model.Widths[0];
        for (int r = 0; r < rows.Length; r++)
        {
            table.Row(rows[r]).CopyTo(_inputs.AsSpan(r * width));
        }

        for (int l = 0; l < _layers.Length; l++)
        {
            _layers[l].Forward(InputsOf(l), InputStepOf(l), rows.Length);
            if (l < _layers.Length - 1)
            {
                Activate(_layers[l].Outputs.AsSpan(0, rows.Length * _layers[l].OutputStep));
            }
        }
    }

    /// <summary>Outputs of the last layer for a row of the batch; good until the next call.</summary>
    public Span<double> Scores(int row)
    {
        BatchedLayer last = _layers[^1];
        for (int o = 0; o < _scores.Length; o++)
        {
            _scores[o] = last.Outputs[(row * last.OutputStep) + o];
        }

        return _scores;
    }

    /// <summary>The gradient of the mean loss of some rows.</summary>
    public void Differentiate(TabularDataset table, ReadOnlySpan<int> rows)
    {
        Forward(table, rows);
        BatchedLayer last = _layers[^1];
        for (int r = 0; r < rows.Length; r++)
        {
            Span<double> scores = Scores(r);
            _model.Loss(scores, table.Labels[rows[r]], differentiate: true);
            for (int o = 0; o < scores.Length; o++)
            {
                last.Deltas[(r * last.OutputStep) + o] = (float)(scores[o] / rows.Length);
            }
        }

        for (int l = _layers.Length - 1; l >= 0; l--)
        {
            _layers[l].Gradient(InputsOf(l), InputStepOf(l), rows.Length);
            if (l > 0)
            {
                BatchedLayer below = _layers[l - 1];
                _layers[l].Backward(below.Deltas, rows.Length);
                MultiplySlopes(below.Outputs, below.Deltas.AsSpan(0, rows.Length * below.OutputStep));
            }
        }
    }

    /// <summary>weights −= rate · gradient of the last <see cref="Differentiate"/></summary>
    public void Step(float rate)
    {
        foreach (BatchedLayer layer in _layers)
        {
            layer.Step(rate);
        }
    }

    private ReadOnlySpan<float> InputsOf(int l) => l == 0 ? _inputs : _layers[l - 1].Outputs;

    private int InputStepOf(int l) => l == 0 ? _model.Widths[0] : _layers[l - 1].OutputStep;

    private void Activate(Span<float> h)
    {
        for (int i = 0; _model.Activation != Activation.None && i < h.Length; i++)
        {
            h[i] = _model.Activation == Activation.Tanh ? (float)Math.Tanh(h[i]) : h[i] <= 0 ? 0 : h[i];
        }
    }

    /// <summary>delta *= φ'(h), told by a = φ(h).</summary>
    private void MultiplySlopes(ReadOnlySpan<float> a, Span<float> delta)
    {
        for (int i = 0; _model.Activation != Activation.None && i < delta.Length; i++)
        {
            delta[i] *= _model.Activation == Activation.Tanh ? 1 - (a[i] * a[i]) : a[i] > 0 ? 1 : 0;
        }
    }
}
