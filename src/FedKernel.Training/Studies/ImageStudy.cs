// SPDX-License-Identifier: Apache-2.0
using FedKernel.Training.Data;
using FedKernel.Training.Models;

namespace FedKernel.Training.Studies;

/// <summary>Small images, dealt out to simulated clients: what updates may lose on the wire before the model does.</summary>
public sealed class ImageStudy
{
    /// <summary>A study.</summary>
    /// <param name="name">First part of its measures' names.</param>
    /// <param name="citation">Where the data comes from, and its licence.</param>
    /// <param name="data">What is dealt out, and what everybody is judged by.</param>
    /// <param name="classCount">Labels are 0 to classCount − 1.</param>
    /// <param name="plan">The constants.</param>
    internal ImageStudy(string name, string citation, Hospital data, int classCount, ImageStudyPlan plan)
    {
        (Name, Citation, Data, Plan) = (name, citation, data, plan);
        Model = new DensePerceptron([data.Train.FeatureCount, plan.HiddenWidth, classCount], Activation.Relu);
    }

    /// <summary>First part of its measures' names.</summary>
    public string Name { get; }

    /// <summary>Where the data comes from, and its licence.</summary>
    public string Citation { get; }

    /// <summary>What is dealt out to the clients, and what the model is judged by.</summary>
    public Hospital Data { get; }

    /// <summary>The network.</summary>
    public DensePerceptron Model { get; }

    internal ImageStudyPlan Plan { get; }

    /// <summary>Handwritten digits; 784-64-10, 50,890 parameters.</summary>
    /// <param name="data">From <see cref="MnistData.Load"/>.</param>
    public static ImageStudy Mnist(Hospital data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new ImageStudy("mnist", MnistData.Citation, data, MnistData.ClassCount, new ImageStudyPlan(100, 20, 0.5, 0.97));
    }

    /// <summary>Chest X-rays, pneumonia or not; 784-64-2, 50,370 parameters.</summary>
    /// <param name="data">From <see cref="PneumoniaMnistData.Load"/>.</param>
    public static ImageStudy Pneumonia(Hospital data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new ImageStudy("pneumonia", PneumoniaMnistData.Citation, data, classCount: 2, new ImageStudyPlan(150, 20, 0.2, 0.97));
    }
}
