using Latent.Data;
using Latent.Models;
using Latent.Torch;

namespace Latent.Evaluation;

/// <summary>p(x, z) of a batch as a function of its only latent variable, without the encoder.</summary>
internal sealed class JointDensity(LatentVariableModel model, string latent, Batch batch, long chains)
{
    /// <summary>B.</summary>
    public int Examples => batch.Indices.Length;

    /// <summary>Draws of z from the prior, [K, B, *event].</summary>
    public Tensor FromPrior(Rng rng)
    {
        using var noGrad = Autograd.NoGrad();
        return Traced(new GeneratingTracer(rng, chains, Examples, _ => false)).Latents[0].Value;
    }

    /// <summary>Densities and their slopes at z.</summary>
    public JointState At(Tensor z)
    {
        using var scope = TensorScope.Open();
        var leaf = z.Detach();
        leaf.RequiresGrad = true;
        var trace = Traced(new ReplayingTracer(default, chains, Examples, new Dictionary<string, Tensor> { [latent] = leaf }, hasPosterior: false));
        var (logPrior, logLikelihood) = (trace.Latents[0].LogPrior, -trace.Distortion);
        var priorSlope = Autograd.Grad(logPrior.Sum(), [leaf])[0];
        var likelihoodSlope = Autograd.Grad(logLikelihood.Sum(), [leaf])[0];
        return new(scope.Return(z.Detach()), scope.Return(logPrior.Detach()), scope.Return(logLikelihood.Detach()), scope.Return(priorSlope), scope.Return(likelihoodSlope));
    }

    private Trace Traced(Tracer tracer)
    {
        model.Run(tracer, batch.X, batch.Labels);
        return tracer.Finish();
    }
}
