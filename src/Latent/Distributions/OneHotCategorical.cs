using Latent.Torch;

namespace Latent.Distributions;

/// <summary>One of N categories, by the vector with a 1 at its place: log p(x) = Σ_k x_k (l_k − log Σ_i e^(l_i)).</summary>
/// <remarks>
/// <para>Shapes: l is [*batch, N]; events are [N], of the logits' type.</para>
/// <para>Domain: one-hot vectors. Other points of the simplex count as the expected log-likelihood E[log p(k)], k ~ x: no
/// density. Off the simplex, by more than the square root of the type's resolution in the sum, log p is −∞. A logit of −∞
/// excludes its category, as long as another is left.</para>
/// </remarks>
public sealed class OneHotCategorical : Distribution
{
    /// <summary>Category k with probability proportional to e^(l_k), l = <paramref name="logits"/>.</summary>
    /// <exception cref="ArgumentException">There is no axis of categories.</exception>
    public OneHotCategorical(Tensor logits) : this(new Categorical(logits))
    {
    }

    private OneHotCategorical(Categorical category) : base(category.BatchShape, [category.Categories]) => Category = category;

    /// <summary>The distribution of the category's number.</summary>
    public Categorical Category { get; }

    /// <summary>l, up to a constant.</summary>
    public Tensor Logits => Category.Logits;

    /// <inheritdoc/>
    public override bool IsReparameterized => false;

    /// <summary>The probabilities, [*batch, N].</summary>
    public override Tensor Mean => Logits.Softmax(-1);

    /// <inheritdoc/>
    public override Tensor Entropy => Category.Entropy;

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x)
    {
        var logProbabilities = Category.LogProbabilities;
        var excluded = logProbabilities.Eq(double.NegativeInfinity); // 0 · −∞ counts 0
        var outside = Simplex.IsOutside(x, (x < 0).LogicalOr(excluded.LogicalAnd(x > 0)));
        return (x * logProbabilities.MaskedFill(excluded, 0)).Sum(-1).MaskedFill(outside, double.NegativeInfinity);
    }

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape)
    {
        var numbers = rng.Categorical(Logits.Expand(shape));
        return numbers.OneHot(Category.Categories).To(Logits.ElementType);
    }
}
