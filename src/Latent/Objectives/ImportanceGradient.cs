namespace Latent.Objectives;

/// <summary>How the encoder's gradient of an importance-weighted bound is estimated: they differ in variance, and one in bias.</summary>
public enum ImportanceGradient
{
    /// <summary>That of the bound itself; its signal-to-noise ratio falls with K.</summary>
    Standard,
    /// <summary>Without the score of q (sticking the landing): exact where q is the posterior, biased for K above 1.</summary>
    StickTheLanding,
    /// <summary>The doubly reparameterized estimator: unbiased, and its signal-to-noise ratio rises with K.</summary>
    DoublyReparameterized,
}
