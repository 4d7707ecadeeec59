namespace Latent.Data;

/// <summary>How pictures with levels of grey become pictures of 0 and 1. Likelihoods under different choices do not compare.</summary>
public enum Binarization
{
    /// <summary>Not at all.</summary>
    None,
    /// <summary>Drawn once, with the grey value as the probability of 1: every epoch sees the same picture.</summary>
    Static,
    /// <summary>Drawn again in each epoch, with the grey value as the probability of 1.</summary>
    Dynamic,
    /// <summary>1 where the grey value reaches a threshold.</summary>
    Threshold,
}
