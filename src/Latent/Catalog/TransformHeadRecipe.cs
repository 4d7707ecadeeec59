using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>How a flow moves one number by what a network says.</summary>
public abstract record TransformHeadRecipe
{
    /// <summary>What the way from noise to data costs of itself.</summary>
    public abstract Cost SamplingCost { get; }

    /// <summary>First values of the network's last biases.</summary>
    /// <remarks>Last weights begin near 0, so that a flow begins near what these describe: for most heads the identity.</remarks>
    public abstract Initializer OutputBias { get; }

    /// <summary>Makes the head.</summary>
    public abstract TransformHead Build();
}
