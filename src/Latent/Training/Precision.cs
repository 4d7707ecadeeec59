namespace Latent.Training;

/// <summary>The arithmetic of forward and backward. Parameters, moments and averages keep their own type.</summary>
public enum Precision
{
    /// <summary>The type of the parameters.</summary>
    Full,
    /// <summary>Matrix products and convolutions in bfloat16: several times as fast where the processor has units for it.</summary>
    BFloat16,
}
