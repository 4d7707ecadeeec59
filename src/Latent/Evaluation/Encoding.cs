using Latent.Data;
using Latent.Torch;

namespace Latent.Evaluation;

/// <summary>Posterior means and standard deviations of all examples.</summary>
public static class Encoding
{
    /// <summary>Draws over which moments without a closed form are taken.</summary>
    private const long Particles = 64;

    /// <summary>Encodes a data set.</summary>
    /// <param name="replicas">The model.</param>
    /// <param name="data">The examples.</param>
    /// <param name="rng">The stream of draws, where a posterior has no closed moments or depends on other latent variables, and of dynamic binarization.</param>
    /// <returns>The latent variables in the model's order.</returns>
    /// <exception cref="NotSupportedException">The model has no latent variables.</exception>
    public static IReadOnlyList<EncodedLatent> Of(ModelReplicas replicas, Dataset data, Rng rng)
    {
        var sites = Sites(replicas, data, rng, out var areClosed);
        var particles = areClosed ? 1 : Particles;
        var means = sites.ConvertAll(site => new float[checked((int)(data.Count * site.Shape.Elements))]);
        var scales = means.ConvertAll(values => new float[values.Length]);
        replicas.ForEach(replicas.Batches(data, rng, particles), (model, batch) =>
        {
            var trace = model.Infer(batch.X, rng.Fork("encode").Rows(batch.Indices, axis: 1), particles, batch.Labels);
            for (var s = 0; s < sites.Count; s++)
            {
                var at = checked((int)(batch.Indices.Span[0] * sites[s].Shape.Elements));
                PosteriorMoments.Mean(trace.Latents[s]).Mean.To(ElementType.Float32).ToArray<float>().CopyTo(means[s], at);
                PosteriorMoments.Scale(trace.Latents[s]).To(ElementType.Float32).ToArray<float>().CopyTo(scales[s], at);
            }
        });
        return [.. sites.Select((site, s) => new EncodedLatent(site.Name, Shaped(means[s], site.Shape), Shaped(scales[s], site.Shape)))];

        HostArray Shaped(float[] values, Shape shape) => HostArray.From<float>(values, [data.Count, .. shape.AsSpan()]);
    }

    private static List<(string Name, Shape Shape)> Sites(ModelReplicas replicas, Dataset data, Rng rng, out bool areClosed)
    {
        var sites = new List<(string, Shape)>();
        var closed = true;
        replicas.OnFirst(data, rng, trace =>
        {
            foreach (var site in trace.Latents) sites.Add((site.Name, site.Prior.EventShape));
            closed = trace.Latents.All(PosteriorMoments.AreClosed);
        });
        areClosed = closed;
        return sites.Count > 0 ? sites : throw new NotSupportedException("The model has no latent variables to encode examples in.");
    }
}
