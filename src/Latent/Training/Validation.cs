using Latent.Data;
using Latent.Objectives;
using Latent.Torch;

namespace Latent.Training;

/// <summary>What is measured on other data while training goes on, with the moving average of the parameters where there is one.</summary>
/// <param name="Criterion">Which of the measured values decides what is best and when to stop.</param>
/// <param name="Measure">
/// Measures by the objective of the first player: values by name, the criterion among them. It should depend on the parameters
/// alone, so that a resumed run decides as the uninterrupted one. Gradients are off, and a scope is open.
/// </param>
/// <param name="HigherIsBetter">Whether the best value of the criterion is the highest; else it is the lowest.</param>
public sealed record Validation(string Criterion, Func<Objective, IReadOnlyDictionary<string, double>> Measure, bool HigherIsBetter = true)
{
    /// <summary>The means of the objective's terms over the examples of an epoch, with the same random numbers each time.</summary>
    /// <param name="batches">The examples: <see cref="Batches.InOrder"/>, so that all have their turn.</param>
    /// <param name="rng">A stream for the objective's draws.</param>
    /// <param name="criterion">The term that decides.</param>
    /// <param name="higherIsBetter">Whether more of it is better.</param>
    public static Validation OfTerms(Batches batches, Rng rng, string criterion = "elbo", bool higherIsBetter = true) =>
        new(criterion, objective => Means(objective, batches, rng), higherIsBetter);

    private static Dictionary<string, double> Means(Objective objective, Batches batches, Rng rng)
    {
        var sums = new Dictionary<string, double>();
        var examples = 0L;
        for (var step = 0L; step < batches.PerEpoch; step++)
        {
            using var scope = TensorScope.Open();
            var batch = batches.At(step);
            examples += batch.Indices.Length;
            foreach (var (name, value) in objective.Evaluate(batch, rng, step: 0).Terms)
                sums[name] = sums.GetValueOrDefault(name) + value.Item<double>() * batch.Indices.Length;
        }
        return sums.ToDictionary(sum => sum.Key, sum => sum.Value / examples);
    }
}
