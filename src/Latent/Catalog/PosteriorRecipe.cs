using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>The form of q(z|x).</summary>
public abstract record PosteriorRecipe
{
    /// <summary>Makes the posterior of a vector.</summary>
    /// <param name="init">Where its parameters go.</param>
    /// <param name="encoder">The network that looks at x.</param>
    /// <param name="data">What is known of x.</param>
    /// <param name="latent">D, the dimensions of z.</param>
    public abstract Conditional Build(Init init, NetworkRecipe encoder, DataSummary data, long latent);

    /// <summary>The encoder as a function of examples.</summary>
    private protected static Func<Tensor, Tensor> Network(Init init, NetworkRecipe encoder, DataSummary data, long outputs)
    {
        var network = encoder.Build(init, data.EventShape.Elements, outputs);
        var axes = data.EventShape.Rank;
        return x => network.Forward(axes == 1 ? x : x.Flatten(-axes));
    }
}
