using Latent.Models;
using Latent.Torch;

namespace Latent.Evaluation;

/// <summary>What a trained model makes: new examples, reconstructions, and what lies between two examples.</summary>
/// <remarks>
/// <para>Shapes: examples are [N, *event]. Where a likelihood has a mean, that is shown: the picture before the pixels' coins are
/// tossed. With <c>draw</c>, values are drawn from the likelihood instead: what the model thinks data look like.</para>
/// <para>Results belong to the caller's scope; gradients are off.</para>
/// </remarks>
public static class Generation
{
    /// <summary>New examples: z ~ p(z), then x of p(x|z).</summary>
    /// <param name="model">The model.</param>
    /// <param name="count">N.</param>
    /// <param name="rng">The stream: example i is drawn from its row i.</param>
    /// <param name="draw">Whether x is drawn; else it is the likelihood's mean.</param>
    /// <param name="context">What the model is conditioned on, such as classes [N]; null if nothing.</param>
    public static Tensor Samples(LatentVariableModel model, long count, Rng rng, bool draw = false, Tensor? context = null)
    {
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        return scope.Return(Shown(model.Generate(count, rng.Rows(Numbers(count), axis: 1), context), draw));
    }

    /// <summary>Examples after encoding and decoding, with z at the mean of q(z|x) where it has one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="x">The examples, [N, *event].</param>
    /// <param name="rng">The stream of what is drawn.</param>
    /// <param name="draw">Whether x is drawn; else it is the likelihood's mean.</param>
    public static Tensor Reconstructions(LatentVariableModel model, Tensor x, Rng rng, bool draw = false)
    {
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        return scope.Return(Shown(Decoded(model, Codes(model, x, rng), rng), draw));
    }

    /// <summary>Examples between pairs of examples, along straight lines from one's code to the other's.</summary>
    /// <param name="model">The model.</param>
    /// <param name="from">Where the lines begin, [N, *event].</param>
    /// <param name="to">Where they end, [N, *event].</param>
    /// <param name="steps">M, the examples of each line, both ends included: at least 2.</param>
    /// <param name="rng">The stream of what is drawn.</param>
    /// <returns>[N, M, *event].</returns>
    public static Tensor Interpolations(LatentVariableModel model, Tensor from, Tensor to, int steps, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var (first, last) = (Codes(model, from, rng), Codes(model, to, rng));
        var frames = new Tensor[steps];
        for (var m = 0; m < steps; m++)
        {
            var t = m / (steps - 1.0);
            frames[m] = Shown(Decoded(model, first.ToDictionary(code => code.Key, code => code.Value * (1 - t) + last[code.Key] * t), rng), draw: false);
        }
        return scope.Return(Tensor.Stack(frames, 1));
    }

    /// <summary>Rows of originals, each above the row of its reconstructions, as many rows as are full.</summary>
    /// <param name="x">The originals, [N, *event].</param>
    /// <param name="reconstructions">As many.</param>
    /// <param name="columns">Examples in a row, if there are so many.</param>
    /// <returns>[2 × rows × columns, *event].</returns>
    public static Tensor Pairs(Tensor x, Tensor reconstructions, long columns)
    {
        var across = Math.Min(Arguments.Positive(columns), x.Size(0));
        var rows = x.Size(0) / across;
        Tensor Rows(Tensor examples) => examples.Narrow(0, 0, rows * across).Unflatten(0, [rows, across]);
        return Tensor.Stack([Rows(x), Rows(reconstructions)], 1).Flatten(0, 2);
    }

    /// <summary>The means of q(z|x) by site, [1, N, *event]; a draw where there is no mean.</summary>
    private static Dictionary<string, Tensor> Codes(LatentVariableModel model, Tensor x, Rng rng)
    {
        var trace = model.Infer(x, rng.Fork("codes").Rows(Numbers(x.Size(0)), axis: 1));
        if (trace.Latents.Count == 0 || model is Dequantized) throw new NotSupportedException($"The model has no latent variables{(model is Dequantized ? " but noise within levels" : "")}, so that there are no codes to decode: draw samples from it, or score examples.");
        return trace.Latents.ToDictionary(site => site.Name, site => site.Posterior?.Mean?.Expand(site.Value.Shape) ?? site.Value);
    }

    private static Trace Decoded(LatentVariableModel model, IReadOnlyDictionary<string, Tensor> codes, Rng rng) =>
        model.Replay(codes, null, rng.Fork("decode").Rows(Numbers(codes.Values.First().Size(1)), axis: 1));

    /// <summary>The observed variable's mean, or its draw, without the axis of particles.</summary>
    private static Tensor Shown(Trace trace, bool draw)
    {
        var site = trace.Observations[^1];
        var value = draw ? site.Value : site.Likelihood.Mean ?? site.Value;
        return value.Rank == site.Value.Rank ? value.Select(0, 0) : value;
    }

    private static long[] Numbers(long count)
    {
        var numbers = new long[count];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = i;
        return numbers;
    }
}
