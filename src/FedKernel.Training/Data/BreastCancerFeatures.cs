// SPDX-License-Identifier: Apache-2.0
// The columns of the Wisconsin diagnostic breast-cancer table, each with mid-range and quarter-range of the minimum-maximum
// table in the published description of the data set (UCI; also scikit-learn's user guide, "Toy datasets"), rounded to two
// digits. They are public and fixed: scaling with them tells nobody anything about a patient of the study.
namespace FedKernel.Training.Data;

/// <summary>Names and public scaling constants of the thirty features.</summary>
internal static class BreastCancerFeatures
{
    public static readonly (string Name, double MidRange, double QuarterRange)[] All =
    [
        ("mean_radius", 18, 5.3),
        ("mean_texture", 24, 7.4),
        ("mean_perimeter", 120, 36),
        ("mean_area", 1300, 590),
        ("mean_smoothness", 0.11, 0.028),
        ("mean_compactness", 0.18, 0.082),
        ("mean_concavity", 0.21, 0.11),
        ("mean_concave_points", 0.1, 0.05),
        ("mean_symmetry", 0.2, 0.05),
        ("mean_fractal_dimension", 0.074, 0.012),
        ("radius_error", 1.5, 0.69),
        ("texture_error", 2.6, 1.1),
        ("perimeter_error", 11, 5.3),
        ("area_error", 270, 130),
        ("smoothness_error", 0.016, 0.0074),
        ("compactness_error", 0.069, 0.033),
        ("concavity_error", 0.2, 0.099),
        ("concave_points_error", 0.026, 0.013),
        ("symmetry_error", 0.043, 0.018),
        ("fractal_dimension_error", 0.015, 0.0072),
        ("worst_radius", 22, 7),
        ("worst_texture", 31, 9.4),
        ("worst_perimeter", 150, 50),
        ("worst_area", 2200, 1000),
        ("worst_smoothness", 0.15, 0.038),
        ("worst_compactness", 0.54, 0.26),
        ("worst_concavity", 0.63, 0.31),
        ("worst_concave_points", 0.15, 0.073),
        ("worst_symmetry", 0.41, 0.13),
        ("worst_fractal_dimension", 0.13, 0.038),
    ];
}
