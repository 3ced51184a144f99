// SPDX-License-Identifier: Apache-2.0
using FedKernel.Training.Data;
using FedKernel.Training.Models;

namespace FedKernel.Tests.Training;

/// <summary>The gradient of each example in full, by the chain rule written out: what ghost norms are held to.</summary>
internal static class PlainGradients
{
    public static double[] Of(DensePerceptron model, float[] weights, TabularDataset table, int row)
    {
        int layers = model.Widths.Count - 1;
        double[][] a = new double[layers + 1][];
        int[] starts = new int[layers];
        a[0] = [.. table.Row(row).ToArray().Select(x => (double)x)];
        for (int l = 0, at = 0; l < layers; l++)
        {
            (int inputs, int outputs) = (model.Widths[l], model.Widths[l + 1]);
            starts[l] = at;
            double[] h = [.. Enumerable.Range(0, outputs).Select(o =>
                weights[at + (inputs * outputs) + o] + Enumerable.Range(0, inputs).Sum(i => weights[at + (o * inputs) + i] * a[l][i]))];
            a[l + 1] = l == layers - 1 ? h : [.. h.Select(x => model.Activation switch
            {
                Activation.Tanh => Math.Tanh(x),
                Activation.Relu => x > 0 ? x : 0,
                _ => x,
            })];
            at += (inputs + 1) * outputs;
        }

        double[] last = a[layers];
        double label = table.Labels[row];
        double greatest = last.Max(), total = last.Sum(x => Math.Exp(x - greatest));
        double[] delta = last.Length == 1
            ? [(1 / (1 + Math.Exp(-last[0]))) - label]
            : [.. last.Select((x, k) => (Math.Exp(x - greatest) / total) - (k == (int)label ? 1 : 0))];
        var gradient = new double[weights.Length];
        for (int l = layers - 1; l >= 0; l--)
        {
            (int inputs, int outputs) = (model.Widths[l], model.Widths[l + 1]);
            for (int o = 0; o < outputs; o++)
            {
                gradient[starts[l] + (inputs * outputs) + o] = delta[o];
                for (int i = 0; i < inputs; i++)
                {
                    gradient[starts[l] + (o * inputs) + i] = delta[o] * a[l][i];
                }
            }

            double[] above = delta;
            delta = [.. Enumerable.Range(0, inputs).Select(i =>
                Enumerable.Range(0, outputs).Sum(o => above[o] * weights[starts[l] + (o * inputs) + i]) * Slope(model.Activation, a[l][i]))];
        }

        return gradient;
    }

    public static double Norm(double[] gradient) => Math.Sqrt(gradient.Sum(g => g * g));

    private static double Slope(Activation activation, double a) => activation switch
    {
        Activation.Tanh => 1 - (a * a),
        Activation.Relu => a > 0 ? 1 : 0,
        _ => 1,
    };
}
