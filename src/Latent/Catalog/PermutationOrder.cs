namespace Latent.Catalog;

/// <summary>How a permutation changes the order of coordinates.</summary>
public enum PermutationOrder
{
    /// <summary>The last comes first.</summary>
    Reversed,
    /// <summary>At random, the same in each run of a seed.</summary>
    Random,
}
