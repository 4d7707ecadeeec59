using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>p(x|z) of a decoder: the distribution of each element of an example.</summary>
public abstract record LikelihoodRecipe
{
    /// <summary>Whether elements are 0 or 1.</summary>
    public abstract bool IsBinary { get; }

    /// <summary>What the decoder's outputs mean.</summary>
    public abstract Head Head(DataSummary data);

    /// <summary>First values of the biases of the decoder's last layer, so that it starts at the data's mean.</summary>
    public abstract Initializer? OutputBias(DataSummary data);

    /// <summary>Says what is wrong if these data cannot have this likelihood.</summary>
    public abstract void Check(DataSummary data);

    /// <summary>That of data of which a recipe says nothing: Bernoulli for levels, normal for reals.</summary>
    internal static LikelihoodRecipe For(DataSummary data) => data.Levels is null ? new NormalRecipe() : new BernoulliRecipe();
}
