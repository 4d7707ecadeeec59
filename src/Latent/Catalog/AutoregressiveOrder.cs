namespace Latent.Catalog;

/// <summary>The order in which an autoregressive layer goes through coordinates.</summary>
public enum AutoregressiveOrder
{
    /// <summary>Natural and reversed in turn, from one coupling or autoregressive layer to the next.</summary>
    Alternating,
    /// <summary>From the first to the last.</summary>
    Natural,
    /// <summary>From the last to the first.</summary>
    Reversed,
    /// <summary>At random, the same in each run of a seed.</summary>
    Random,
}
