using Latent.Data;
using Latent.Models;
using Latent.Torch;
using Latent.Transforms;

namespace Latent.Objectives;

/// <summary>
/// The importance-weighted bound of K draws, log p(x) ≥ L_K = E[log 1/K Σ_k w_k], w_k = p(x, z_k) / q(z_k|x), z_k ~ q(z|x).
/// L_1 is the ELBO; L_K does not fall with K, and tends to log p(x).
/// </summary>
/// <remarks>
/// <para>Source: Burda, Grosse and Salakhutdinov, Importance weighted autoencoders (2016), equation 8. Gradients: Roeder, Wu and
/// Duvenaud, Sticking the landing (2017); Tucker et al., Doubly reparameterized gradient estimators (2019), equation 8.</para>
/// <para>Units: nats per example.</para>
/// </remarks>
/// <param name="model">p and q.</param>
/// <param name="particles">K.</param>
public sealed class ImportanceWeighted(LatentVariableModel model, long particles) : Objective
{
    private readonly long particles = Arguments.Positive(particles);

    /// <summary>The estimator of the encoder's gradient.</summary>
    public ImportanceGradient Gradient { get; init; }

    /// <inheritdoc/>
    public override bool CouplesExamples => false;

    /// <inheritdoc/>
    public override Loss Evaluate(Batch batch, Rng rng, long step)
    {
        var stream = rng.Fork("importance", step).Rows(batch.Indices, axis: 1);
        var hasSurrogate = Gradient != ImportanceGradient.Standard && Autograd.IsRecording;
        var trace = model.Infer(batch.X, stream, particles, batch.Labels, cut: hasSurrogate);
        if (hasSurrogate) CheckPaths(trace);
        var logWeights = trace.LogWeight; // [K, B]
        var bound = LogMeanExp(logWeights).Mean();
        var value = hasSurrogate ? Surrogate(trace, logWeights, bound) : -bound;
        return new(value,
        [
            new("bound", bound.Detach()),
            new("elbo", logWeights.Detach().Mean()),
            new("distortion", trace.Distortion.Detach().Mean()),
        ]);
    }

    private void CheckPaths(Trace trace)
    {
        foreach (var site in trace.Latents)
        {
            if (site.Posterior is not { IsReparameterized: true, BatchShape.Rank: <= 1 })
                throw new NotSupportedException($"The gradient {Gradient} needs draws that are differentiable functions of an encoder of x alone; latent variable '{site.Name}' has not. Take {nameof(ImportanceGradient.Standard)}.");
            if (site.Posterior is Transformed { Transform.HasInverse: false })
                throw new NotSupportedException($"The gradient {Gradient} needs log q(z|x) as a function of z; the posterior of latent variable '{site.Name}' is a flow without an inverse, which knows it of its own draws alone. Take {nameof(ImportanceGradient.Standard)}, or other transforms.");
        }
    }

    /// <summary>log 1/K Σ_k e^(l_k) over axis 0: [K, B] → [B].</summary>
    public static Tensor LogMeanExp(Tensor logWeights) => logWeights.LogSumExp(0) - Math.Log(logWeights.Size(0));

    /// <summary>
    /// −L_K whose gradient is, with normalised weights v_k: Σ v_k ∂ log p(x, z_k) for the model, and for the encoder, by way of the
    /// draws alone, Σ v_k^n (∂ log w_k / ∂z_k) ∂z_k, with n = 1 (sticking the landing) or 2 (doubly reparameterized).
    /// </summary>
    private Tensor Surrogate(Trace trace, Tensor logWeights, Tensor bound)
    {
        var values = trace.Latents.Select(site => site.Value).ToArray();
        var slopes = Autograd.Grad(logWeights.Sum(), values, retainGraph: true); // ∂ log w_k / ∂z_k
        var weights = logWeights.Detach().Softmax(0) / trace.Examples;           // v_k / B, [K, B]
        var pathWeights = Gradient == ImportanceGradient.DoublyReparameterized ? weights.Square() * trace.Examples : weights;
        var surrogate = (weights * trace.LogJoint).Sum();
        for (var i = 0; i < values.Length; i++)
        {
            var along = (slopes[i] * trace.Latents[i].Draw).Flatten(2).Sum(-1); // [K, B]
            surrogate = surrogate + (pathWeights * along).Sum();
        }
        return surrogate.Detach() - surrogate - bound.Detach();
    }
}
