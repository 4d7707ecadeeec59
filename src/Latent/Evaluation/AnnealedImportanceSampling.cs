using Latent.Data;
using Latent.Torch;

namespace Latent.Evaluation;

/// <summary>
/// log p(x) without an encoder: chains of z go from the prior to the posterior over f_t(z) = p(z) p(x|z)^β_t, 0 = β_0 &lt; … &lt; β_T = 1,
/// by Hamiltonian Monte Carlo; log w = Σ_t (β_t − β_(t−1)) log p(x|z_(t−1)), and log p(x) ≈ log 1/K Σ_k w_k.
/// </summary>
/// <remarks>
/// <para>Source: Neal, Annealed importance sampling (2001); Wu, Burda, Salakhutdinov and Grosse, On the quantitative analysis of
/// decoder-based generative models (2017), section 4, with its sigmoidal schedule of β.</para>
/// <para>Use it where importance sampling hangs on a few draws: a wrong or narrow encoder costs it nothing. It costs
/// 2 T · leapfrog steps forward and backward passes of the decoder per chain: take some hundred examples.</para>
/// <para>Deviation: step sizes are tuned, for each example and temperature, by chains that run before and are thrown away; so
/// the estimate of p(x) stays unbiased.</para>
/// <para>Units: nats, of the data as the model sees them.</para>
/// </remarks>
public sealed record AnnealedImportanceSampling
{
    private const double WantedAcceptance = 0.65;
    private const double Learning = 0.2;
    private const double Steepness = 4;

    /// <summary>K, the chains of each example.</summary>
    public long Chains { get; init => field = Arguments.Positive(value); } = 16;

    /// <summary>T, the distributions on the way from the prior to the posterior.</summary>
    public long Temperatures { get; init => field = Arguments.Positive(value); } = 500;

    /// <summary>Leapfrog steps of a transition.</summary>
    public long LeapfrogSteps { get; init => field = Arguments.Positive(value); } = 10;

    /// <summary>The step size that tuning begins with, in units of z.</summary>
    public double InitialStep { get; init => field = Arguments.Positive(value); } = 0.1;

    /// <summary>The estimate for each example.</summary>
    /// <param name="replicas">A model with one latent variable, real and with densities that are differentiable in it.</param>
    /// <param name="data">The examples.</param>
    /// <param name="rng">The stream of the chains, and of dynamic binarization.</param>
    /// <exception cref="NotSupportedException">The model has no latent variable, several, or a discrete one.</exception>
    public LogLikelihoods LogLikelihood(ModelReplicas replicas, Dataset data, Rng rng)
    {
        var latent = "";
        replicas.OnFirst(data, rng, trace =>
        {
            if (trace.Latents is not [{ Value.ElementType: ElementType.Float32 or ElementType.Float64, Prior: var prior }] || !prior.IsReparameterized)
                throw new NotSupportedException($"Annealing needs one latent variable with real values; the model has {(trace.Latents.Count == 0 ? "none" : string.Join(", ", trace.Latents.Select(site => $"'{site.Name}'")))}. Take {nameof(ImportanceSampling)}.");
            latent = trace.Latents[0].Name;
        });
        var logLikelihoods = new double[data.Count];
        var sampleSizes = new double[data.Count];
        replicas.ForEach(replicas.Batches(data, rng, Chains), (model, batch) =>
        {
            var density = new JointDensity(model, latent, batch, Chains);
            var steps = new double[Temperatures][];
            Anneal(density, rng.Fork("tune").Rows(batch.Indices, axis: 1), steps, isTuning: true);
            var sums = Anneal(density, rng.Fork("anneal").Rows(batch.Indices, axis: 1), steps, isTuning: false);
            for (var b = 0; b < sums.Length; b++)
                (logLikelihoods[batch.Indices.Span[b]], sampleSizes[batch.Indices.Span[b]]) = (sums[b].LogMean, sums[b].EffectiveSampleSize);
        }, recording: true);
        return new(logLikelihoods, LikelihoodKind.Estimate, Chains, sampleSizes);
    }

    /// <summary>Runs all chains of a batch from the prior to the posterior.</summary>
    /// <param name="density">p(z) p(x|z).</param>
    /// <param name="rng">A stream whose rows are the examples.</param>
    /// <param name="steps">The step size of each temperature and example: written when tuning, else read.</param>
    /// <param name="isTuning">Whether step sizes follow the acceptance.</param>
    /// <returns>The weights of each example's chains.</returns>
    private WeightSum[] Anneal(JointDensity density, Rng rng, double[][] steps, bool isTuning)
    {
        using var scope = TensorScope.Open();
        var state = density.At(density.FromPrior(rng.Fork("prior")));
        var logWeights = new double[Chains * density.Examples];
        var step = new double[density.Examples];
        Array.Fill(step, InitialStep);
        for (var t = 1; t <= Temperatures; t++)
        {
            using var inner = TensorScope.Open();
            var likelihoods = state.LogLikelihood.To(ElementType.Float64).ToArray<double>(); // [K, B]
            for (var i = 0; i < logWeights.Length; i++) logWeights[i] += (Beta(t) - Beta(t - 1)) * likelihoods[i];
            if (t == Temperatures) break;
            if (isTuning) steps[t] = [.. step];
            var (next, acceptance) = Transition(density, state, Beta(t), steps[t], rng.Fork("transition", t));
            for (var b = 0; isTuning && b < step.Length; b++) step[b] *= Math.Exp(Learning * (acceptance[b] - WantedAcceptance));
            state.MoveTo(next, inner);
        }
        var sums = new WeightSum[density.Examples];
        Array.Fill(sums, new());
        for (var i = 0; i < logWeights.Length; i++) sums[i % sums.Length].Add(logWeights[i]);
        return sums;
    }

    /// <summary>A Metropolis-adjusted trajectory that leaves p(z) p(x|z)^β invariant.</summary>
    /// <returns>Where the chains are then, and the share of each example's chains that moved.</returns>
    private (JointState State, double[] Acceptance) Transition(JointDensity density, JointState from, double beta, double[] steps, Rng rng)
    {
        var shape = from.Z.Shape; // [K, B, *event]
        var type = from.Z.ElementType;
        var step = Tensor.From(steps).To(type).To(from.Z.Device).Reshape([1, shape[1], .. Enumerable.Repeat(1L, shape.Rank - 2)]);
        var start = rng.Fork("momentum").Normal(shape, type, from.Z.Device);
        var (state, momentum) = (from, start + step * 0.5 * from.Slope(beta));
        for (var l = 1; l <= LeapfrogSteps; l++)
        {
            state = density.At(state.Z + step * momentum);
            momentum = momentum + step * (l < LeapfrogSteps ? 1 : 0.5) * state.Slope(beta);
        }
        var gain = state.LogDensity(beta) - Kinetic(momentum) - from.LogDensity(beta) + Kinetic(start); // [K, B]
        var accepted = gain > rng.Fork("accept").Uniform([shape[0], shape[1]], type, from.Z.Device).Log();   // not where it is NaN
        return (JointState.Where(accepted, state, from), accepted.To(ElementType.Float64).Mean(0).ToArray<double>());
    }

    private static Tensor Kinetic(Tensor momentum) => momentum.Flatten(2).Square().Sum(-1) * 0.5;

    private double Beta(int t)
    {
        return (Logistic(Steepness * (2.0 * t / Temperatures - 1)) - Logistic(-Steepness)) / (Logistic(Steepness) - Logistic(-Steepness));

        static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
    }
}
